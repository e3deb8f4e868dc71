// snag::threading::Timer: that of Python's module threading under the controlled scheduler, and RepeatingTimer, which it
// has not. A timer is a thread that waits for the interval on an event that cancel sets, asks whether it was cancelled,
// and calls the function: a cancel that comes after it has asked is too late.
#pragma once

#include "harness/primitives/threading_event.h"
#include "harness/primitives/threading_thread.h"

#include <functional>
#include <memory>
#include <utility>

namespace snag::threading {

/// threading.Timer: calls the function once, when the interval is over since the start, unless it is cancelled before.
class Timer : public Thread {
 public:
  template <class Rep, class Period, class Callable, class... Arguments>
  Timer(const std::chrono::duration<Rep, Period>& interval, Callable&& function, Arguments&&... arguments)
      : Timer(std::make_shared<Alarm>(
            [interval](const Execution& execution) { return deadline_after(execution, interval); },
            bind_once(std::forward<Callable>(function), std::forward<Arguments>(arguments)...))) {}

  void start();
  /// The function is not called any more, unless the timer has decided to already.
  void cancel();

 protected:
  struct Alarm {
    Alarm(std::function<std::uint64_t(const Execution&)> deadline_, std::function<void()> function_)
        : deadline(std::move(deadline_)), function(std::move(function_)) {}
    /// Waits until the interval is over, or cancelled.
    void wait();
    bool is_cancelled() const { return finished.is_set_at(place); }
    void finish() { finished.set_at(place); }

    std::function<std::uint64_t(const Execution&)> deadline;  // of an interval that begins now
    std::function<void()> function;
    Event finished;
    const void* place = nullptr;  // where the program started it
  };
  explicit Timer(std::shared_ptr<Alarm> alarm);
  Timer(std::shared_ptr<Alarm> alarm, void (*run)(Alarm& alarm));

 private:
  std::shared_ptr<Alarm> alarm_;
};

/// Calls the function again and again, an interval after the start and after each call, until it is cancelled.
class RepeatingTimer : public Timer {
 public:
  /// The arguments are kept: each call gets them as they are.
  template <class Rep, class Period, class Callable, class... Arguments>
  RepeatingTimer(const std::chrono::duration<Rep, Period>& interval, Callable&& function, Arguments&&... arguments)
      : RepeatingTimer(std::make_shared<Alarm>(
            [interval](const Execution& execution) { return deadline_after(execution, interval); },
            bind_often(std::forward<Callable>(function), std::forward<Arguments>(arguments)...))) {}

 private:
  explicit RepeatingTimer(std::shared_ptr<Alarm> alarm);

  template <class Callable, class... Arguments>
  static std::function<void()> bind_often(Callable&& function, Arguments&&... arguments) {
    static_assert(
        std::is_invocable_v<std::decay_t<Callable>&, std::decay_t<Arguments>&...>,
        "snag::threading::RepeatingTimer needs something that can be called with the arguments again and again");
    using Bound = std::tuple<std::decay_t<Callable>, std::decay_t<Arguments>...>;
    auto bound = std::make_shared<Bound>(std::forward<Callable>(function), std::forward<Arguments>(arguments)...);
    return [bound = std::move(bound)] { std::apply([](auto&... parts) { std::invoke(parts...); }, *bound); };
  }
};

}  // namespace snag::threading
