// How each kind of event joins and publishes clocks; one switch tells which. Where we differ from the standard:
// sequentially consistent operations and fences synchronise as acquire-release ones do (values are sequentially
// consistent anyway), and a semaphore, latch or barrier hands on all releases so far, not only those that its
// counter needed: edges too many hide a race, edges too few would invent one.
#include "harness/trace/happens_before.h"

#include <algorithm>

namespace snag {
namespace {

bool acquires(MemoryOrder order) { return order != MemoryOrder::relaxed && order != MemoryOrder::release; }

bool releases(MemoryOrder order) {
  return order == MemoryOrder::release || order == MemoryOrder::acq_rel || order == MemoryOrder::seq_cst;
}

}  // namespace

void VectorClock::set(ThreadIndex thread, std::uint32_t count) {
  if (thread >= counts_.size()) counts_.resize(thread + std::size_t{1});
  counts_[thread] = count;
}

void VectorClock::join(const VectorClock& other) {
  if (other.counts_.size() > counts_.size()) counts_.resize(other.counts_.size());
  for (std::size_t i = 0; i < other.counts_.size(); ++i) counts_[i] = std::max(counts_[i], other.counts_[i]);
}

void HappensBefore::begin() {
  for (std::size_t i = 0; i < threads_used_; ++i) {
    threads_[i].now.clear();
    threads_[i].fence_release.clear();
    threads_[i].fence_acquire.clear();
  }
  threads_used_ = 0;
  followed_ = 0;
  ended_.clear();
  ++execution_;
}

const VectorClock& HappensBefore::clock(ThreadIndex thread) const {
  static const VectorClock none;
  return thread < threads_used_ ? threads_[thread].now : none;
}

void HappensBefore::observe(const Event& event) {
  if (event.phase != Phase::done) return;
  const Operation& operation = event.operation;
  const ThreadIndex thread = event.thread;
  VectorClock& now = of(thread).now;
  now.set(thread, now.get(thread) + 1);
  switch (operation.kind) {
    case OperationKind::spawn:
      of(operation.target);  // first: it may move the clocks
      threads_[operation.target].now.join(threads_[thread].now);
      break;
    case OperationKind::join:
      if (operation.target == no_thread) now.join(ended_);
      if (event.success) follow(thread, operation.target);
      break;
    case OperationKind::cut_off: follow(thread, operation.target); break;
    case OperationKind::end: ended_.join(now); break;
    case OperationKind::count_threads: now.join(ended_); break;
    case OperationKind::is_alive:
      if (event.after == 0) follow(thread, operation.target);
      break;
    case OperationKind::load: load(thread, operation.object, operation.order); break;
    case OperationKind::store: store(thread, operation.object, operation.order); break;
    case OperationKind::read_modify_write: read_modify_write(thread, operation.object, operation.order); break;
    case OperationKind::compare_exchange:
      if (event.success)
        read_modify_write(thread, operation.object, operation.order);
      else
        load(thread, operation.object, operation.order_failure);
      break;
    case OperationKind::fence: fence(thread, operation.order); break;
    case OperationKind::atomic_wait: load(thread, operation.object, operation.order); break;
    case OperationKind::try_lock:
      if (!event.success) break;
      [[fallthrough]];
    case OperationKind::lock:
    case OperationKind::reacquire:
      acquire(thread, operation.object);
      of(thread).now.join(of(operation.object).released_odd);  // shared mutexes: what readers did, too
      break;
    case OperationKind::acquire:
    case OperationKind::lock_shared:
    case OperationKind::latch_wait:
    case OperationKind::future_wait:
    case OperationKind::once_enter: acquire(thread, operation.object); break;
    case OperationKind::try_acquire:
    case OperationKind::try_lock_shared:
    case OperationKind::future_try_wait:
    case OperationKind::event_wait:
    case OperationKind::event_resume:
    case OperationKind::latch_try_wait:
      if (event.success) acquire(thread, operation.object);
      break;
    case OperationKind::unlock_shared: of(operation.object).released_odd.join(of(thread).now); break;
    // A mutex inside orders all that is done to a queue or to a barrier that can be broken.
    case OperationKind::put:
    case OperationKind::try_put:
    case OperationKind::get:
    case OperationKind::try_get:
    case OperationKind::queue_size:
    case OperationKind::task_done:
    case OperationKind::queue_join:
    case OperationKind::queue_shutdown:
    case OperationKind::barrier_enter:
    case OperationKind::barrier_leave:
    case OperationKind::barrier_reset:
    case OperationKind::barrier_abort:
    case OperationKind::barrier_state:
      acquire(thread, operation.object);
      release(thread, operation.object);
      break;
    case OperationKind::event_is_set:
    case OperationKind::stop_requested:
      if (event.after == 1) acquire(thread, operation.object);
      break;
    case OperationKind::request_stop:
      if (event.success) release(thread, operation.object);
      break;
    case OperationKind::set_result:
      if (event.success) release(thread, operation.object);
      break;
    case OperationKind::unlock:
    case OperationKind::event_set:
    case OperationKind::barrier_open:
    case OperationKind::release:
    case OperationKind::count_down:
    case OperationKind::once_leave:  // also after a throw: [thread.once.callonce] orders every active execution
      release(thread, operation.object);
      break;
    case OperationKind::wait:
      if (operation.second != no_object) release(thread, operation.second);
      break;
    case OperationKind::arrive:
    case OperationKind::arrive_and_drop: arrive(thread, event); break;
    case OperationKind::barrier_wait: {
      ObjectClocks& barrier = of(operation.object);
      of(thread).now.join(operation.argument % 2 == 0 ? barrier.released : barrier.released_odd);
      break;
    }
    default: break;  // the rest orders nothing, notifies included
  }
}

HappensBefore::ThreadClocks& HappensBefore::of(ThreadIndex thread) {
  if (thread >= threads_used_) {
    threads_used_ = thread + std::size_t{1};
    if (threads_.size() < threads_used_) threads_.resize(threads_used_);
  }
  return threads_[thread];
}

HappensBefore::ObjectClocks& HappensBefore::of(ObjectIndex object) {
  if (object >= objects_.size()) objects_.resize(object + std::size_t{1});
  ObjectClocks& clocks = objects_[object];
  if (clocks.execution != execution_) {
    clocks.execution = execution_;
    clocks.released.clear();
    clocks.released_odd.clear();
  }
  return clocks;
}

// What another thread has done until now, its end included, comes before.
void HappensBefore::follow(ThreadIndex thread, ThreadIndex ended) {
  if (ended == no_thread) return;
  of(ended);  // first: it may move the clocks
  of(thread).now.join(threads_[ended].now);
}

void HappensBefore::load(ThreadIndex thread, ObjectIndex object, MemoryOrder order) {
  ThreadClocks& mine = of(thread);
  (acquires(order) ? mine.now : mine.fence_acquire).join(of(object).released);
}

// A plain store ends the release sequences before it, whoever stores (C++20), and heads a new one: of itself if
// it releases, else of the release fence before it, if any.
void HappensBefore::store(ThreadIndex thread, ObjectIndex object, MemoryOrder order) {
  const ThreadClocks& mine = of(thread);
  of(object).released = releases(order) ? mine.now : mine.fence_release;
}

// Continues the release sequences that it reads from, and heads one more.
void HappensBefore::read_modify_write(ThreadIndex thread, ObjectIndex object, MemoryOrder order) {
  load(thread, object, order);
  const ThreadClocks& mine = of(thread);
  of(object).released.join(releases(order) ? mine.now : mine.fence_release);
}

void HappensBefore::fence(ThreadIndex thread, MemoryOrder order) {
  ThreadClocks& mine = of(thread);
  if (acquires(order)) mine.now.join(mine.fence_acquire);
  if (releases(order)) mine.fence_release = mine.now;
}

// Arrivals of a phase are ordered before the waits for it, not before a slow waiter of the phase before. Phases are
// told apart by parity: nobody can wait for one while arrivals for the next but one come in. A completed phase is
// handed on to the next, for completion steps follow one another.
void HappensBefore::arrive(ThreadIndex thread, const Event& event) {
  ObjectClocks& barrier = of(event.operation.object);
  const bool even = event.before % 2 == 0;
  VectorClock& phase = even ? barrier.released : barrier.released_odd;
  phase.join(of(thread).now);
  if (event.after != event.before) (even ? barrier.released_odd : barrier.released).join(phase);
}

}  // namespace snag
