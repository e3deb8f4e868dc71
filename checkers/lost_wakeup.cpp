// Works on the finished trace: a deadlock is rare, so nothing is kept while events pass.
#include "checkers/lost_wakeup.h"

#include "checkers/waits.h"

#include <algorithm>
#include <vector>

namespace snag {

namespace {

bool is_notify(const Event& event) {
  return event.operation.kind == OperationKind::notify_one || event.operation.kind == OperationKind::notify_all;
}

bool reads(const Event& event) {
  switch (event.operation.kind) {
    case OperationKind::read:
    case OperationKind::load:
    case OperationKind::read_modify_write:
    case OperationKind::compare_exchange: return event.phase == Phase::done;
    default: return false;
  }
}

bool writes(const Event& event) {
  switch (event.operation.kind) {
    case OperationKind::write:
    case OperationKind::store:
    case OperationKind::read_modify_write: return event.phase == Phase::done;
    case OperationKind::compare_exchange: return event.phase == Phase::done && event.success;
    default: return false;
  }
}

// Whether the waiter, after the notify and before its wait, read something that the notifier wrote before the notify.
bool knew(const Trace& trace, const Event& notify, const Event& wait) {
  std::vector<ObjectIndex> read;
  for (Step step = notify.step + 1; step < wait.step; ++step) {
    const Event& event = trace.events[step];
    if (event.thread == wait.thread && reads(event)) read.push_back(event.operation.object);
  }
  if (read.empty()) return false;
  return std::any_of(trace.events.begin(), trace.events.begin() + notify.step, [&](const Event& event) {
    return event.thread == notify.thread && writes(event) &&
           std::find(read.begin(), read.end(), event.operation.object) != read.end();
  });
}

// The last notify that the waiter missed, or no_step.
Step find_missed(const Trace& trace, const Event& wait) {
  for (Step step = wait.step; step-- > 0;) {
    const Event& event = trace.events[step];
    if (!is_notify(event) || event.operation.object != wait.operation.object) continue;
    if (event.thread == wait.thread || event.before != 0) continue;
    if (!knew(trace, event, wait)) return step;
  }
  return no_step;
}

Finding tell(const Event& notify, const Event& wait) {
  Finding finding;
  finding.checker = "lost-wakeup";
  finding.sentence << ThreadRef{notify.thread} << "'s " << name_of(notify.operation.kind) << " at "
                   << PlaceRef{notify.step} << " came before " << ThreadRef{wait.thread} << "'s wait on "
                   << ObjectRef{wait.operation.object} << " at " << PlaceRef{wait.step}
                   << ": nobody was waiting then, and nobody notifies again";
  finding.hint =
      "A notify is not remembered. Keep what it announces in a variable, change that under the mutex, and wait with a "
      "predicate that looks at it.";
  finding.threads = {notify.thread, wait.thread};
  finding.objects = {wait.operation.object};
  finding.steps = {notify.step, wait.step};
  finding.relations = {{Relation::Kind::wants, wait.thread, wait.operation.object, no_thread, wait.step}};
  return finding;
}

}  // namespace

void LostWakeupChecker::finish(const Outcome& outcome, const Observation& seen, Findings& findings) {
  if (outcome.verdict != Verdict::deadlock) return;
  const Trace& trace = seen.trace;
  Waits waits;
  for (const Event& event : trace.events) waits.observe(event);
  std::vector<ObjectIndex> told;
  for (ThreadIndex thread = 0; thread < waits.threads(); ++thread) {
    const ThreadState& state = waits.thread(thread);
    if (state.blocked == no_step || state.queued_in == no_object) continue;
    if (std::find(told.begin(), told.end(), state.queued_in) != told.end()) continue;
    const Event& wait = trace.events[state.queued];
    const Step missed = find_missed(trace, wait);
    if (missed == no_step) continue;
    told.push_back(state.queued_in);
    findings.push_back(tell(trace.events[missed], wait));
    findings.back().step = trace.events.back().step;
  }
}

}  // namespace snag
