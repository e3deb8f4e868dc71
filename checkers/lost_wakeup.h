// Lost wake-up: a notify found nobody waiting, and the thread that it was meant for went to wait afterwards, for
// ever. Told only when the execution ended in a deadlock, so that a later notify cannot have mended it.
#pragma once

#include "harness/trace/checker.h"

namespace snag {

/// Reports "lost-wakeup": for each condition variable at most one, with threads {notifier, waiter} and steps
/// {notify, wait}, the notify being the last one that the waiter missed. A notify was not missed, and a deadlock has
/// another cause, if between it and the wait the waiter read anything that the notifier had written before it: then
/// it knew, and waited for something else. Conditions in variables that are not under watch are not seen.
/// For each atomic likewise, if the value was another one at the notify; but before that: the value that the waiter was
/// to wait for has come while it waited, and nobody notifies from then on. Then threads are {who changed the value, the waiter}, steps {that one's last notify, if any, which came too
/// soon; the wait; the change}. A notify after the change that woke another waiter is no lost one, but a deadlock.
class LostWakeupChecker : public Checker {
 public:
  void begin() override {}
  void observe(const Event&, const Observation&, Findings&) override {}
  void finish(const Outcome& outcome, const Observation& seen, Findings& findings) override;
};

}  // namespace snag
