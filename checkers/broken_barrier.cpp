// Follows each barrier: who broke it, and who has seen that since.
#include "checkers/broken_barrier.h"

#include <algorithm>
#include <string_view>

namespace snag {

namespace {

// What threading::BrokenBarrierError says.
constexpr std::string_view text_of_error = "the barrier is broken";

Finding tell(const Event& wait, const Event& broke, Step known) {
  const bool aborted = broke.operation.kind == OperationKind::barrier_abort;
  Finding finding;
  finding.checker = "broken-barrier";
  finding.step = wait.step;
  finding.sentence << ThreadRef{wait.thread} << " waits at " << PlaceRef{wait.step} << " at "
                   << ObjectRef{wait.operation.object} << ", which is broken: " << ThreadRef{broke.thread}
                   << (aborted ? " broke it at " : " waited too long at ") << PlaceRef{broke.step};
  finding.hint =
      "A broken barrier holds nobody any more until it is reset: when a wait fails, let one thread reset it after all "
      "have noticed, or give it up.";
  finding.threads = {wait.thread};
  if (broke.thread != wait.thread) finding.threads.push_back(broke.thread);
  finding.objects = {wait.operation.object};
  finding.steps = {broke.step};
  if (known != no_step && known != broke.step) {
    finding.sentence << ", and " << ThreadRef{wait.thread} << " has known it since " << PlaceRef{known};
    finding.steps.push_back(known);
  }
  finding.steps.push_back(wait.step);
  finding.stops_execution = true;
  return finding;
}

constexpr Interest interest_of_broken_barrier{
    .done = {OperationKind::barrier_enter, OperationKind::barrier_leave, OperationKind::barrier_abort,
             OperationKind::barrier_reset, OperationKind::barrier_state},
    .waiting = {},
    .ends = Interest::Ends::none,
    .wakes = {OperationKind::barrier_enter, OperationKind::barrier_leave, OperationKind::barrier_abort,
              OperationKind::barrier_reset, OperationKind::barrier_state},
    .done_awake = {OperationKind::uncaught_exception}};

}  // namespace

BrokenBarrierChecker::BrokenBarrierChecker() : Checker(interest_of_broken_barrier) {}

void BrokenBarrierChecker::begin() {
  barriers_.clear();
  refused_.clear();
}

void BrokenBarrierChecker::observe(const Event& event, const Observation& seen, Findings& findings) {
  if (event.phase != Phase::done) return;
  switch (event.operation.kind) {
    case OperationKind::barrier_enter: see_enter(event, seen, findings); break;
    case OperationKind::barrier_leave: see_leave(event); break;
    case OperationKind::barrier_abort: break_it(of(event.operation.object), event); break;
    case OperationKind::barrier_reset:
      of(event.operation.object) = {event.operation.object, no_step, event.before, {}};
      break;
    case OperationKind::barrier_state:
      if (event.after == 1) learn(of(event.operation.object), event);
      break;
    case OperationKind::uncaught_exception: see_exception(event, seen, findings); break;
    default: break;
  }
}

BrokenBarrierChecker::Barrier& BrokenBarrierChecker::of(ObjectIndex object) {
  const auto found = std::find_if(barriers_.begin(), barriers_.end(),
                                  [&](const Barrier& barrier) { return barrier.object == object; });
  if (found != barriers_.end()) return *found;
  barriers_.push_back({object, no_step, 0, {}});
  return barriers_.back();
}

void BrokenBarrierChecker::break_it(Barrier& barrier, const Event& event) {
  if (barrier.broken == no_step) barrier.broken = event.step;
  learn(barrier, event);
}

void BrokenBarrierChecker::learn(Barrier& barrier, const Event& event) {
  const auto same = [&](const Knowing& knowing) { return knowing.thread == event.thread; };
  if (std::none_of(barrier.knowing.begin(), barrier.knowing.end(), same))
    barrier.knowing.push_back({event.thread, event.step});
}

void BrokenBarrierChecker::see_enter(const Event& event, const Observation& seen, Findings& findings) {
  std::erase_if(refused_, [&](const Refused& refused) { return refused.thread == event.thread; });
  if (event.success) return;
  Barrier& barrier = of(event.operation.object);
  if (barrier.broken == no_step) return;  // a trace made by hand
  const auto known = std::find_if(barrier.knowing.begin(), barrier.knowing.end(),
                                  [&](const Knowing& knowing) { return knowing.thread == event.thread; });
  if (known != barrier.knowing.end()) {
    findings.push_back(tell(event, seen.trace.events[barrier.broken], known->since));
    return;
  }
  learn(barrier, event);
  refused_.push_back({event.thread, event.operation.object, event.step});
}

// A wait fails because of a reset, because the barrier is broken, or because it has waited too long: then it breaks it.
void BrokenBarrierChecker::see_leave(const Event& event) {
  Barrier& barrier = of(event.operation.object);
  if (event.success)
    barrier.sent_away = 0;  // the reset came when the round was complete
  else if (barrier.broken != no_step)
    learn(barrier, event);
  else if (barrier.sent_away > 0)
    --barrier.sent_away;
  else
    break_it(barrier, event);
}

void BrokenBarrierChecker::see_exception(const Event& event, const Observation& seen, Findings& findings) {
  const std::uint64_t text = event.operation.argument;
  if (text >= seen.trace.texts.size() || seen.trace.texts[text] != text_of_error) return;
  const auto refused =
      std::find_if(refused_.begin(), refused_.end(), [&](const Refused& one) { return one.thread == event.thread; });
  if (refused == refused_.end()) return;
  const Barrier& barrier = of(refused->barrier);
  if (barrier.broken == no_step) return;  // reset in the meantime
  Finding finding = tell(seen.trace.events[refused->step], seen.trace.events[barrier.broken], no_step);
  finding.step = event.step;
  finding.sentence << ", and nobody catches the exception";
  findings.push_back(std::move(finding));
}

}  // namespace snag
