// The alarm is set, and cancelled again.
#include "interface.h"

namespace solution {

void scenario() {
  Bell bell;
  auto alarm = make_alarm(bell);
  const bool in_time = alarm->cancel();
  alarm.reset();
  snag::check(in_time != bell.has_rung(), "either the alarm is cancelled in time, or the bell rings");
}

}  // namespace solution
