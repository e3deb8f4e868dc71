// Two scenarios of a user's own: one with a lost update, one that is right.
#include <snag/main.h>
#include <snag/snag.h>

#include <mutex>

namespace {

void add_without_lock() {
  snag::shared<int> count{0, "count"};
  const auto add = [&] { count = count + 1; };
  snag::thread first(add);
  snag::thread second(add);
  first.join();
  second.join();
}

void add_with_lock() {
  snag::shared<int> count{0, "count"};
  snag::mutex mutex;
  const auto add = [&] {
    const std::lock_guard guard(mutex);
    count = count + 1;
  };
  snag::thread first(add);
  snag::thread second(add);
  first.join();
  second.join();
  snag::check(count == 2, "both additions count");
}

}  // namespace

std::vector<snag::Scenario> snag::catalogue() {
  return {
      {.name = "count/broken", .body = add_without_lock, .expected = {{"lost-update", "count"}}},
      {.name = "count/fixed", .body = add_with_lock},
  };
}
