// An alarm that rings after a while unless it is cancelled.
#pragma once

#include <snag/snag.h>

#include <memory>

namespace solution {

/// The bell; part of the driver.
class Bell {
 public:
  Bell() { snag::name(rung_, "bell has rung"); }

  void ring() { rung_.store(true); }
  bool has_rung() { return rung_.load(); }

 private:
  snag::atomic<bool> rung_{false};
};

/// An alarm, set when it is made.
class Alarm {
 public:
  /// Waits until the alarm's timer has ended.
  virtual ~Alarm() = default;
  /// Cancels the alarm. Whether that was in time: if so, the bell does not ring, neither now nor later.
  virtual bool cancel() = 0;
};

/// What a variant implements: an alarm for the bell given, which rings it after a second.
std::unique_ptr<Alarm> make_alarm(Bell& bell);

}  // namespace solution
