// A ring closes when a thread begins to wait, or when a notify turns a wait for a notify into one for the mutex.
#include "checkers/wait_cycle.h"

#include <algorithm>

namespace snag {

namespace {

Sentence hint_for(const Finding& finding) {
  const auto joins = std::count_if(finding.relations.begin(), finding.relations.end(),
                                   [](const Relation& relation) { return relation.kind == Relation::Kind::joins; });
  const bool alone = finding.threads.size() == 1;
  if (alone && joins == 1) return "A thread cannot wait for its own end: whoever started it joins it.";
  if (alone) return "A lock held already must not be taken again: let a function that runs under it say so.";
  if (joins == 0) return "Let every thread take these locks in the same order, or all at once (std::scoped_lock).";
  if (finding.objects.empty()) return "Let joins go one way only: whoever starts a thread joins it.";
  return "Let go of every lock before a join: the thread that is waited for may need it to come to its end.";
}

}  // namespace

void WaitCycleChecker::observe(const Event& event, const Observation&, Findings& findings) {
  waits_.observe(event);
  if (event.phase == Phase::waiting) {
    if (find_cycle(event.thread)) report(event.step, findings);
    return;
  }
  if (event.phase != Phase::done) return;
  if (event.operation.kind == OperationKind::notify_one) {
    if (find_cycle(event.operation.target)) report(event.step, findings);
  } else if (event.operation.kind == OperationKind::notify_all) {
    for (ThreadIndex thread = 0; thread < waits_.threads(); ++thread) {
      const ThreadState& state = waits_.thread(thread);
      const bool woken =
          state.operation.kind == OperationKind::reacquire && state.operation.second == event.operation.object;
      if (!woken || !find_cycle(thread)) continue;
      report(event.step, findings);
      return;
    }
  }
}

// Walks from thread to blocker; true, with the ring in cycle_, if the walk comes back to its start.
bool WaitCycleChecker::find_cycle(ThreadIndex start) {
  cycle_.clear();
  ThreadIndex thread = start;
  for (ThreadIndex i = 0; i < waits_.threads() && thread != no_thread; ++i) {
    cycle_.push_back(thread);
    thread = waits_.blocker(thread);
    if (thread == start) return start != no_thread;
  }
  return false;
}

void WaitCycleChecker::report(Step step, Findings& findings) {
  std::rotate(cycle_.begin(), std::min_element(cycle_.begin(), cycle_.end()), cycle_.end());
  Finding finding;
  finding.checker = "wait-cycle";
  finding.step = step;
  for (const ThreadIndex thread : cycle_) {
    if (thread != cycle_.front()) finding.sentence << "; ";
    add_wait(finding, waits_, thread);
  }
  finding.hint = hint_for(finding);
  finding.stops_execution = true;
  findings.push_back(std::move(finding));
}

}  // namespace snag
