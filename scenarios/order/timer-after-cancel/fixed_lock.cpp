// Whoever takes the lock first decides: the timer rings, or the alarm is cancelled.
#include "interface.h"

#include <mutex>

namespace solution {
namespace {

class TimedAlarm final : public Alarm {
 public:
  explicit TimedAlarm(Bell& bell) : bell_(bell) {
    snag::name(mutex_, "alarm lock");
    timer_.start();
  }
  ~TimedAlarm() override { timer_.join(); }

  bool cancel() override {
    std::lock_guard guard(mutex_);
    if (bell_.has_rung()) return false;
    cancelled_ = true;
    timer_.cancel();
    return true;
  }

 private:
  void ring() {
    std::lock_guard guard(mutex_);
    if (!cancelled_) bell_.ring();
  }

  Bell& bell_;
  snag::mutex mutex_;
  snag::shared<bool> cancelled_{false, "cancelled"};
  snag::threading::Timer timer_{std::chrono::seconds(1), [this] { ring(); }};
};

}  // namespace

std::unique_ptr<Alarm> make_alarm(Bell& bell) { return std::make_unique<TimedAlarm>(bell); }

}  // namespace solution
