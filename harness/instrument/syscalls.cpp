// System calls that a program makes by itself: futexes are controlled, all others go to the system.
#include "harness/instrument/clocks.h"
#include "harness/instrument/futex.h"
#include "harness/instrument/real.h"
#include "harness/instrument/refusal.h"
#include "harness/instrument/runtime.h"

#include <linux/futex.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>
#include <cstdarg>

namespace snag::instrument {

namespace {

using Arguments = std::array<long, 6>;

// Where the time-out of a wait lies; a bit set asks for a point in time, the plain wait for a duration.
std::uint64_t deadline_of(const Arguments& argument, long command) {
  const auto* const time = reinterpret_cast<const timespec*>(argument[3]);
  if (time == nullptr) return never;
  if (command == FUTEX_WAIT) return deadline_after(*Execution::current(), *time);
  return deadline_at((argument[1] & FUTEX_CLOCK_REALTIME) != 0 ? CLOCK_REALTIME : CLOCK_MONOTONIC, *time);
}

long fail(int error) {
  errno = error;
  return -1;
}

long futex(const Arguments& argument, const void* place) {
  const auto* const word = reinterpret_cast<const volatile void*>(argument[0]);
  const auto value = static_cast<std::uint32_t>(argument[2]);
  const long command = argument[1] & FUTEX_CMD_MASK;
  const bool some_bits = (command == FUTEX_WAIT_BITSET || command == FUTEX_WAKE_BITSET) &&
                         static_cast<std::uint32_t>(argument[5]) != FUTEX_BITSET_MATCH_ANY;
  if (!some_bits) switch (command) {
      case FUTEX_WAIT:
      case FUTEX_WAIT_BITSET:
        switch (futex_wait(word, value, deadline_of(argument, command), place)) {
          case FutexWait::woken: return 0;
          case FutexWait::changed: return fail(EAGAIN);
          case FutexWait::timed_out: return fail(ETIMEDOUT);
        }
        break;
      case FUTEX_WAKE:
      case FUTEX_WAKE_BITSET: return static_cast<long>(futex_wake(word, value, place));
      default: break;
    }
  refuse(
      "the program calls the system's futex in a way that is not controlled (only FUTEX_WAIT and FUTEX_WAKE are, with "
      "their forms for all bits): take a mutex and a condition variable there");
}

}  // namespace

}  // namespace snag::instrument

using namespace snag::instrument;

// It has six arguments at most. What was not given is not looked at.
extern "C" long syscall(long number, ...) noexcept {
  std::array<long, 6> argument{};
  va_list list;
  va_start(list, number);
  for (long& value : argument) value = va_arg(list, long);
  va_end(list);
  if (in_program && number == SYS_futex) return futex(argument, __builtin_return_address(0));
  return real::syscall()(number, argument[0], argument[1], argument[2], argument[3], argument[4], argument[5]);
}
