// What ends a thread or the whole process.
#include "programs.h"

#include <atomic>
#include <thread>

namespace programs {

namespace {

std::atomic<int*> published{nullptr};
volatile bool goes_on = true;

}  // namespace

void follows_a_null_pointer() {
  published = nullptr;
  int value = 1;
  std::thread publisher([&] { published = &value; });
  std::thread reader([] { require(*published.load() == 1, "another value was published"); });
  publisher.join();
  reader.join();
}

void computes_for_ever() {
  std::thread one([] {
    while (goes_on) {}
  });
  one.join();
}

void lets_an_exception_leave_a_thread() {
  std::thread one([] { throw std::runtime_error("nobody catches this"); });
  one.join();
}

void destroys_a_joinable_thread() {
  std::atomic<int> count{0};
  std::thread one([&] { ++count; });
}

}  // namespace programs
