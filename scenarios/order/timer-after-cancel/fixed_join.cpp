// Cancels the timer and waits until it has ended; only then it is known what became of it.
#include "interface.h"

namespace solution {
namespace {

class TimedAlarm final : public Alarm {
 public:
  explicit TimedAlarm(Bell& bell) : bell_(bell) { timer_.start(); }
  ~TimedAlarm() override { timer_.join(); }

  bool cancel() override {
    timer_.cancel();
    timer_.join();
    return !bell_.has_rung();
  }

 private:
  Bell& bell_;
  snag::threading::Timer timer_{std::chrono::seconds(1), [this] { bell_.ring(); }};
};

}  // namespace

std::unique_ptr<Alarm> make_alarm(Bell& bell) { return std::make_unique<TimedAlarm>(bell); }

}  // namespace solution
