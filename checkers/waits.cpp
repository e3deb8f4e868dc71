// The words for a wait.
#include "checkers/waits.h"

#include <algorithm>

namespace snag {

namespace {

template <typename T>
void add_once(std::vector<T>& list, T item) {
  if (std::find(list.begin(), list.end(), item) == list.end()) list.push_back(item);
}

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
