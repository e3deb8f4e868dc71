// The wait-for graph: one pass over the events that take, release, wait and notify, and the words for a wait.
#include "checkers/waits.h"

#include <algorithm>

namespace snag {

namespace {

template <typename T>
void add_once(std::vector<T>& list, T item) {
  if (std::find(list.begin(), list.end(), item) == list.end()) list.push_back(item);
}

// Whether it gives up some day: a deadline that is no more than a big number is none.
bool is_timed(const Operation& operation) { return operation.argument != 0 && ~operation.argument != 0; }

// Who is in a thread's way at a lock, and how.
struct InTheWay {
  enum class How { holds, shares, lined_up } how = How::holds;
  ThreadIndex thread = no_thread;
  Step since = no_step;
};

// Of those in the way at the object that `waiter` waits for, `blocker`, or the first one. None: thread is no_thread.
InTheWay in_the_way(const Waits& waits, ThreadIndex waiter, ObjectIndex object, ThreadIndex blocker) {
  using How = InTheWay::How;
  const Holding holding = waits.holding(object);
  if (holding.holder != no_thread) return {How::holds, holding.holder, holding.taken};
  if (waits.thread(waiter).operation.kind == OperationKind::lock_shared) {
    const LinedUp* const writer = waits.lined_up(object, blocker);
    return writer == nullptr ? InTheWay{} : InTheWay{How::lined_up, writer->thread, writer->since};
  }
  const Share* share = blocker == no_thread ? nullptr : waits.share(blocker, object);
  if (share == nullptr) share = waits.any_share(object);
  return share == nullptr ? InTheWay{} : InTheWay{How::shares, share->thread, share->taken};
}

// ", which T2 has held since a.cpp:5"
void say_holder(Sentence& sentence, const Waits& waits, ThreadIndex thread, ObjectIndex object, ThreadIndex blocker) {
  const InTheWay holder = in_the_way(waits, thread, object, blocker);
  if (holder.thread == no_thread) return;
  if (holder.how == InTheWay::How::lined_up) {
    sentence << " behind " << ThreadRef{holder.thread} << ", which has waited to lock it since "
             << PlaceRef{holder.since};
    return;
  }
  const bool shares = holder.how == InTheWay::How::shares;
  if (holder.thread == thread) {
    sentence << (shares ? ", which it has shared itself since " : ", which it has held itself since ")
             << PlaceRef{holder.since};
  } else if (waits.thread(holder.thread).ended) {
    sentence << ", which " << ThreadRef{holder.thread} << (shares ? " took a share of at " : " took at ")
             << PlaceRef{holder.since} << " and still held when it ended";
  } else if (waits.thread(holder.thread).cut_off) {
    sentence << ", which " << ThreadRef{holder.thread} << (shares ? " took a share of at " : " took at ")
             << PlaceRef{holder.since} << " and still held when it was cut off";
  } else {
    sentence << ", which " << ThreadRef{holder.thread} << (shares ? " has shared since " : " has held since ")
             << PlaceRef{holder.since};
  }
}

void say_wait(Sentence& sentence, const Waits& waits, ThreadIndex thread, ThreadIndex blocker) {
  const ThreadState& state = waits.thread(thread);
  const Operation& operation = state.operation;
  sentence << ThreadRef{thread} << " waits at " << PlaceRef{state.blocked};
  switch (operation.kind) {
    case OperationKind::join:
      if (operation.target == thread)
        sentence << " for its own end";
      else if (operation.target == no_thread)
        sentence << " for the threads that nobody joined";
      else
        sentence << " for " << ThreadRef{operation.target} << " to end";
      return;
    case OperationKind::resume:
    case OperationKind::atomic_resume:
    case OperationKind::reacquire:
      if (state.queued_in != no_object) {
        sentence << " for a notify on " << ObjectRef{state.queued_in};
        return;
      }
      [[fallthrough]];
    case OperationKind::lock:
    case OperationKind::lock_shared:
    case OperationKind::once_enter:
      sentence << (operation.kind == OperationKind::lock_shared ? " to share " : " for ")
               << ObjectRef{operation.object};
      say_holder(sentence, waits, thread, operation.object, blocker);
      return;
    case OperationKind::acquire: sentence << " for a release of " << ObjectRef{operation.object}; return;
    case OperationKind::latch_wait: sentence << " for " << ObjectRef{operation.object} << " to reach zero"; return;
    case OperationKind::barrier_wait: sentence << " for the others at " << ObjectRef{operation.object}; return;
    case OperationKind::put:
    case OperationKind::try_put: sentence << " for room in " << ObjectRef{operation.object}; return;
    case OperationKind::get:
    case OperationKind::try_get: sentence << " for an item in " << ObjectRef{operation.object}; return;
    case OperationKind::queue_join:
      sentence << " for all tasks of " << ObjectRef{operation.object} << " to be done";
      return;
    case OperationKind::future_wait:
    case OperationKind::future_try_wait:
      sentence << " for the result of " << ObjectRef{operation.object};
      if (operation.target != no_thread) sentence << ", which " << ThreadRef{operation.target} << " computes";
      return;
    case OperationKind::event_resume: sentence << " for " << ObjectRef{operation.object} << " to be set"; return;
    case OperationKind::barrier_enter: sentence << " for the others to leave " << ObjectRef{operation.object}; return;
    case OperationKind::barrier_leave: sentence << " for the others at " << ObjectRef{operation.object}; return;
    default: sentence << " to " << OperationRef{state.blocked}; return;
  }
}

// The object that the thread is blocked at: for one that waits to be notified, the condition variable.
ObjectIndex wanted(const ThreadState& state) {
  const bool queued = state.operation.kind == OperationKind::reacquire && state.queued_in != no_object;
  return queued ? state.queued_in : state.operation.object;
}

}  // namespace

void Waits::begin() {
  holdings_.clear();
  threads_.clear();
  shares_.clear();
  lined_up_.clear();
}

void Waits::observe(const Event& event) {
  ThreadState& state = thread_at(event.thread);
  if (event.phase == Phase::waiting) {
    state.blocked = event.step;
    state.operation = event.operation;
    return;
  }
  if (event.phase == Phase::ready) return;  // still blocked until it gets the processor
  state.blocked = no_step;
  const Operation& operation = event.operation;
  switch (operation.kind) {
    case OperationKind::try_lock:
      leave_line(event.thread, operation.object);
      if (event.success) take(event.thread, operation.object, event);
      break;
    case OperationKind::lock:
      leave_line(event.thread, operation.object);
      take(event.thread, operation.object, event);
      break;
    case OperationKind::line_up: lined_up_.push_back({operation.object, event.thread, event.step}); break;
    case OperationKind::try_lock_shared:
      if (!event.success) break;
      [[fallthrough]];
    case OperationKind::lock_shared: take_share(event.thread, operation.object, event.step); break;
    case OperationKind::unlock_shared: let_go_share(event.thread, operation.object, event.step); break;
    case OperationKind::reacquire:
      state.queued_in = no_object;
      take(event.thread, operation.object, event);
      break;
    case OperationKind::atomic_wait:
      if (event.success) break;
      state.queued_in = operation.object;
      state.queued = event.step;
      break;
    case OperationKind::atomic_resume:
    case OperationKind::resume: state.queued_in = no_object; break;
    case OperationKind::unlock: let_go(event.thread, operation.object, event); break;
    case OperationKind::wait:
      state.queued_in = operation.object;
      state.queued = event.step;
      let_go(event.thread, operation.second, event);
      break;
    case OperationKind::notify_one:
      if (operation.target != no_thread) thread_at(operation.target).queued_in = no_object;
      break;
    case OperationKind::notify_all: wake_all(operation.object); break;
    case OperationKind::once_enter:
      if (event.after == 1) holding_at(operation.object) = {event.thread, 1, event.step, no_thread, no_step};
      break;
    case OperationKind::once_leave: holding_at(operation.object).holder = no_thread; break;
    case OperationKind::end: state.ended = true; break;
    case OperationKind::cut_off: cut_off(operation.target); break;
    default: break;
  }
}

const ThreadState& Waits::thread(ThreadIndex thread) const {
  static const ThreadState fresh;
  return thread < threads_.size() ? threads_[thread] : fresh;
}

const Share* Waits::share(ThreadIndex thread, ObjectIndex object) const {
  const auto is = [&](const Share& share) { return share.thread == thread && share.object == object; };
  const auto found = std::find_if(shares_.begin(), shares_.end(), is);
  return found == shares_.end() ? nullptr : &*found;
}

const Share* Waits::any_share(ObjectIndex object) const {
  const auto is = [&](const Share& share) { return share.object == object; };
  const auto found = std::find_if(shares_.begin(), shares_.end(), is);
  return found == shares_.end() ? nullptr : &*found;
}

const LinedUp* Waits::lined_up(ObjectIndex object, ThreadIndex preferred) const {
  const LinedUp* found = nullptr;
  for (const LinedUp& writer : lined_up_) {
    if (writer.object != object) continue;
    if (writer.thread == preferred) return &writer;
    if (found == nullptr) found = &writer;
  }
  return found;
}

void Waits::add_blockers(ThreadIndex thread, std::vector<ThreadIndex>& blockers) const {
  const ThreadState& state = this->thread(thread);
  if (state.blocked == no_step) return;
  const ObjectIndex object = state.operation.object;
  const auto add_holder = [&] {
    if (holding(object).holder != no_thread) blockers.push_back(holding(object).holder);
  };
  switch (state.operation.kind) {
    case OperationKind::join:
      if (state.operation.target != no_thread && !is_timed(state.operation)) blockers.push_back(state.operation.target);
      return;
    case OperationKind::reacquire:
      if (state.queued_in == no_object) add_holder();
      return;
    case OperationKind::once_enter: add_holder(); return;
    case OperationKind::future_wait:
      if (state.operation.target != no_thread) blockers.push_back(state.operation.target);
      return;
    case OperationKind::lock:
      add_holder();
      // Its own share first: then the others do not matter.
      if (share(thread, object) != nullptr) blockers.push_back(thread);
      for (const Share& share : shares_)
        if (share.object == object && share.thread != thread) blockers.push_back(share.thread);
      return;
    case OperationKind::lock_shared:
      add_holder();
      for (const LinedUp& writer : lined_up_)
        if (writer.object == object) blockers.push_back(writer.thread);
      return;
    default: return;
  }
}

Holding& Waits::holding_at(ObjectIndex object) {
  if (object >= holdings_.size()) holdings_.resize(object + std::size_t{1});
  return holdings_[object];
}

ThreadState& Waits::thread_at(ThreadIndex thread) {
  if (thread >= threads_.size()) threads_.resize(thread + std::size_t{1});
  return threads_[thread];
}

void Waits::take(ThreadIndex thread, ObjectIndex object, const Event& event) {
  Holding& holding = holding_at(object);
  if (holding.holder == thread) {
    holding.depth += levels_of(event);
    return;
  }
  if (holding.holder != no_thread) --thread_at(holding.holder).locks_held;
  holding.holder = thread;
  holding.depth = levels_of(event);
  holding.taken = event.step;
  ++thread_at(thread).locks_held;
}

void Waits::let_go(ThreadIndex thread, ObjectIndex object, const Event& event) {
  if (object == no_object) return;
  Holding& holding = holding_at(object);
  if (holding.holder == no_thread) return;
  if (holding.holder == thread && holding.depth > levels_of(event)) {
    holding.depth -= levels_of(event);
    return;
  }
  --thread_at(holding.holder).locks_held;
  holding.holder = no_thread;
  holding.depth = 0;
  holding.releaser = thread;
  holding.released = event.step;
}

void Waits::take_share(ThreadIndex thread, ObjectIndex object, Step step) {
  for (Share& share : shares_) {
    if (share.thread != thread || share.object != object) continue;
    ++share.depth;
    return;
  }
  shares_.push_back({object, thread, 1, step});
  ++thread_at(thread).locks_held;
}

// A share that the thread does not have is taken from somebody who has one: such a release is misuse.
void Waits::let_go_share(ThreadIndex thread, ObjectIndex object, Step step) {
  const Share* const found = share(thread, object) != nullptr ? share(thread, object) : any_share(object);
  if (found == nullptr) return;
  const auto share = shares_.begin() + (found - shares_.data());
  if (--share->depth > 0) return;
  --thread_at(share->thread).locks_held;
  shares_.erase(share);
  Holding& holding = holding_at(object);
  holding.releaser = thread;
  holding.released = step;
}

void Waits::leave_line(ThreadIndex thread, ObjectIndex object) {
  if (lined_up_.empty()) return;
  const auto is = [&](const LinedUp& writer) { return writer.thread == thread && writer.object == object; };
  const auto found = std::find_if(lined_up_.begin(), lined_up_.end(), is);
  if (found != lined_up_.end()) lined_up_.erase(found);
}

// It never goes on, but it has not ended either: what it holds it keeps.
void Waits::cut_off(ThreadIndex thread) {
  ThreadState& state = thread_at(thread);
  state.blocked = no_step;
  state.queued_in = no_object;
  state.cut_off = true;
}

void Waits::wake_all(ObjectIndex condition) {
  for (ThreadState& state : threads_) {
    if (state.queued_in == condition) state.queued_in = no_object;
  }
}

void add_wait(Finding& finding, const Waits& waits, ThreadIndex thread, ThreadIndex blocker) {
  say_wait(finding.sentence, waits, thread, blocker);
  add_wait_unsaid(finding, waits, thread, blocker);
}

bool only_locks_and_joins(const Waits& waits) {
  for (ThreadIndex thread = 0; thread < waits.threads(); ++thread) {
    const ThreadState& state = waits.thread(thread);
    if (state.blocked == no_step || state.operation.kind == OperationKind::join) continue;
    const ObjectIndex object = state.operation.object;
    const bool held = waits.holding(object).holder != no_thread || waits.any_share(object) != nullptr;
    if (state.queued_in != no_object || !held) return false;
  }
  return true;
}

void add_wait_unsaid(Finding& finding, const Waits& waits, ThreadIndex thread, ThreadIndex blocker) {
  const ThreadState& state = waits.thread(thread);
  add_once(finding.threads, thread);
  if (state.operation.kind == OperationKind::join) {
    const ThreadIndex target = state.operation.target;
    if (target != no_thread)
      finding.relations.push_back({Relation::Kind::joins, thread, no_object, target, state.blocked});
  } else if (const ObjectIndex object = wanted(state); object != no_object) {
    add_once(finding.objects, object);
    const InTheWay holder = in_the_way(waits, thread, object, blocker);
    const bool behind = holder.how == InTheWay::How::lined_up;
    if (holder.thread != no_thread) {
      if (!behind) finding.relations.push_back({Relation::Kind::holds, holder.thread, object, no_thread, holder.since});
      add_once(finding.steps, holder.since);
    }
    const bool computed = state.operation.kind == OperationKind::future_wait;
    finding.relations.push_back({Relation::Kind::wants, thread, object,
                                 behind     ? holder.thread
                                 : computed ? state.operation.target
                                            : no_thread,
                                 state.blocked});
  }
  finding.steps.push_back(state.blocked);
}

}  // namespace snag
