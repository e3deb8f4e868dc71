// snag::threading::Condition: that of Python's module threading under the controlled scheduler, over a Lock or an RLock
// of its own or of others. The events are those of snag::condition_variable; there are no spurious wake-ups, as Python
// has none. Whom notify wakes is a choice.
#pragma once

#include "harness/execution/wait_queue.h"
#include "harness/primitives/threading_lock.h"

#include <optional>
#include <string_view>

namespace snag::threading {

/// threading.Condition. To wait or notify without its lock is a finding; throws ThreadError. Over a Lock, as in Python,
/// any thread's having locked it will do.
class Condition {
 public:
  /// With an RLock of its own.
  Condition();
  /// With a lock that must outlive it, and that other conditions may share.
  explicit Condition(Lock& lock);
  explicit Condition(RLock& lock);
  ~Condition();
  Condition(const Condition&) = delete;
  Condition& operator=(const Condition&) = delete;

  // Its lock's.
  void acquire();
  bool try_acquire();
  template <class Rep, class Period>
  SNAG_ALWAYS_INLINE bool acquire_for(const std::chrono::duration<Rep, Period>& timeout) {
    return lock_->acquire_until(detail::lock_deadline(timeout), nullptr);
  }
  void release();
  bool locked() const;
  void lock();
  bool try_lock();
  void unlock();

  /// Releases the lock, all levels of an RLock; waits until notified; acquires the lock again, as it was.
  void wait();
  /// The same, for so long at most: false when the time was out.
  template <class Rep, class Period>
  SNAG_ALWAYS_INLINE bool wait(const std::chrono::duration<Rep, Period>& timeout) {
    return wait_until(deadline_after(Execution::require("snag::threading::Condition::wait"), timeout));
  }
  /// Waits until the predicate holds, which is asked under the lock.
  template <class Predicate>
  SNAG_ALWAYS_INLINE void wait_for(Predicate predicate) {
    while (!predicate()) wait();
  }
  /// The same, for so long at most: whether the predicate holds.
  template <class Predicate, class Rep, class Period>
  SNAG_ALWAYS_INLINE bool wait_for(Predicate predicate, const std::chrono::duration<Rep, Period>& timeout) {
    const std::uint64_t deadline = deadline_after(Execution::require("snag::threading::Condition::wait_for"), timeout);
    while (!predicate())
      if (!wait_until(deadline)) return static_cast<bool>(predicate());
    return true;
  }
  /// Wakes n of those that wait; all, if they are fewer.
  void notify(std::size_t n = 1);
  void notify_all();

  /// The name that reports show (see snag::name). A lock of its own is named after it.
  void set_name(std::string_view text);

 private:
  explicit Condition(detail::LockCore* lock);
  [[gnu::noinline]] bool wait_until(std::uint64_t deadline);
  /// False: it may not wait or notify, which is recorded. Throws ThreadError unless the execution is abandoned.
  bool has_lock(Execution& execution, OperationKind misuse, const void* place) const;
  std::optional<std::uint32_t> begin_wait(Execution& execution, snag::detail::Waiter& self, std::uint64_t deadline,
                                          const void* place);

  std::optional<RLock> own_;
  detail::LockCore* lock_;
  ObjectHandle handle_;
  snag::detail::WaitQueue waiters_;
};

}  // namespace snag::threading
