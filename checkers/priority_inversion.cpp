#include "checkers/priority_inversion.h"

#include "checkers/patience.h"

#include <algorithm>

namespace snag {

namespace {

constexpr const char* hint =
    "Let the holder be as urgent as those that wait for it: a snag::priority_mutex with PriorityInheritance, or with a "
    "PriorityCeiling. Or let threads of such different urgency share no lock.";

constexpr std::uint64_t never_ran = ~std::uint64_t{0};

bool is_lock(OperationKind kind) {
  return kind == OperationKind::lock || kind == OperationKind::lock_shared || kind == OperationKind::reacquire;
}

constexpr Interest interest_of_priority_inversion{.executions = Interest::Executions::scheduled};

}  // namespace

PriorityInversionChecker::PriorityInversionChecker() : Checker(interest_of_priority_inversion) {}

void PriorityInversionChecker::begin() {
  timeline_.begin();
  inversions_.clear();
}

void PriorityInversionChecker::observe(const Event& event, const Observation& seen, Findings& findings) {
  if (!seen.trace.scheduling) return;
  waits_ = &seen.waits_before(event);
  // Who waited does something: it has got the lock, or given up.
  if (event.phase == Phase::done) end(event.thread, event.step, seen.trace, findings);
  const bool works = event.phase == Phase::done && event.operation.kind == OperationKind::work;
  if (works && event.after > event.before) see_work(event, seen.trace);
  timeline_.observe(event);
  if (!works || seen.trace.scheduling->starved_after == 0) return;
  for (Inversion& inversion : inversions_) {
    if (inversion.told || inversion.duration <= patience * seen.trace.scheduling->starved_after) continue;
    tell(inversion, no_step, seen.trace, findings);
    findings.back().stops_execution = true;
  }
}

void PriorityInversionChecker::finish(const Outcome&, const Observation& seen, Findings& findings) {
  while (!inversions_.empty()) end(inversions_.back().thread, no_step, seen.trace, findings);
}

// The work counts against everybody who waits for a less urgent holder, is more urgent than who works, and is not helped
// by it.
void PriorityInversionChecker::see_work(const Event& event, const Trace& trace) {
  find_priorities(trace);
  for (ThreadIndex thread = 0; thread < waits_->threads(); ++thread) {
    const ThreadState& state = waits_->thread(thread);
    if (thread == event.thread || state.blocked == no_step || !is_lock(state.operation.kind)) continue;
    // One that could go on stands ready: if it is kept waiting now, it is not by the lock.
    if (timeline_.position(thread).state != Slice::State::waits) continue;
    if (priorities_[event.thread] >= priorities_[thread] || has_part(event.thread, thread)) continue;
    std::vector<ThreadIndex> holders;
    waits_->add_blockers(thread, holders);
    const auto less_urgent = std::ranges::find_if(holders, [&](ThreadIndex holder) {
      return timeline_.position(holder).priority < timeline_.position(thread).priority;
    });
    if (less_urgent != holders.end()) add(event, thread, *less_urgent, state.operation.object);
  }
}

void PriorityInversionChecker::add(const Event& event, ThreadIndex thread, ThreadIndex holder, ObjectIndex lock) {
  auto found = std::ranges::find(inversions_, thread, &Inversion::thread);
  if (found == inversions_.end()) {
    const Holding holding = waits_->holding(lock);
    const Share* const share = waits_->share(holder, lock);
    const LinedUp* const writer = waits_->lined_up(lock, holder);
    const Step taken = share != nullptr              ? share->taken
                       : holding.holder != no_thread ? holding.taken
                       : writer != nullptr           ? writer->since
                                                     : waits_->thread(thread).blocked;
    inversions_.push_back({thread, holder, lock, taken, waits_->thread(thread).blocked});
    found = inversions_.end() - 1;
  }
  found->duration += event.after - event.before;
  auto ran = std::ranges::find_if(found->ran, [&](const Ran& one) { return one.rival.thread == event.thread; });
  if (ran == found->ran.end()) {
    found->ran.push_back({{event.thread, 0}, event.step, never_ran});
    ran = found->ran.end() - 1;
  }
  if (ran->until != event.before) ++ran->rival.times;  // else it goes on where it was
  ran->until = event.after;
  ran->rival.duration += event.after - event.before;
}

void PriorityInversionChecker::find_priorities(const Trace& trace) {
  const std::size_t count = std::max<std::size_t>({waits_->threads(), timeline_.threads(), trace.threads.size()});
  priorities_.assign(count, 0);
  for (ThreadIndex thread = 0; thread < timeline_.threads(); ++thread)
    priorities_[thread] = timeline_.position(thread).priority;
  for (ObjectIndex object = 0; object < trace.objects.size(); ++object) {
    const ThreadIndex holder = waits_->holding(object).holder;
    if (holder == no_thread || trace.objects[object].protocol != LockProtocol::ceiling) continue;
    priorities_[holder] = std::max(priorities_[holder], static_cast<int>(trace.objects[object].limit));
  }
  std::vector<Blocking> blockings;
  for (ThreadIndex thread = 0; thread < waits_->threads(); ++thread) {
    const ThreadState& state = waits_->thread(thread);
    if (state.blocked == no_step || !is_lock(state.operation.kind)) continue;
    if (trace.objects[state.operation.object].protocol != LockProtocol::inherit) continue;
    if (const ThreadIndex holder = waits_->holding(state.operation.object).holder; holder != no_thread)
      blockings.push_back({thread, holder});
  }
  inherit_priorities(priorities_, blockings);
}

// Whether the waiter waits for the runner, directly or through others.
bool PriorityInversionChecker::has_part(ThreadIndex runner, ThreadIndex waiter) const {
  std::vector<ThreadIndex> reached;
  waits_->add_blockers(waiter, reached);
  for (std::size_t i = 0; i < reached.size(); ++i) {
    if (reached[i] == runner) return true;
    std::vector<ThreadIndex> next;
    waits_->add_blockers(reached[i], next);
    for (const ThreadIndex thread : next)
      if (std::ranges::find(reached, thread) == reached.end()) reached.push_back(thread);
  }
  return false;
}

void PriorityInversionChecker::end(ThreadIndex thread, Step got, const Trace& trace, Findings& findings) {
  const auto found = std::ranges::find(inversions_, thread, &Inversion::thread);
  if (found == inversions_.end()) return;
  if (!found->told && found->duration > trace.scheduling->starved_after) tell(*found, got, trace, findings);
  inversions_.erase(found);
}

void PriorityInversionChecker::tell(Inversion& inversion, Step got, const Trace& trace, Findings& findings) {
  inversion.told = true;
  std::ranges::stable_sort(inversion.ran, std::greater<>(), [](const Ran& ran) { return ran.rival.duration; });
  const auto with_priority = [&](Sentence& sentence, ThreadIndex thread) {
    sentence << ThreadRef{thread} << " of priority " << std::to_string(timeline_.position(thread).priority);
  };
  Finding finding;
  finding.checker = "priority-inversion";
  finding.step = trace.events.back().step;
  finding.timeline = timeline_.slices();
  finding.threads = {inversion.thread, inversion.holder};
  finding.objects = {inversion.lock};
  with_priority(finding.sentence, inversion.thread);
  finding.sentence << " waits at " << PlaceRef{inversion.blocked} << " for " << ObjectRef{inversion.lock} << ", which ";
  with_priority(finding.sentence, inversion.holder);
  finding.sentence << " has held since " << PlaceRef{inversion.taken} << "; meanwhile, for "
                   << display_time(inversion.duration)
                   << ", others ran that are less urgent and have no part in the lock: ";
  const char* separator = "";
  finding.steps = {inversion.taken, inversion.blocked};
  for (const auto& [rival, first, until] : inversion.ran) {
    finding.rivals.push_back(rival);
    finding.steps.push_back(first);
    finding.sentence << separator;
    with_priority(finding.sentence, rival.thread);
    finding.sentence << " " << times_in_words(rival.times) << " for " << display_time(rival.duration);
    separator = ", ";
    finding.threads.push_back(rival.thread);
  }
  finding.hint = hint;
  if (got != no_step) finding.steps.push_back(got);
  finding.relations = {{Relation::Kind::holds, inversion.holder, inversion.lock, no_thread, inversion.taken},
                       {Relation::Kind::wants, inversion.thread, inversion.lock, no_thread, inversion.blocked}};
  findings.push_back(std::move(finding));
}

}  // namespace snag
