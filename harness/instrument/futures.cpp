// How the standard library's futures wait: by functions of libstdc++'s own that make system calls. Defined here in their
// place; the flag that a promise sets is an atomic of the program's.
#include "harness/instrument/clocks.h"
#include "harness/instrument/futex.h"
#include "harness/instrument/real.h"
#include "harness/instrument/runtime.h"

#include <linux/futex.h>
#include <sys/syscall.h>

#include <bits/atomic_futex.h>

#include <cerrno>
#include <climits>

namespace snag::instrument {

namespace {

// False when the time is up.
bool wait(const unsigned* word, unsigned value, const timespec* point, clockid_t clock, const void* place) {
  if (in_program)
    return futex_wait(word, value, point == nullptr ? never : deadline_at(clock, *point), place) !=
           FutexWait::timed_out;
  const long flags = clock == CLOCK_REALTIME ? FUTEX_CLOCK_REALTIME : 0;
  const long result =
      real::syscall()(SYS_futex, word, FUTEX_WAIT_BITSET | flags, value, point, nullptr, FUTEX_BITSET_MATCH_ANY);
  return result == 0 || errno != ETIMEDOUT;
}

timespec point_of(std::chrono::seconds seconds, std::chrono::nanoseconds rest) {
  return {.tv_sec = seconds.count(), .tv_nsec = rest.count()};
}

}  // namespace

}  // namespace snag::instrument

using namespace snag::instrument;

bool std::__atomic_futex_unsigned_base::_M_futex_wait_until(unsigned* word, unsigned value, bool has_timeout,
                                                            chrono::seconds seconds, chrono::nanoseconds rest) {
  const timespec point = point_of(seconds, rest);
  return wait(word, value, has_timeout ? &point : nullptr, CLOCK_REALTIME, __builtin_return_address(0));
}

bool std::__atomic_futex_unsigned_base::_M_futex_wait_until_steady(unsigned* word, unsigned value, bool has_timeout,
                                                                   chrono::seconds seconds, chrono::nanoseconds rest) {
  const timespec point = point_of(seconds, rest);
  return wait(word, value, has_timeout ? &point : nullptr, CLOCK_MONOTONIC, __builtin_return_address(0));
}

void std::__atomic_futex_unsigned_base::_M_futex_notify_all(unsigned* word) {
  if (in_program)
    futex_wake(word, INT_MAX, __builtin_return_address(0));
  else
    real::syscall()(SYS_futex, word, FUTEX_WAKE, INT_MAX);
}
