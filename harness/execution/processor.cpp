#include "harness/execution/processor.h"

#include <algorithm>

namespace snag {

namespace {

// Whether the thread stands before the lock until it gets it, or its time is up.
bool wants(const ControlledThread& thread, ObjectIndex lock) {
  const Operation& operation = thread.request.operation;
  if (operation.object != lock) return false;
  return operation.kind == OperationKind::lock || operation.kind == OperationKind::reacquire ||
         (operation.kind == OperationKind::try_lock && thread.request.deadline != never);
}

}  // namespace

void Processor::begin(const std::optional<Scheduling>& scheduling) {
  scheduling_ = scheduling;
  if (!scheduling_) return;
  ready_.threads.clear();
  ready_.running = no_thread;
  ready_.now = 0;
  states_.clear();
  held_.clear();
  orders_ = 0;
}

void Processor::begin_round(std::uint64_t now) {
  ready_.now = now;
  round_order_ = ++orders_;
}

void Processor::note(const ControlledThread& thread, bool ready) {
  if (thread.index >= states_.size()) {
    states_.resize(thread.index + std::size_t{1});
    ready_.threads.resize(thread.index + std::size_t{1});
  }
  State& state = states_[thread.index];
  Readiness& self = ready_.threads[thread.index];
  self.priority = thread.priority;
  // New threads are ready in the order of their spawns.
  const std::uint64_t order = state.seen ? round_order_ : ++orders_;
  if (ready && !state.ready) self = {.priority = thread.priority, .since = ready_.now, .order = order};
  if (!ready && ready_.running == thread.index) ready_.running = no_thread;
  state = {.seen = true, .ready = ready, .yields = thread.request.operation.kind == OperationKind::yield};
}

void Processor::settle(std::span<ControlledThread* const> live) {
  if (held_.empty()) return;
  priorities_.resize(ready_.threads.size());
  for (std::size_t i = 0; i < priorities_.size(); ++i) priorities_[i] = ready_.threads[i].priority;
  blockings_.clear();
  for (const Held& held : held_) {
    if (held.holder >= priorities_.size()) continue;
    if (held.protocol == LockProtocol::ceiling) {
      priorities_[held.holder] = std::max(priorities_[held.holder], held.ceiling);
      continue;
    }
    for (const ControlledThread* const thread : live)
      if (!is_ready(thread->index) && wants(*thread, held.lock)) blockings_.push_back({thread->index, held.holder});
  }
  inherit_priorities(priorities_, blockings_);
  for (std::size_t i = 0; i < priorities_.size(); ++i) ready_.threads[i].priority = priorities_[i];
}

void Processor::give_to(const ControlledThread& thread) {
  Readiness& winner = ready_.threads[thread.index];
  if (thread.index == ready_.running) {
    if (turn_is_over(*scheduling_, winner)) winner.used = winner.raised = 0;
    return;
  }
  if (ready_.running != no_thread) {
    Readiness& loser = ready_.threads[ready_.running];
    const bool over = turn_is_over(*scheduling_, loser);
    // Who is driven out by a more urgent one stays before its equals, with the rest of its quantum.
    if (over || states_[ready_.running].yields) loser.order = ++orders_;
    if (over) loser.used = 0;
    loser.since = ready_.now;
    loser.raised = 0;
  }
  winner.raised = scheduling_->aging > 0 ? (ready_.now - winner.since) / scheduling_->aging : 0;
  ready_.running = thread.index;
}

std::uint64_t Processor::slice(const ControlledThread& running, std::uint64_t left,
                               std::span<ControlledThread* const> live) const {
  std::uint64_t slice = left;
  bool alone = true;
  for (const ControlledThread* const thread : live) {
    if (thread == &running) continue;
    if (is_ready(thread->index)) {
      alone = false;
      slice = std::min(slice, until_overtaken(running.index, thread->index));
    } else if (thread->request.deadline != never && thread->request.deadline > ready_.now) {
      slice = std::min(slice, thread->request.deadline - ready_.now);
    }
  }
  if (scheduling_->quantum > 0 && !alone)
    slice = std::min(slice, scheduling_->quantum - ready_.threads[running.index].used);
  return slice;
}

// Until waiting has made the other thread more urgent than the running one; never, if it is so already or never will be.
std::uint64_t Processor::until_overtaken(ThreadIndex running, ThreadIndex other) const {
  if (scheduling_->aging == 0 || scheduling_->policy == Policy::non_preemptive) return never;
  const std::int64_t levels = level_of(*scheduling_, ready_, running) - ready_.threads[other].priority + 1;
  if (levels <= 0) return never;
  const std::uint64_t at = ready_.threads[other].since + static_cast<std::uint64_t>(levels) * scheduling_->aging;
  return at > ready_.now ? at - ready_.now : never;
}

void Processor::hold(ThreadIndex thread, ObjectIndex lock, LockProtocol protocol, int ceiling) {
  held_.push_back({lock, thread, protocol, ceiling});
}

void Processor::let_go(ObjectIndex lock) {
  std::erase_if(held_, [&](const Held& held) { return held.lock == lock; });
}

}  // namespace snag
