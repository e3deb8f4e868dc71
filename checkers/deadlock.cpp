// Nothing is kept while events pass: a deadlock is rare, and the trace is there to be walked when it comes.
#include "checkers/deadlock.h"

#include "checkers/waits.h"

#include <algorithm>
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

}  // namespace

void DeadlockChecker::finish(const Outcome& outcome, const Observation& seen, Findings& findings) {
  if (outcome.verdict != Verdict::deadlock || seen.trace.events.empty()) return;
  Waits waits;
  for (const Event& event : seen.trace.events) waits.observe(event);
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
  finding.hint = "Ask of each waiting thread who was to wake it, and why that one did not or no longer can.";
  findings.push_back(std::move(finding));
}

}  // namespace snag
