// Nothing is kept while events pass: a deadlock is rare, and the trace is there to be walked when it comes.
#include "checkers/deadlock.h"

#include "checkers/waits.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace snag {

namespace {

constexpr std::size_t clauses_max = 4;

std::vector<ThreadIndex> stuck_threads(const Waits& waits) {
  std::vector<ThreadIndex> stuck;
  for (ThreadIndex thread = 0; thread < waits.threads(); ++thread) {
    if (waits.thread(thread).blocked != no_step) stuck.push_back(thread);
  }
  // Joins say least about the cause, so they come last.
  std::stable_partition(stuck.begin(), stuck.end(),
                        [&](ThreadIndex thread) { return waits.thread(thread).operation.kind != OperationKind::join; });
  return stuck;
}

// "; 2 of 3 have arrived at b", for each barrier that somebody waits at.
void add_arrivals(Finding& finding, const Trace& trace) {
  for (const ObjectIndex object : finding.objects) {
    if (trace.objects[object].kind != ObjectKind::barrier) continue;
    std::int64_t expected = trace.objects[object].limit;
    std::int64_t arrived = 0;
    std::int64_t dropped = 0;  // they were expected in this phase, and are no more in the next
    for (const Event& event : trace.events) {
      const OperationKind kind = event.operation.kind;
      const bool drops = kind == OperationKind::arrive_and_drop;
      if (event.operation.object != object || (kind != OperationKind::arrive && !drops)) continue;
      arrived += static_cast<std::int64_t>(event.operation.argument);
      if (drops && event.operation.argument > 0) ++dropped;
      if (event.before == event.after) continue;
      expected -= dropped;
      arrived = dropped = 0;
    }
    finding.sentence << "; " << std::to_string(arrived) << " of " << std::to_string(expected) << " have arrived at "
                     << ObjectRef{object};
  }
}

constexpr Interest interest_of_deadlock{.done = {}, .waiting = {}, .ends = Interest::Ends::deadlocks};

}  // namespace

DeadlockChecker::DeadlockChecker() : Checker(interest_of_deadlock) {}

void DeadlockChecker::finish(const Outcome& outcome, const Observation& seen, Findings& findings) {
  if (outcome.verdict != Verdict::deadlock || seen.trace.events.empty()) return;
  const Waits& waits = seen.waits();
  const std::vector<ThreadIndex> stuck = stuck_threads(waits);

  Finding finding;
  finding.checker = "deadlock";
  finding.step = seen.trace.events.back().step;
  finding.sentence << "No thread can go on: ";
  const std::size_t said = std::min(stuck.size(), clauses_max);
  for (std::size_t i = 0; i < stuck.size(); ++i) {
    if (i > 0 && i < said) finding.sentence << "; ";
    if (i < said)
      add_wait(finding, waits, stuck[i]);
    else
      add_wait_unsaid(finding, waits, stuck[i]);
  }
  if (stuck.size() > said) finding.sentence << "; and " << std::to_string(stuck.size() - said) << " more wait";
  add_arrivals(finding, seen.trace);
  finding.hint = "Ask of each waiting thread who was to wake it, and why that one did not or no longer can.";
  findings.push_back(std::move(finding));
}

}  // namespace snag
