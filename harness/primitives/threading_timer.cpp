#include "harness/primitives/threading_timer.h"

namespace snag::threading {

void Timer::Alarm::wait() { finished.wait_until(deadline(Execution::require("snag::threading::Timer")), place); }

Timer::Timer(std::shared_ptr<Alarm> alarm)
    : Timer(std::move(alarm), [](Alarm& own) {
        own.wait();
        if (!own.is_cancelled()) own.function();
        own.finish();
      }) {}

Timer::Timer(std::shared_ptr<Alarm> alarm, void (*run)(Alarm& alarm))
    : Thread([alarm, run] { run(*alarm); }), alarm_(alarm) {}

void Timer::start() {
  alarm_->place = __builtin_return_address(0);
  start_at(alarm_->place);
}

void Timer::cancel() { alarm_->finished.set_at(__builtin_return_address(0)); }

RepeatingTimer::RepeatingTimer(std::shared_ptr<Alarm> alarm)
    : Timer(std::move(alarm), [](Alarm& own) {
        for (;;) {
          own.wait();
          if (own.is_cancelled()) return;
          own.function();
        }
      }) {}

}  // namespace snag::threading
