// Wait cycle: threads that wait for each other in a ring, through locks, joins and their mixtures, a ring of one
// included (a mutex locked by its own holder, a thread that joins itself). Told at the event that closes the ring,
// while other threads may still run: a deadlock that a hung program would not even show.
#pragma once

#include "checkers/waits.h"
#include "harness/trace/checker.h"

#include <cstddef>
#include <vector>

namespace snag {

/// Reports "wait-cycle", which stops the execution. Threads stand in the order of the ring, the lowest first; for
/// each, steps holds where the lock that it wants was taken (none for a join; where the writer lined up, for a reader
/// behind a waiting writer) and where it waits. A ring is the shortest there is: a reader that asks to write waits for
/// its own share, whoever else has one. A thread that waits on a condition variable is in no ring before it has been
/// notified; semaphores, latches, barriers and the promises of unknown threads have no holder and are in none. A threading::Lock may be released by
/// anybody, so a ring through one is told only when no thread can go on, and all wait for locks or ends of threads:
/// whoever waits for anything else might have released it.
class WaitCycleChecker : public Checker {
 public:
  WaitCycleChecker();
  void begin() override {}
  void observe(const Event& event, const Observation& seen, Findings& findings) override;
  void finish(const Outcome& outcome, const Observation& seen, Findings& findings) override;

 private:
  bool find_certain_cycle(ThreadIndex start, const Trace& trace);
  bool find_cycle(ThreadIndex start);
  void visit(ThreadIndex thread, std::size_t from);
  void report(Step step, Findings& findings);

  const Waits* waits_ = nullptr;  // the event observed included
  struct Reached {
    ThreadIndex thread;
    std::size_t from;  // index of the thread that waits for it
  };
  std::vector<Reached> reached_;       // of the search, breadth first, the start at the front
  std::vector<ThreadIndex> blockers_;  // scratch
  std::vector<ThreadIndex> cycle_;
};

}  // namespace snag
