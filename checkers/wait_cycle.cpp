// A ring closes when a thread begins to wait, or when a notify turns a wait for a notify into one for the mutex.
#include "checkers/wait_cycle.h"

#include <algorithm>

namespace snag {

namespace {

Sentence hint_for(const Finding& finding, const Waits& waits) {
  const auto shares = [&](const Relation& relation) {
    return relation.kind == Relation::Kind::holds && waits.share(relation.thread, relation.object) != nullptr;
  };
  const auto is_in_the_way = [&](OperationKind kind) {
    return std::any_of(finding.relations.begin(), finding.relations.end(), [&](const Relation& relation) {
      return relation.kind == Relation::Kind::wants && relation.target != no_thread &&
             waits.thread(relation.thread).operation.kind == kind;
    });
  };
  const auto joins = std::count_if(finding.relations.begin(), finding.relations.end(),
                                   [](const Relation& relation) { return relation.kind == Relation::Kind::joins; });
  const bool alone = finding.threads.size() == 1;
  if (alone && joins == 1) return "A thread cannot wait for its own end: whoever started it joins it.";
  if (alone && std::any_of(finding.relations.begin(), finding.relations.end(), shares))
    return "A share cannot be made a lock: give the share back first, and look again at what was read under it.";
  if (is_in_the_way(OperationKind::future_wait))
    return "Let results flow one way only: a task must not wait for one that waits for it, nor hold a lock that it "
           "needs.";
  if (is_in_the_way(OperationKind::lock_shared))
    return "A waiting writer holds readers back, so who has a share must not ask for another one.";
  if (alone) return "A lock held already must not be taken again: let a function that runs under it say so.";
  if (joins == 0) return "Let every thread take these locks in the same order, or all at once (std::scoped_lock).";
  if (finding.objects.empty()) return "Let joins go one way only: whoever starts a thread joins it.";
  return "Let go of every lock before a join: the thread that is waited for may need it to come to its end.";
}

constexpr Interest interest_of_wait_cycle{.done = {OperationKind::notify_one, OperationKind::notify_all},
                                          .waiting = OperationKinds::all(),
                                          .routine = Interest::Routine::skipped,
                                          .ends = Interest::Ends::deadlocks};

}  // namespace

WaitCycleChecker::WaitCycleChecker() : Checker(interest_of_wait_cycle) {}

void WaitCycleChecker::observe(const Event& event, const Observation& seen, Findings& findings) {
  waits_ = &seen.waits_after(event);
  if (event.phase == Phase::waiting) {
    if (find_certain_cycle(event.thread, seen.trace)) report(event.step, findings);
    return;
  }
  if (event.phase != Phase::done) return;
  if (event.operation.kind == OperationKind::notify_one) {
    if (find_certain_cycle(event.operation.target, seen.trace)) report(event.step, findings);
  } else if (event.operation.kind == OperationKind::notify_all) {
    for (ThreadIndex thread = 0; thread < waits_->threads(); ++thread) {
      const ThreadState& state = waits_->thread(thread);
      const bool woken =
          state.operation.kind == OperationKind::reacquire && state.operation.second == event.operation.object;
      if (!woken || !find_certain_cycle(thread, seen.trace)) continue;
      report(event.step, findings);
      return;
    }
  }
}

void WaitCycleChecker::finish(const Outcome& outcome, const Observation& seen, Findings& findings) {
  if (outcome.verdict != Verdict::deadlock || seen.trace.events.empty()) return;
  waits_ = &seen.waits();
  if (!only_locks_and_joins(*waits_)) return;
  std::vector<ThreadIndex> told;
  for (ThreadIndex thread = 0; thread < waits_->threads(); ++thread) {
    if (std::find(told.begin(), told.end(), thread) != told.end() || !find_cycle(thread)) continue;
    told.insert(told.end(), cycle_.begin(), cycle_.end());
    report(seen.trace.events.back().step, findings);
  }
}

// A ring that nobody outside it can open.
bool WaitCycleChecker::find_certain_cycle(ThreadIndex start, const Trace& trace) {
  return find_cycle(start) && std::none_of(cycle_.begin(), cycle_.end(), [&](ThreadIndex thread) {
           const ObjectIndex wanted = waits_->thread(thread).operation.object;
           return wanted != no_object && trace.objects[wanted].kind == ObjectKind::lock;
         });
}

// Searches breadth first from a thread through those that it waits for; true, with the ring in cycle_, if the search
// comes back to its start.
bool WaitCycleChecker::find_cycle(ThreadIndex start) {
  if (start == no_thread) return false;
  blockers_.clear();
  waits_->add_blockers(start, blockers_);
  // Mostly who is in the way can go on.
  if (std::none_of(blockers_.begin(), blockers_.end(),
                   [&](ThreadIndex blocker) { return waits_->thread(blocker).blocked != no_step; }))
    return false;
  reached_.assign(1, {start, 0});
  for (std::size_t i = 0; i < reached_.size(); ++i) {
    blockers_.clear();
    waits_->add_blockers(reached_[i].thread, blockers_);
    for (const ThreadIndex blocker : blockers_) {
      if (blocker != start) {
        visit(blocker, i);
        continue;
      }
      cycle_.clear();
      for (std::size_t at = i; at != 0; at = reached_[at].from) cycle_.push_back(reached_[at].thread);
      cycle_.push_back(start);
      std::reverse(cycle_.begin(), cycle_.end());
      return true;
    }
  }
  return false;
}

void WaitCycleChecker::visit(ThreadIndex thread, std::size_t from) {
  const auto is = [&](const Reached& reached) { return reached.thread == thread; };
  if (std::none_of(reached_.begin(), reached_.end(), is)) reached_.push_back({thread, from});
}

void WaitCycleChecker::report(Step step, Findings& findings) {
  std::rotate(cycle_.begin(), std::min_element(cycle_.begin(), cycle_.end()), cycle_.end());
  Finding finding;
  finding.checker = "wait-cycle";
  finding.step = step;
  for (std::size_t i = 0; i < cycle_.size(); ++i) {
    if (i > 0) finding.sentence << "; ";
    add_wait(finding, *waits_, cycle_[i], cycle_[(i + 1) % cycle_.size()]);
  }
  finding.hint = hint_for(finding, *waits_);
  finding.stops_execution = true;
  findings.push_back(std::move(finding));
}

}  // namespace snag
