// Priority inversion (Sha, Rajkumar and Lehoczky, 1990): a thread waits for a lock that a less urgent one holds, and a
// third, less urgent than the first and with no part in the lock, has the processor meanwhile. The first then waits for
// as long as the third likes, whatever its priority.
#pragma once

#include "checkers/timeline.h"
#include "checkers/waits.h"
#include "harness/trace/checker.h"

#include <vector>

namespace snag {

/// Reports "priority-inversion", once a waiting thread and lock, when it has got the lock, when the execution ends, or
/// (which then ends there) when the others have run for ten times the bound. The bound is Scheduling::starved_after;
/// without one every inversion is told. Steps: where the holder took the lock, where the urgent one waits for it, the
/// first work of each that runs in between, and the event with which the urgent one got it, if it did.
class PriorityInversionChecker : public Checker {
 public:
  PriorityInversionChecker();
  void begin() override;
  void observe(const Event& event, const Observation& seen, Findings& findings) override;
  void finish(const Outcome& outcome, const Observation& seen, Findings& findings) override;

 private:
  // One that ran in between.
  struct Ran {
    Rival rival;
    Step first;           // its first work
    std::uint64_t until;  // end of its last work
  };
  struct Inversion {
    ThreadIndex thread;  // the urgent one
    ThreadIndex holder;
    ObjectIndex lock;
    Step taken, blocked;
    std::uint64_t duration = 0;  // virtual ns in which others ran
    std::vector<Ran> ran = {};
    bool told = false;
  };
  void see_work(const Event& event, const Trace& trace);
  void add(const Event& event, ThreadIndex thread, ThreadIndex holder, ObjectIndex lock);
  void find_priorities(const Trace& trace);
  bool has_part(ThreadIndex runner, ThreadIndex waiter) const;
  void end(ThreadIndex thread, Step got, const Trace& trace, Findings& findings);
  void tell(Inversion& inversion, Step got, const Trace& trace, Findings& findings);

  Timeline timeline_;
  const Waits* waits_ = nullptr;       // as before the event observed
  std::vector<Inversion> inversions_;  // of threads that wait now
  std::vector<int> priorities_;        // by thread, with what locks give
};

}  // namespace snag
