// A program of RapidCheck's as users write it, run as a child process by rapidcheck_test.cpp. Its argument names the
// property: "lost" fails and is meant to, "right" passes.
#include <snag/rapidcheck.h>
#include <snag/snag.h>

#include <rapidcheck.h>

#include <string>

namespace {

template <class Add>
void add_twice(Add add) {
  snag::atomic<int> count{0};
  snag::thread first([&] { add(count); });
  snag::thread second([&] { add(count); });
  first.join();
  second.join();
  RC_ASSERT(count.load() == 2);
}

bool lost() {
  return rc::check("two additions", [](const snag::rapidcheck::Schedule& schedule) {
    snag::rapidcheck::run_under("lost", schedule,
                                [] { add_twice([](snag::atomic<int>& count) { count.store(count.load() + 1); }); });
  });
}

bool right() {
  return rc::check("two additions", [](const snag::rapidcheck::Schedule& schedule) {
    snag::rapidcheck::run_under("right", schedule,
                                [] { add_twice([](snag::atomic<int>& count) { count.fetch_add(1); }); });
  });
}

}  // namespace

int main(int argc, char** argv) {
  const bool passed = argc > 1 && std::string(argv[1]) == "right" ? right() : lost();
  return passed ? 0 : 1;
}
