// If the bell has not rung yet, the timer is cancelled.
#include "interface.h"

namespace solution {
namespace {

class TimedAlarm final : public Alarm {
 public:
  explicit TimedAlarm(Bell& bell) : bell_(bell) { timer_.start(); }
  ~TimedAlarm() override { timer_.join(); }

  bool cancel() override {
    if (bell_.has_rung()) return false;
    timer_.cancel();
    return true;
  }

 private:
  Bell& bell_;
  snag::threading::Timer timer_{std::chrono::seconds(1), [this] { bell_.ring(); }};
};

}  // namespace

std::unique_ptr<Alarm> make_alarm(Bell& bell) { return std::make_unique<TimedAlarm>(bell); }

}  // namespace solution
