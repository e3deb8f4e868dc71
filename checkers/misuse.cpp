// One function a kind of event; each looks at the state before the event, which is taken in afterwards.
#include "checkers/misuse.h"

#include <algorithm>

namespace snag {

namespace {

constexpr const char* hint_guard =
    "Let a guard object (std::lock_guard, std::unique_lock) take the lock and let go of it: once each, on every path.";
constexpr const char* hint_owner =
    "Only the thread that took a mutex may release it. To signal another thread use a semaphore or a condition.";
constexpr const char* hint_mode =
    "A share goes back with unlock_shared, a lock with unlock: let std::shared_lock and std::unique_lock do it.";
constexpr const char* hint_bound =
    "Each release gives back what one acquire took: count both along every path, or raise the semaphore's bound.";
constexpr const char* hint_wait =
    "A wait lets go of the mutex and takes it again, so it must be held: give it the std::unique_lock that locked it.";
constexpr const char* hint_notify =
    "A condition is notified under its lock, where what it announces is changed: acquire the lock around both.";
constexpr const char* hint_task_done =
    "Call task_done once for each item that was got, after it has been dealt with: not after a get that failed.";
constexpr const char* hint_lifetime =
    "An object must outlive all its users: join the threads that use it before its scope ends.";
constexpr const char* hint_leak =
    "Let a guard object (std::lock_guard, std::unique_lock) hold the lock: it lets go on every path, exceptions too.";
constexpr const char* hint_join =
    "Every thread is joined or detached exactly once; std::jthread joins by itself, on every path.";

constexpr const char* hint_promise =
    "Set a value or an exception on every path before the promise goes, also when the work fails or is called off.";
constexpr std::uint64_t broken = 2;  // the result of a promise that is gone

Finding finding_at(const Event& event, const char* checker, const char* hint) {
  Finding finding;
  finding.checker = checker;
  finding.step = event.step;
  finding.hint = hint;
  finding.threads = {event.thread};
  if (event.operation.object != no_object) finding.objects = {event.operation.object};
  finding.stops_execution = true;
  return finding;
}

void add_thread(Finding& finding, ThreadIndex thread) {
  if (std::find(finding.threads.begin(), finding.threads.end(), thread) == finding.threads.end())
    finding.threads.push_back(thread);
}

void add_sharer(Finding& finding, const Share& share) {
  add_thread(finding, share.thread);
  finding.steps.push_back(share.taken);
  finding.relations.push_back({Relation::Kind::holds, share.thread, share.object, no_thread, share.taken});
}
// A threading::Lock: whoever releases it, it was to be released.
bool is_anybodys(const Trace& trace, ObjectIndex lock) { return trace.objects[lock].kind == ObjectKind::lock; }

void add_holder(Finding& finding, const Holding& holding, ObjectIndex lock) {
  add_thread(finding, holding.holder);
  finding.steps.push_back(holding.taken);
  finding.relations.push_back({Relation::Kind::holds, holding.holder, lock, no_thread, holding.taken});
}

constexpr OperationKinds needs_waits{
    OperationKind::unlock,          OperationKind::unlock_shared, OperationKind::wait, OperationKind::wait_unlocked,
    OperationKind::notify_unlocked, OperationKind::destroy,       OperationKind::end};

constexpr Interest interest_of_misuse{
    .done = {OperationKind::unlock, OperationKind::unlock_shared, OperationKind::release, OperationKind::wait,
             OperationKind::notify_unlocked, OperationKind::wait_unlocked, OperationKind::task_done,
             OperationKind::destroy, OperationKind::end, OperationKind::join, OperationKind::detach,
             OperationKind::join_misused, OperationKind::set_result, OperationKind::future_wait,
             OperationKind::thread_destroyed},
    .waiting = {},
    .routine = Interest::Routine::skipped,
    .ends = Interest::Ends::deadlocks,
    // Whatever is done to what has been destroyed.
    .wakes = {OperationKind::destroy},
    .done_awake = OperationKinds::all(),
    .waiting_awake = OperationKinds::all()};

}  // namespace

MisuseChecker::MisuseChecker() : Checker(interest_of_misuse) {}

void MisuseChecker::begin() {
  joined_.clear();
  destroyed_.clear();
  promises_.clear();
}

void MisuseChecker::observe(const Event& event, const Observation& seen, Findings& findings) {
  if (needs_waits.contains(event.operation.kind)) waits_ = &seen.waits_before(event);
  if (!destroyed_.empty()) see_use(event, findings);
  if (event.phase == Phase::done) {
    switch (event.operation.kind) {
      case OperationKind::unlock: see_unlock(event, seen.trace, findings); break;
      case OperationKind::unlock_shared: see_unlock_shared(event, findings); break;
      case OperationKind::release: see_release(event, seen.trace, findings); break;
      case OperationKind::wait:
      case OperationKind::notify_unlocked:
      case OperationKind::wait_unlocked: see_wait(event, seen.trace, findings); break;
      case OperationKind::task_done: see_task_done(event, seen.trace, findings); break;
      case OperationKind::destroy: see_destroy(event, findings); break;
      case OperationKind::end: see_end(event, seen.trace, findings); break;
      case OperationKind::join:
      case OperationKind::detach: see_join(event, seen.trace, findings); break;
      case OperationKind::join_misused: see_join_misused(event, findings); break;
      case OperationKind::set_result: see_set_result(event); break;
      case OperationKind::future_wait: see_future_wait(event, findings); break;
      case OperationKind::thread_destroyed: see_thread_destroyed(event, findings); break;
      default: break;
    }
  }
}

// What became of a lock that the thread should hold and does not: the end of the sentence.
void MisuseChecker::say_state(Finding& finding, ObjectIndex lock) const {
  const Holding holding = waits_->holding(lock);
  const Share* share = waits_->share(finding.threads.front(), lock);
  if (share == nullptr) share = waits_->any_share(lock);
  if (holding.holder != no_thread) {
    if (holding.holder == finding.threads.front())
      finding.sentence << "it holds it exclusively, since " << PlaceRef{holding.taken};
    else
      finding.sentence << ThreadRef{holding.holder} << " holds it, since " << PlaceRef{holding.taken};
    add_holder(finding, holding, lock);
  } else if (share != nullptr) {
    if (share->thread == finding.threads.front())
      finding.sentence << "it only shares it, since " << PlaceRef{share->taken};
    else
      finding.sentence << ThreadRef{share->thread} << " shares it, since " << PlaceRef{share->taken};
    add_sharer(finding, *share);
  } else if (holding.released == no_step) {
    finding.sentence << "nobody has ever taken it";
  } else {
    finding.sentence << "nobody holds it: " << ThreadRef{holding.releaser} << " released it at "
                     << PlaceRef{holding.released};
    add_thread(finding, holding.releaser);
    finding.steps.push_back(holding.released);
  }
}

void MisuseChecker::see_unlock(const Event& event, const Trace& trace, Findings& findings) const {
  const ObjectIndex lock = event.operation.object;
  const ThreadIndex holder = waits_->holding(lock).holder;
  if (holder == event.thread || (holder != no_thread && is_anybodys(trace, lock))) return;
  tell_release(event, " releases ", findings);
}

void MisuseChecker::see_unlock_shared(const Event& event, Findings& findings) const {
  if (waits_->share(event.thread, event.operation.object) != nullptr) return;
  tell_release(event, " gives back a share of ", findings);
}

// Of a lock that the thread does not hold, or not in this way.
void MisuseChecker::tell_release(const Event& event, const char* releases, Findings& findings) const {
  const ObjectIndex lock = event.operation.object;
  const ThreadIndex holder = waits_->holding(lock).holder;
  const Share* const share = waits_->any_share(lock);
  const bool own = holder == event.thread || waits_->share(event.thread, lock) != nullptr;
  const bool of_another = !own && (holder != no_thread || share != nullptr);
  Finding finding = of_another ? finding_at(event, "release-not-owner", hint_owner)
                               : finding_at(event, "release-unlocked", own ? hint_mode : hint_guard);
  finding.sentence << ThreadRef{event.thread} << releases << ObjectRef{lock} << " at " << PlaceRef{event.step}
                   << ", but ";
  say_state(finding, lock);
  finding.steps.push_back(event.step);
  findings.push_back(std::move(finding));
}

void MisuseChecker::see_release(const Event& event, const Trace& trace, Findings& findings) const {
  const ObjectIndex semaphore = event.operation.object;
  const auto bound = static_cast<std::uint64_t>(trace.objects[semaphore].limit);
  const std::uint64_t count = event.operation.argument;
  if (event.before <= bound && count <= bound - event.before) return;
  Finding finding = finding_at(event, "semaphore-overflow", hint_bound);
  finding.sentence << ThreadRef{event.thread} << " releases " << ObjectRef{semaphore} << " at " << PlaceRef{event.step}
                   << " by " << std::to_string(count) << " where its count is " << std::to_string(event.before)
                   << " and its bound is " << std::to_string(bound);
  finding.steps = {event.step};
  findings.push_back(std::move(finding));
}

void MisuseChecker::see_wait(const Event& event, const Trace& trace, Findings& findings) const {
  const ObjectIndex lock = event.operation.second;
  // A condition_variable_any lets go of its lock in an event of the lock's own.
  if (lock == no_object && event.operation.kind == OperationKind::wait) return;
  const ThreadIndex holder = lock == no_object ? no_thread : waits_->holding(lock).holder;
  const bool held = holder != no_thread && (holder == event.thread || is_anybodys(trace, lock));
  if (held && event.operation.kind == OperationKind::wait) return;
  const bool notifies = event.operation.kind == OperationKind::notify_unlocked;
  Finding finding =
      notifies ? finding_at(event, "notify-unlocked", hint_notify) : finding_at(event, "wait-unlocked", hint_wait);
  finding.sentence << ThreadRef{event.thread} << (notifies ? " notifies " : " waits on ")
                   << ObjectRef{event.operation.object} << " at " << PlaceRef{event.step};
  if (lock == no_object || held) {
    finding.sentence << " with a lock that it does not hold";
  } else {
    finding.sentence << " without holding " << ObjectRef{lock} << "; ";
    finding.objects.push_back(lock);
    say_state(finding, lock);
  }
  finding.steps.push_back(event.step);
  findings.push_back(std::move(finding));
}

void MisuseChecker::see_task_done(const Event& event, const Trace& trace, Findings& findings) const {
  if (event.before > 0) return;
  const ObjectIndex queue = event.operation.object;
  Finding finding = finding_at(event, "task-done-excess", hint_task_done);
  finding.sentence << ThreadRef{event.thread} << " calls task_done of " << ObjectRef{queue} << " at "
                   << PlaceRef{event.step} << ", but ";
  const auto earlier = std::find_if(trace.events.rbegin(), trace.events.rend(), [&](const Event& other) {
    return other.step < event.step && other.operation.kind == OperationKind::task_done &&
           other.operation.object == queue;
  });
  if (earlier == trace.events.rend()) {
    finding.sentence << "nothing that was put into it is unfinished";
  } else {
    finding.sentence << "every task is done: the last one by " << ThreadRef{earlier->thread} << " at "
                     << PlaceRef{earlier->step};
    add_thread(finding, earlier->thread);
    finding.steps.push_back(earlier->step);
  }
  finding.steps.push_back(event.step);
  findings.push_back(std::move(finding));
}

void MisuseChecker::see_destroy(const Event& event, Findings& findings) {
  const Operation& operation = event.operation;
  Finding finding = finding_at(event, "destroyed-in-use", hint_lifetime);
  finding.sentence << ThreadRef{event.thread} << " destroys " << ObjectRef{operation.object} << " at "
                   << PlaceRef{event.step};
  say_users(finding, operation.object);
  if (finding.steps.empty()) {
    if (operation.argument > 0) {
      finding.sentence << " while " << std::to_string(operation.argument) << " threads wait in it";
    } else if (operation.target != no_thread) {
      finding.sentence << " while " << ThreadRef{operation.target} << " is about to use it";
      add_thread(finding, operation.target);
    } else {
      destroyed_.push_back({operation.object, event.thread, event.step});
      return;
    }
  }
  finding.steps.push_back(event.step);
  findings.push_back(std::move(finding));
}

// Who holds the object and the first who waits for it: " while T1 holds it, since :1 and T2 waits for it at :2".
void MisuseChecker::say_users(Finding& finding, ObjectIndex object) const {
  const Holding holding = waits_->holding(object);
  if (holding.holder != no_thread) {
    finding.sentence << " while ";
    if (holding.holder == finding.threads.front())
      finding.sentence << "it holds it itself";
    else
      finding.sentence << ThreadRef{holding.holder} << " holds it";
    finding.sentence << ", since " << PlaceRef{holding.taken};
    add_holder(finding, holding, object);
  }
  for (const Share& share : waits_->shares()) {
    if (share.object != object) continue;
    finding.sentence << (finding.steps.empty() ? " while " : " and ");
    if (share.thread == finding.threads.front())
      finding.sentence << "it shares it itself";
    else
      finding.sentence << ThreadRef{share.thread} << " shares it";
    finding.sentence << ", since " << PlaceRef{share.taken};
    add_sharer(finding, share);
  }
  for (ThreadIndex thread = 0; thread < waits_->threads(); ++thread) {
    const ThreadState& state = waits_->thread(thread);
    // One that leaves a timed wait counts while it is queued: afterwards the condition variable may go.
    const bool blocked =
        state.blocked != no_step && state.operation.object == object && state.operation.kind != OperationKind::resume;
    if (!blocked && state.queued_in != object) continue;
    const Step since = blocked ? state.blocked : state.queued;
    finding.sentence << (finding.steps.empty() ? " while " : " and ") << ThreadRef{thread} << " waits for it at "
                     << PlaceRef{since};
    add_thread(finding, thread);
    finding.steps.push_back(since);
    finding.relations.push_back({Relation::Kind::wants, thread, object, no_thread, since});
    return;
  }
}

// A thread that leaves a wait (resume) may find the condition variable gone: it had been notified.
void MisuseChecker::see_use(const Event& event, Findings& findings) const {
  const Operation& operation = event.operation;
  if (operation.object == no_object || operation.kind == OperationKind::resume) return;
  for (const Destruction& destruction : destroyed_) {
    if (destruction.object != operation.object) continue;
    Finding finding = finding_at(event, "destroyed-in-use", hint_lifetime);
    finding.sentence << ThreadRef{event.thread} << " uses " << ObjectRef{operation.object} << " at "
                     << PlaceRef{event.step} << ", which " << ThreadRef{destruction.thread} << " has destroyed at "
                     << PlaceRef{destruction.step};
    add_thread(finding, destruction.thread);
    finding.steps = {destruction.step, event.step};
    findings.push_back(std::move(finding));
    return;
  }
}

void MisuseChecker::see_end(const Event& event, const Trace& trace, Findings& findings) const {
  if (waits_->thread(event.thread).locks_held == 0) return;
  for (ObjectIndex lock = 0; lock < trace.objects.size(); ++lock) {
    if (waits_->holding(lock).holder != event.thread) continue;
    if (trace.objects[lock].kind != ObjectKind::once_flag && !is_anybodys(trace, lock))
      tell_leak(event, lock, findings);
  }
  for (const Share& share : waits_->shares()) {
    if (share.thread != event.thread) continue;
    Finding finding = finding_at(event, "lock-leaked", hint_leak);
    finding.sentence << ThreadRef{event.thread} << " ends while it still shares " << ObjectRef{share.object}
                     << ", taken at " << PlaceRef{share.taken};
    finding.objects = {share.object};
    add_sharer(finding, share);
    finding.steps.push_back(event.step);
    finding.stops_execution = false;
    findings.push_back(std::move(finding));
  }
}

void MisuseChecker::tell_leak(const Event& end, ObjectIndex lock, Findings& findings) const {
  const Holding holding = waits_->holding(lock);
  Finding finding = finding_at(end, "lock-leaked", hint_leak);
  finding.sentence << ThreadRef{end.thread} << " ends while it still holds " << ObjectRef{lock} << ", taken at "
                   << PlaceRef{holding.taken};
  finding.objects = {lock};
  add_holder(finding, holding, lock);
  finding.steps.push_back(end.step);
  finding.stops_execution = false;
  findings.push_back(std::move(finding));
}

// Who is to release a threading::Lock shows in the end only.
void MisuseChecker::finish(const Outcome& outcome, const Observation& seen, Findings& findings) {
  waits_ = &seen.waits();
  if (outcome.verdict != Verdict::deadlock || !only_locks_and_joins(*waits_)) return;
  for (ObjectIndex lock = 0; lock < seen.trace.objects.size(); ++lock) {
    const ThreadIndex holder = waits_->holding(lock).holder;
    if (!is_anybodys(seen.trace, lock) || holder == no_thread || !waits_->thread(holder).ended) continue;
    bool wanted = false;
    for (ThreadIndex thread = 0; thread < waits_->threads(); ++thread)
      wanted = wanted || (waits_->thread(thread).blocked != no_step && waits_->thread(thread).operation.object == lock);
    const auto is_end = [&](const Event& event) {
      return event.thread == holder && event.operation.kind == OperationKind::end;
    };
    const auto end = std::find_if(seen.trace.events.begin(), seen.trace.events.end(), is_end);
    if (wanted && end != seen.trace.events.end()) tell_leak(*end, lock, findings);
  }
}

void MisuseChecker::see_join(const Event& event, const Trace& trace, Findings& findings) {
  const ThreadIndex target = event.operation.target;
  if (target == no_thread || !event.success || trace.threads[target].rejoinable) return;
  if (joined(target) != no_step) {
    see_join_misused(event, findings);
    return;
  }
  if (target >= joined_.size()) joined_.resize(std::max(target + std::size_t{1}, trace.threads.size()), no_step);
  joined_[target] = event.step;
}

void MisuseChecker::see_join_misused(const Event& event, Findings& findings) const {
  const ThreadIndex target = event.operation.target;
  Finding finding = finding_at(event, "join-misuse", hint_join);
  finding.sentence << ThreadRef{event.thread} << " joins or detaches ";
  if (target == no_thread) {
    finding.sentence << "at " << PlaceRef{event.step}
                     << " a thread object that stands for no thread (any more): it was joined, "
                     << "detached or moved from before, or never started one";
  } else if (target == event.thread) {
    finding.sentence << "itself at " << PlaceRef{event.step} << ": its end would wait for its end";
  } else {
    finding.sentence << ThreadRef{target} << " at " << PlaceRef{event.step} << ", which is not joinable";
    add_thread(finding, target);
  }
  if (joined(target) != no_step) {
    finding.sentence << " any more, since " << PlaceRef{joined(target)};
    finding.steps.push_back(joined(target));
  }
  finding.steps.push_back(event.step);
  findings.push_back(std::move(finding));
}

void MisuseChecker::see_set_result(const Event& event) {
  if (event.success && event.after == broken) promises_.push_back({event.operation.object, event.thread, event.step});
}

void MisuseChecker::see_future_wait(const Event& event, Findings& findings) const {
  if (event.after != broken) return;
  const ObjectIndex future = event.operation.object;
  Finding finding = finding_at(event, "broken-promise", hint_promise);
  finding.sentence << ThreadRef{event.thread} << " asks at " << PlaceRef{event.step} << " for the result of "
                   << ObjectRef{future} << ", which will never come";
  const auto dropped = std::find_if(promises_.begin(), promises_.end(),
                                    [&](const Destruction& promise) { return promise.object == future; });
  if (dropped != promises_.end()) {
    finding.sentence << ": " << ThreadRef{dropped->thread} << " let go of its promise at " << PlaceRef{dropped->step}
                     << " without a result";
    add_thread(finding, dropped->thread);
    finding.steps.push_back(dropped->step);
  }
  finding.steps.push_back(event.step);
  findings.push_back(std::move(finding));
}

void MisuseChecker::see_thread_destroyed(const Event& event, Findings& findings) const {
  Finding finding = finding_at(event, "thread-not-joined", hint_join);
  finding.sentence << ThreadRef{event.thread} << " destroys at " << PlaceRef{event.step} << " the thread object of "
                   << ThreadRef{event.operation.target} << ", which nobody has joined or detached";
  add_thread(finding, event.operation.target);
  finding.steps = {event.step};
  findings.push_back(std::move(finding));
}

}  // namespace snag
