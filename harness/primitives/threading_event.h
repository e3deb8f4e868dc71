// snag::threading::Event: that of Python's module threading under the controlled scheduler. (snag::Event, of the trace,
// is what a thread did.) A wait is one event of the trace when the flag is set, else two: the thread enqueues, and goes
// on when a set has woken it, even if the flag was cleared again in the meantime.
#pragma once

#include "harness/execution/wait_queue.h"
#include "harness/primitives/clock.h"

#include <cstdint>
#include <string_view>

namespace snag::threading {

/// threading.Event: a flag that threads can wait for.
class Event {
 public:
  Event();
  ~Event();
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  /// Sets the flag and wakes all that wait now.
  void set();
  void clear();
  bool is_set() const;
  /// Waits until the flag is set, or until a set after this call.
  void wait();
  /// The same, for so long at most: false when the time was out.
  template <class Rep, class Period>
  SNAG_ALWAYS_INLINE bool wait(const std::chrono::duration<Rep, Period>& timeout) {
    return wait_until(deadline_after(Execution::require("snag::threading::Event::wait"), timeout), nullptr);
  }

  /// The name that reports show (see snag::name).
  void set_name(std::string_view text);

 private:
  friend class Timer;
  friend class RepeatingTimer;
  bool wait_until(std::uint64_t deadline, const void* place);
  void set_at(const void* place);
  bool is_set_at(const void* place) const;
  bool wait_with(std::uint64_t argument, std::uint64_t deadline, const void* place);

  ObjectHandle handle_;
  snag::detail::WaitQueue waiters_;
  bool flag_ = false;
};

}  // namespace snag::threading
