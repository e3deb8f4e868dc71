// Lost wake-up: a notify found nobody waiting, and the thread that it was meant for went to wait afterwards, for
// ever. Told only when the execution ended in a deadlock, so that a later notify cannot have mended it.
#pragma once

#include "harness/trace/checker.h"

namespace snag {

/// Reports "lost-wakeup": for each condition variable at most one, with threads {notifier, waiter} and steps
/// {notify, wait}, the notify being the last one that the waiter missed. A notify was not missed, and a deadlock has
/// another cause, if between it and the wait the waiter read anything that the notifier had written before it: then
/// it knew, and waited for something else. Conditions in variables that are not under watch are not seen.
/// For each atomic at most one, too. If the value that the waiter waits for has come while it waited, and nobody notifies
/// from then on: threads {who changed the value, the waiter}, steps {the former's last notify, if any, which came too
/// soon; the wait; the change}. A notify after the change that woke another waiter is no lost one: that is a deadlock.
/// Else as for a condition variable, if the value was another one at the notify.
class LostWakeupChecker : public Checker {
 public:
  LostWakeupChecker();
  void begin() override {}
  void observe(const Event&, const Observation&, Findings&) override {}
  void finish(const Outcome& outcome, const Observation& seen, Findings& findings) override;
};

}  // namespace snag
