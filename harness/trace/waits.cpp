// The wait-for graph: one pass over the events that take, release, wait and notify.
#include "harness/trace/waits.h"

#include "harness/trace/operation_kinds.h"

#include <algorithm>

namespace snag {

namespace {

// All others only say that their thread, if it was blocked, is so no more.
constexpr OperationKinds concerns_waits{OperationKind::lock,
                                        OperationKind::try_lock,
                                        OperationKind::unlock,
                                        OperationKind::lock_shared,
                                        OperationKind::try_lock_shared,
                                        OperationKind::unlock_shared,
                                        OperationKind::line_up,
                                        OperationKind::wait,
                                        OperationKind::reacquire,
                                        OperationKind::resume,
                                        OperationKind::atomic_wait,
                                        OperationKind::atomic_resume,
                                        OperationKind::notify_one,
                                        OperationKind::notify_all,
                                        OperationKind::once_enter,
                                        OperationKind::once_leave,
                                        OperationKind::end,
                                        OperationKind::cut_off};

// Whether it gives up some day: a deadline that is no more than a big number is none.
bool is_timed(const Operation& operation) { return operation.argument != 0 && ~operation.argument != 0; }

}  // namespace

void Waits::begin() {
  shares_.clear();
  lined_up_.clear();
  holdings_used_ = 0;
  threads_used_ = 0;
  followed_ = 0;
}

void Waits::catch_up(const Trace& trace, Step end) {
  for (; followed_ < end; ++followed_) {
    const Event& event = trace.events[followed_];
    if (event.phase == Phase::waiting || concerns_waits.contains(event.operation.kind) ||
        thread(event.thread).blocked != no_step)
      observe(event);
  }
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

void Waits::add_holdings(ObjectIndex last) {
  if (last >= holdings_.size()) holdings_.resize(last + std::size_t{1});
  while (holdings_used_ <= last) holdings_[holdings_used_++] = {};
}

void Waits::add_threads(ThreadIndex last) {
  if (last >= threads_.size()) threads_.resize(last + std::size_t{1});
  while (threads_used_ <= last) threads_[threads_used_++] = {};
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
  for (std::size_t i = 0; i < threads_used_; ++i)
    if (threads_[i].queued_in == condition) threads_[i].queued_in = no_object;
}

}  // namespace snag
