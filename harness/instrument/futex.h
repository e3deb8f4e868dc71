// Waiting on a word of memory until somebody wakes, as Linux does it and libstdc++ builds on: atomic::wait, latches,
// barriers, semaphores and futures. The word is the atomic that the program's own operations are on, so a wait and what
// it waits for are told as of one object.
#pragma once

#include "harness/execution/execution.h"
#include "harness/execution/wait_queue.h"

#include <cstdint>
#include <unordered_map>

namespace snag::instrument {

enum class FutexWait : std::uint8_t {
  woken,    ///< or for no reason, as long as the budget for that lasts
  changed,  ///< the word had another value
  timed_out,
};

/// If the word has the value, waits until it is woken or the deadline (`never`: none) has come.
FutexWait futex_wait(const volatile void* word, std::uint32_t value, std::uint64_t deadline, const void* place);
/// Wakes at most so many; returns how many.
std::uint32_t futex_wake(const volatile void* word, std::uint32_t count_max, const void* place);

/// The queues of the execution under way, by object.
class FutexQueues {
 public:
  /// Forgets everything.
  void begin() { queues_.clear(); }
  detail::WaitQueue& of(ObjectIndex object) { return queues_[object]; }

 private:
  std::unordered_map<ObjectIndex, detail::WaitQueue> queues_;  // only ever looked up
};
FutexQueues& futex_queues();

/// A thread in a wait of libstdc++'s, from its counting itself as a waiter until it has gone to sleep: it looks at the
/// value sixteen times first, and yields. When nobody else has done anything between two looks, the second sees what the
/// first saw, and whether the value changes later the futex asks again: so only the first is an operation.
class Spin {
 public:
  /// To be told of each atomic read-modify-write, for it may be that counting.
  SNAG_ALWAYS_INLINE void follow(const volatile void* atomic) {
    last_ = nullptr;
    if (is_count_of_waiters(atomic)) [[unlikely]]
      counting_ = !counting_;
  }
  /// Whether a load only repeats the one before.
  SNAG_ALWAYS_INLINE bool repeats(const volatile void* atomic) {
    if (!counting_) [[likely]]
      return false;
    return look(atomic);
  }
  /// Whether it looks again next, so that it need not give way.
  bool under_way() const { return counting_ && last_ != nullptr; }
  /// It waits, and then looks anew.
  void sleep() { last_ = nullptr; }

 private:
  static bool is_count_of_waiters(const volatile void* atomic);
  bool look(const volatile void* atomic);

  bool counting_ = false;
  const volatile void* last_ = nullptr;  // that it looked at
  Step seen_ = 0;                        // when it did so these events had been
};
inline thread_local constinit Spin spin;

}  // namespace snag::instrument
