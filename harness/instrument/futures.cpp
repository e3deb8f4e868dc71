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
#include <condition_variable>
#include <cstddef>
#include <memory>

extern "C" unsigned __tsan_atomic32_exchange(volatile unsigned* at, unsigned operand, int order);

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

// What set_value_at_thread_exit leaves behind, as libstdc++ has it: an entry of a list, and the state.
struct MakeReady {
  std::__at_thread_exit_elt entry;
  std::weak_ptr<void> state;
};
constexpr std::size_t offset_of_status = 2 * sizeof(void*);
constexpr unsigned is_ready = 1;
constexpr unsigned has_waiters = 1U << 31;

// libstdc++'s own would set the flag unseen.
void make_ready(MakeReady* entry) {
  const std::unique_ptr<MakeReady> made(entry);
  const std::shared_ptr<void> state = made->state.lock();
  if (state == nullptr) return;
  auto* const status = reinterpret_cast<unsigned*>(static_cast<std::byte*>(state.get()) + offset_of_status);
  if ((__tsan_atomic32_exchange(status, is_ready, __ATOMIC_RELEASE) & has_waiters) != 0)
    std::__atomic_futex_unsigned_base::_M_futex_notify_all(status);
}

}  // namespace

}  // namespace snag::instrument

using namespace snag::instrument;

// std::__future_base::_State_baseV2::_Make_ready::_M_set, which is private.
extern "C" void snag_make_ready_set(MakeReady* made) asm("_ZNSt13__future_base13_State_baseV211_Make_ready6_M_setEv");
void snag_make_ready_set(MakeReady* made) {
  if (!in_program) return real::make_ready_set()(made);
  const Inside inside;
  inside.execution.at_thread_exit(snag::ExitStage::notices, [made] {
    const Program program;
    make_ready(made);
    Inside::complete();
  });
}

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
