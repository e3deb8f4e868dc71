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

// ", which T2 has held since a.cpp:5"
void say_holder(Sentence& sentence, const Waits& waits, ThreadIndex thread, ObjectIndex object) {
  const Holding holding = waits.holding(object);
  if (holding.holder == no_thread) return;
  if (holding.holder == thread) {
    sentence << ", which it has held itself since " << PlaceRef{holding.taken};
  } else if (waits.thread(holding.holder).ended) {
    sentence << ", which " << ThreadRef{holding.holder} << " took at " << PlaceRef{holding.taken}
             << " and still held when it ended";
  } else if (waits.thread(holding.holder).cut_off) {
    sentence << ", which " << ThreadRef{holding.holder} << " took at " << PlaceRef{holding.taken}
             << " and still held when it was cut off";
  } else {
    sentence << ", which " << ThreadRef{holding.holder} << " has held since " << PlaceRef{holding.taken};
  }
}

void say_wait(Sentence& sentence, const Waits& waits, ThreadIndex thread) {
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
    case OperationKind::reacquire:
      if (state.queued_in != no_object) {
        sentence << " for a notify on " << ObjectRef{state.queued_in};
        return;
      }
      [[fallthrough]];
    case OperationKind::lock:
    case OperationKind::once_enter:
      sentence << " for " << ObjectRef{operation.object};
      say_holder(sentence, waits, thread, operation.object);
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
}

void Waits::observe(const Event& event) {
  ThreadState& state = thread_at(event.thread);
  if (event.phase == Phase::waiting) {
    state.blocked = event.step;
    state.operation = event.operation;
    return;
  }
  state.blocked = no_step;
  const Operation& operation = event.operation;
  switch (operation.kind) {
    case OperationKind::lock: take(event.thread, operation.object, event); break;
    case OperationKind::try_lock:
      if (event.success) take(event.thread, operation.object, event);
      break;
    case OperationKind::reacquire:
      state.queued_in = no_object;
      take(event.thread, operation.object, event);
      break;
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

ThreadIndex Waits::blocker(ThreadIndex thread) const {
  const ThreadState& state = this->thread(thread);
  if (state.blocked == no_step) return no_thread;
  switch (state.operation.kind) {
    case OperationKind::join: return is_timed(state.operation) ? no_thread : state.operation.target;
    case OperationKind::lock:
    case OperationKind::once_enter: return holding(state.operation.object).holder;
    case OperationKind::reacquire:
      return state.queued_in == no_object ? holding(state.operation.object).holder : no_thread;
    default: return no_thread;
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

bool only_locks_and_joins(const Waits& waits) {
  for (ThreadIndex thread = 0; thread < waits.threads(); ++thread) {
    const ThreadState& state = waits.thread(thread);
    if (state.blocked == no_step || state.operation.kind == OperationKind::join) continue;
    if (state.queued_in != no_object || waits.holding(state.operation.object).holder == no_thread) return false;
  }
  return true;
}

void add_wait(Finding& finding, const Waits& waits, ThreadIndex thread) {
  say_wait(finding.sentence, waits, thread);
  add_wait_unsaid(finding, waits, thread);
}

void add_wait_unsaid(Finding& finding, const Waits& waits, ThreadIndex thread) {
  const ThreadState& state = waits.thread(thread);
  add_once(finding.threads, thread);
  if (state.operation.kind == OperationKind::join) {
    const ThreadIndex target = state.operation.target;
    if (target != no_thread)
      finding.relations.push_back({Relation::Kind::joins, thread, no_object, target, state.blocked});
  } else if (const ObjectIndex object = wanted(state); object != no_object) {
    add_once(finding.objects, object);
    const Holding holding = waits.holding(object);
    if (holding.holder != no_thread) {
      finding.relations.push_back({Relation::Kind::holds, holding.holder, object, no_thread, holding.taken});
      add_once(finding.steps, holding.taken);
    }
    finding.relations.push_back({Relation::Kind::wants, thread, object, no_thread, state.blocked});
  }
  finding.steps.push_back(state.blocked);
}

}  // namespace snag
