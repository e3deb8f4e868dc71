// Deadlock: the execution ended with threads left that nobody can wake. Told at the end, for whatever the wait is:
// a lock, a join, a notify, a semaphore. Where a narrower cause explains it (a wait cycle, a lost wake-up, a leaked
// lock), causes.h keeps that one alone.
#pragma once

#include "harness/trace/checker.h"

namespace snag {

/// Reports "deadlock". Threads that wait for something other than a join come first, then the joins, each in thread
/// order; for each, steps holds where the lock that it wants was taken, if it is a held one, and where it waits.
class DeadlockChecker : public Checker {
 public:
  DeadlockChecker();
  void begin() override {}
  void observe(const Event&, const Observation&, Findings&) override {}
  void finish(const Outcome& outcome, const Observation& seen, Findings& findings) override;
};

}  // namespace snag
