// snag::condition_variable_any: std::condition_variable_any under the controlled scheduler, for locks of any type. A
// wait enqueues in an event of its own, then the lock lets go, then the thread waits, then it locks again: a notify
// that comes in between is not lost. A stop that is requested counts as a notify, also just before it enqueues.
#pragma once

#include "harness/execution/wait_queue.h"
#include "harness/primitives/clock.h"
#include "harness/primitives/stop_token.h"

#include <condition_variable>
#include <exception>
#include <string_view>
#include <utility>

namespace snag {

using std::cv_status;

/// std::condition_variable_any. The lock may be any type with lock() and unlock().
class condition_variable_any {
 public:
  condition_variable_any();
  ~condition_variable_any();
  condition_variable_any(const condition_variable_any&) = delete;
  condition_variable_any& operator=(const condition_variable_any&) = delete;

  void notify_one();
  void notify_all();

  template <class Lock>
  SNAG_ALWAYS_INLINE void wait(Lock& lock) {
    wait_virtually(lock, never, nullptr);
  }
  template <class Lock, class Predicate>
  SNAG_ALWAYS_INLINE void wait(Lock& lock, Predicate predicate) {
    while (!predicate()) wait_virtually(lock, never, nullptr);
  }
  template <class Lock, class Clock, class Duration>
  SNAG_ALWAYS_INLINE cv_status wait_until(Lock& lock, const std::chrono::time_point<Clock, Duration>& point) {
    return wait_virtually(lock, deadline(point), nullptr);
  }
  template <class Lock, class Clock, class Duration, class Predicate>
  SNAG_ALWAYS_INLINE bool wait_until(Lock& lock, const std::chrono::time_point<Clock, Duration>& point,
                                     Predicate predicate) {
    return wait_virtually(lock, deadline(point), nullptr, predicate);
  }
  template <class Lock, class Rep, class Period>
  SNAG_ALWAYS_INLINE cv_status wait_for(Lock& lock, const std::chrono::duration<Rep, Period>& duration) {
    return wait_virtually(lock, deadline(duration), nullptr);
  }
  template <class Lock, class Rep, class Period, class Predicate>
  SNAG_ALWAYS_INLINE bool wait_for(Lock& lock, const std::chrono::duration<Rep, Period>& duration,
                                   Predicate predicate) {
    return wait_virtually(lock, deadline(duration), nullptr, predicate);
  }

  template <class Lock, class Predicate>
  SNAG_ALWAYS_INLINE bool wait(Lock& lock, stop_token token, Predicate predicate) {
    return wait_stoppably(lock, std::move(token), never, predicate);
  }
  template <class Lock, class Clock, class Duration, class Predicate>
  SNAG_ALWAYS_INLINE bool wait_until(Lock& lock, stop_token token,
                                     const std::chrono::time_point<Clock, Duration>& point, Predicate predicate) {
    return wait_stoppably(lock, std::move(token), deadline(point), predicate);
  }
  template <class Lock, class Rep, class Period, class Predicate>
  SNAG_ALWAYS_INLINE bool wait_for(Lock& lock, stop_token token, const std::chrono::duration<Rep, Period>& duration,
                                   Predicate predicate) {
    return wait_stoppably(lock, std::move(token), deadline(duration), predicate);
  }

  /// The name that reports show (see snag::name).
  void set_name(std::string_view text);

 private:
  // One wait. Enqueued from its making until it is notified, times out or is destroyed.
  class Wait {
   public:
    [[gnu::noinline]] Wait(condition_variable_any& condition, std::uint64_t deadline, const detail::StopState* stop);
    Wait(const Wait&) = delete;
    Wait& operator=(const Wait&) = delete;
    ~Wait();
    [[gnu::noinline]] cv_status block();

   private:
    Execution& execution_;
    condition_variable_any& condition_;  // may be gone once the wait was notified
    detail::Waiter self_;
    Operation operation_;
    std::uint64_t deadline_;
    bool enqueued_ = false;
  };

  template <class Rep, class Period>
  static std::uint64_t deadline(const std::chrono::duration<Rep, Period>& duration) {
    return deadline_after(Execution::require("snag::condition_variable_any::wait_for"), duration);
  }
  template <class Clock, class Duration>
  static std::uint64_t deadline(const std::chrono::time_point<Clock, Duration>& point) {
    return deadline_at(Execution::require("snag::condition_variable_any::wait_until"), point);
  }

  template <class Lock>
  SNAG_ALWAYS_INLINE cv_status wait_virtually(Lock& lock, std::uint64_t deadline, const detail::StopState* stop) {
    Wait wait(*this, deadline, stop);
    lock.unlock();
    const cv_status status = wait.block();
    try {
      lock.lock();
    } catch (const Abandoned&) { throw; } catch (...) {
      std::terminate();  // as the standard has it: who waits returns with the lock or not at all
    }
    return status;
  }
  template <class Lock, class Predicate>
  SNAG_ALWAYS_INLINE bool wait_virtually(Lock& lock, std::uint64_t deadline, const detail::StopState* stop,
                                         Predicate& predicate) {
    while (!predicate())
      if (wait_virtually(lock, deadline, stop) == cv_status::timeout) return predicate();
    return true;
  }
  template <class Lock, class Predicate>
  SNAG_ALWAYS_INLINE bool wait_stoppably(Lock& lock, stop_token token, std::uint64_t deadline, Predicate& predicate) {
    const auto notify = [this] { notify_all(); };
    const stop_callback wake(token, notify);
    while (!token.stop_requested()) {
      if (predicate()) return true;
      if (wait_virtually(lock, deadline, token.state_.get()) == cv_status::timeout) break;
    }
    return predicate();
  }

  ObjectHandle handle_;
  detail::WaitQueue waiters_;
};

}  // namespace snag
