// What belongs to a thread: thread_local variables, errno, exceptions in flight.
#include "programs.h"

#include <atomic>
#include <cerrno>
#include <exception>
#include <string>
#include <thread>

namespace programs {

namespace {

thread_local int number = 5;
thread_local std::string text = "new";

std::atomic<int> destroyed{0};
struct Counted {
  ~Counted() { destroyed.fetch_add(touched); }
  int touched = 0;
};
thread_local Counted counted;

template <class Work>
void in_three_threads(Work work) {
  std::thread one(work);
  std::thread other(work);
  work();
  one.join();
  other.join();
}

}  // namespace

void keeps_thread_locals_apart() {
  std::atomic<int> sum{0};
  in_three_threads([&] {
    require(number == 5 && text == "new", "a thread_local does not begin as it is initialised");
    for (int i = 0; i < 3; ++i) {
      ++number;
      text += '+';
      sum += 1;  // others may go on here
    }
    require(number == 8 && text == "new+++", "a thread_local was changed by another thread");
  });
  require(sum == 9, "not all have added");
}

void keeps_errno_apart() {
  std::atomic<int> next{1};
  in_three_threads([&] {
    const int mine = next.fetch_add(1);
    errno = mine;
    next.load();  // others may go on here
    require(errno == mine, "errno was changed by another thread");
  });
}

void keeps_exceptions_in_flight_apart() {
  std::atomic<int> next{1};
  in_three_threads([&] {
    const int mine = next.fetch_add(1);
    int caught = 0;
    try {
      try {
        throw mine;
      } catch (int) {
        next.load();  // others may go on here
        require(std::uncaught_exceptions() == 0, "a caught exception counts as uncaught");
        throw;
      }
    } catch (int thrown) { caught = thrown; }
    require(caught == mine, "an exception of another thread was thrown again");
  });
}

void destroys_thread_locals_at_the_end_of_a_thread() {
  destroyed = 0;
  const auto touch = [] { counted.touched = 1; };
  std::thread one(touch);
  std::thread other(touch);
  one.join();
  require(destroyed >= 1, "a thread_local outlived its thread");
  other.join();
  require(destroyed == 2, "a thread_local outlived its thread");
}

int thread_locals_destroyed() { return destroyed; }

}  // namespace programs
