// System calls that a program makes by itself. One that would wait for another thread would wait for ever, since only
// one OS thread runs them all: it is refused. All others go to the system.
#include "harness/instrument/real.h"
#include "harness/instrument/runtime.h"

#include <linux/futex.h>
#include <sys/syscall.h>

#include <array>
#include <cstdarg>
#include <exception>

namespace snag::instrument {

namespace {

bool waits(long number, long operation) {
  if (number != SYS_futex) return false;
  const long command = operation & FUTEX_CMD_MASK;
  return command == FUTEX_WAIT || command == FUTEX_WAIT_BITSET;
}

// Nothing that is thrown gets past the callers of a system call. The engine's terminate handler takes note of what is
// being handled, and ends the execution.
[[noreturn]] void refuse_to_wait() {
  const Inside inside;
  try {
    throw UsageError(
        "the program waits by a futex, as std::future, std::latch, std::barrier, semaphores and std::atomic::wait of "
        "libstdc++ do. Unmodified programs are not controlled there yet: take a mutex and a condition variable, or "
        "write the scenario with snag's types");
  } catch (const UsageError&) { std::terminate(); }
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
  if (in_program && waits(number, argument[1])) refuse_to_wait();
  return real::syscall()(number, argument[0], argument[1], argument[2], argument[3], argument[4], argument[5]);
}
