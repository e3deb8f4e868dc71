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
    case OperationKind::atomic_wait:
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

// Whether the last that the notifier wrote to the object before the notify was news to the waiter after it: it had not
// read it by then.
bool was_news(const Trace& trace, const Event& notify, ThreadIndex waiter, ObjectIndex object) {
  for (Step step = notify.step; step-- > 0;) {
    const Event& event = trace.events[step];
    if (event.operation.object != object) continue;
    if (event.thread == waiter && reads(event)) return false;
    if (event.thread == notify.thread && writes(event)) return true;
  }
  return false;
}

// Whether the waiter, after the notify and before its wait, read something that the notifier wrote before the notify, and
// that it had not read before.
bool knew(const Trace& trace, const Event& notify, const Event& wait) {
  for (Step step = notify.step + 1; step < wait.step; ++step) {
    const Event& event = trace.events[step];
    if (event.thread == wait.thread && reads(event) && was_news(trace, notify, wait.thread, event.operation.object))
      return true;
  }
  return false;
}

// Whether a notify in time would have been enough. A condition variable's waiter goes on by itself, an atomic's if the
// value is another one then.
bool would_have_gone_on(const Trace& trace, const Event& notify, const Event& wait) {
  if (wait.operation.kind != OperationKind::atomic_wait) return true;
  for (Step step = notify.step; step-- > 0;) {
    const Event& event = trace.events[step];
    if (event.operation.object == wait.operation.object && (reads(event) || writes(event)))
      return event.after != wait.operation.argument;
  }
  return false;
}

// The last notify that the waiter missed, or no_step.
Step find_missed(const Trace& trace, const Event& wait) {
  for (Step step = wait.step; step-- > 0;) {
    const Event& event = trace.events[step];
    if (!is_notify(event) || event.operation.object != wait.operation.object) continue;
    if (event.thread == wait.thread || event.before != 0 || !would_have_gone_on(trace, event, wait)) continue;
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

// The last change of the atomic, if it came while the thread waited, made the value another one, and no notify followed.
Step find_unannounced(const Trace& trace, const Event& wait) {
  if (wait.operation.kind != OperationKind::atomic_wait) return no_step;
  for (auto step = static_cast<Step>(trace.events.size()); --step > wait.step;) {
    const Event& event = trace.events[step];
    if (event.phase != Phase::done || event.operation.object != wait.operation.object) continue;
    if (is_notify(event)) return no_step;
    if (writes(event)) return event.after == wait.operation.argument ? no_step : step;
  }
  return no_step;
}

// The thread's last notify on the object before the step, or no_step.
Step find_notify(const Trace& trace, ThreadIndex thread, ObjectIndex object, Step before) {
  for (Step step = before; step-- > 0;) {
    const Event& event = trace.events[step];
    if (is_notify(event) && event.thread == thread && event.operation.object == object) return step;
  }
  return no_step;
}

Finding tell_unannounced(const Trace& trace, const Event& change, const Event& wait) {
  const ObjectIndex object = wait.operation.object;
  Finding finding;
  finding.checker = "lost-wakeup";
  finding.sentence << ThreadRef{change.thread} << " changed " << ObjectRef{object} << " from "
                   << ValueRef{object, change.before} << " to " << ValueRef{object, change.after} << " at "
                   << PlaceRef{change.step} << ", while " << ThreadRef{wait.thread}
                   << " was waiting for another value than " << ValueRef{object, wait.operation.argument} << " at "
                   << PlaceRef{wait.step} << ", and nobody notifies after that";
  const Step notify = find_notify(trace, change.thread, object, change.step);
  if (notify != no_step) {
    finding.sentence << ": " << ThreadRef{change.thread} << "'s " << name_of(trace.events[notify].operation.kind)
                     << " at " << PlaceRef{notify} << " came before the change";
    finding.steps.push_back(notify);
  }
  finding.hint =
      "Change the value first and notify afterwards, on every path: who waits is not woken by the change itself, and "
      "who "
      "is woken looks at the value again.";
  finding.threads = {change.thread, wait.thread};
  finding.objects = {object};
  finding.steps.push_back(wait.step);
  finding.steps.push_back(change.step);
  finding.relations = {{Relation::Kind::wants, wait.thread, object, no_thread, wait.step}};
  return finding;
}

constexpr Interest interest_of_lost_wakeup{.done = {}, .waiting = {}, .ends = Interest::Ends::deadlocks};

}  // namespace

LostWakeupChecker::LostWakeupChecker() : Checker(interest_of_lost_wakeup) {}

void LostWakeupChecker::finish(const Outcome& outcome, const Observation& seen, Findings& findings) {
  if (outcome.verdict != Verdict::deadlock) return;
  const Trace& trace = seen.trace;
  const Waits& waits = seen.waits();
  std::vector<ObjectIndex> told;
  for (ThreadIndex thread = 0; thread < waits.threads(); ++thread) {
    const ThreadState& state = waits.thread(thread);
    if (state.blocked == no_step || state.queued_in == no_object) continue;
    if (std::find(told.begin(), told.end(), state.queued_in) != told.end()) continue;
    const Event& wait = trace.events[state.queued];
    if (const Step unannounced = find_unannounced(trace, wait); unannounced != no_step)
      findings.push_back(tell_unannounced(trace, trace.events[unannounced], wait));
    else if (const Step missed = find_missed(trace, wait); missed != no_step)
      findings.push_back(tell(trace.events[missed], wait));
    else
      continue;
    told.push_back(state.queued_in);
    findings.back().step = trace.events.back().step;
  }
}

}  // namespace snag
