// snag::condition_variable: std::condition_variable under the controlled scheduler. A wait is two or three
// events: it releases the mutex and enqueues as one; untimed waits go on when notified and the mutex is free,
// as one; timed and spurious waits first leave the queue and then lock. Whom notify_one wakes is a choice.
#pragma once

#include "harness/execution/wait_queue.h"
#include "harness/primitives/clock.h"
#include "harness/primitives/mutex.h"

#include <condition_variable>
#include <mutex>
#include <string_view>

namespace snag {

using std::cv_status;

/// std::condition_variable. Waiting without the lock is a finding.
class condition_variable {
 public:
  condition_variable();
  ~condition_variable();
  condition_variable(const condition_variable&) = delete;
  condition_variable& operator=(const condition_variable&) = delete;

  void notify_one();
  void notify_all();

  SNAG_ALWAYS_INLINE void wait(std::unique_lock<mutex>& lock) { wait_untimed(lock); }
  template <class Predicate>
  SNAG_ALWAYS_INLINE void wait(std::unique_lock<mutex>& lock, Predicate predicate) {
    while (!predicate()) wait_untimed(lock);
  }
  template <class Clock, class Duration>
  SNAG_ALWAYS_INLINE cv_status wait_until(std::unique_lock<mutex>& lock,
                                          const std::chrono::time_point<Clock, Duration>& point) {
    return wait_timed(lock, deadline_at(Execution::require("snag::condition_variable::wait_until"), point));
  }
  template <class Clock, class Duration, class Predicate>
  SNAG_ALWAYS_INLINE bool wait_until(std::unique_lock<mutex>& lock,
                                     const std::chrono::time_point<Clock, Duration>& point, Predicate predicate) {
    while (!predicate())
      if (wait_until(lock, point) == cv_status::timeout) return predicate();
    return true;
  }
  template <class Rep, class Period>
  SNAG_ALWAYS_INLINE cv_status wait_for(std::unique_lock<mutex>& lock,
                                        const std::chrono::duration<Rep, Period>& duration) {
    return wait_timed(lock, deadline_after(Execution::require("snag::condition_variable::wait_for"), duration));
  }
  template <class Rep, class Period, class Predicate>
  SNAG_ALWAYS_INLINE bool wait_for(std::unique_lock<mutex>& lock, const std::chrono::duration<Rep, Period>& duration,
                                   Predicate predicate) {
    const std::uint64_t deadline = deadline_after(Execution::require("snag::condition_variable::wait_for"), duration);
    while (!predicate())
      if (wait_timed(lock, deadline) == cv_status::timeout) return predicate();
    return true;
  }

  /// The name that reports show (see snag::name).
  void set_name(std::string_view text);

 private:
  [[gnu::noinline]] void wait_untimed(std::unique_lock<mutex>& lock);
  [[gnu::noinline]] cv_status wait_timed(std::unique_lock<mutex>& lock, std::uint64_t deadline);
  bool holds_lock(Execution& execution, std::unique_lock<mutex>& lock, const void* place);
  cv_status leave_queue(Execution& execution, detail::Waiter& self, mutex& lock, std::uint64_t deadline,
                        const void* place);
  void notify_all_at(const void* place);
  friend void notify_all_at_thread_exit(condition_variable& condition, std::unique_lock<mutex> lock);

  ObjectHandle handle_;
  detail::WaitQueue waiters_;
};

/// std::notify_all_at_thread_exit: when the calling thread ends, after its ThreadLocals are gone, it lets go of the lock
/// and notifies.
void notify_all_at_thread_exit(condition_variable& condition, std::unique_lock<mutex> lock);

}  // namespace snag
