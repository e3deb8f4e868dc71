#include "harness/execution/wait_queue.h"

#include "harness/execution/execution.h"

namespace snag::detail {

void Waiter::leave() { queue->remove(*this); }

void WaitQueue::release() {
  const Execution* const execution = Execution::current();
  if (execution == nullptr || execution->serial() != serial_) return;  // then parked threads have left ruins behind
  for (Waiter* waiter = first_; waiter != nullptr; waiter = waiter->next) waiter->queue = nullptr;
}

void WaitQueue::add(Waiter& waiter) {
  serial_ = Execution::current()->serial();
  waiter.queue = this;
  Waiter** link = &first_;
  while (*link != nullptr && (*link)->identity < waiter.identity) link = &(*link)->next;
  waiter.next = *link;
  *link = &waiter;
}

void WaitQueue::remove(Waiter& waiter) {
  Waiter** link = &first_;
  while (*link != nullptr && *link != &waiter) link = &(*link)->next;
  if (*link == &waiter) *link = waiter.next;
  waiter.queue = nullptr;
}

Waiter* WaitQueue::wake_one(Execution& execution, const Operation& operation) {
  const std::uint32_t count = size(execution);
  if (count == 0) return nullptr;
  Waiter* woken = first_;
  for (std::uint32_t i = execution.choose_value(operation, count); i > 0; --i) woken = woken->next;
  remove(*woken);
  woken->notified = true;
  return woken;
}

ThreadIndex WaitQueue::notify_one(Execution& execution, const Operation& operation) {
  const Waiter* const woken = wake_one(execution, operation);
  return woken == nullptr ? no_thread : woken->thread;
}

void WaitQueue::notify_one(Execution& execution, const Operation& operation, Event& event) {
  event.before = size(execution);
  event.operation.target = no_thread;
  event.routine = event.before == 0;
  if (event.before == 0) return;
  const Waiter* const woken = wake_one(execution, operation);
  if (woken == nullptr) return;
  event.operation.target = woken->thread;
  // Nobody has the lock that it wants, or the notifier, who runs.
  event.routine =
      woken->lock_owner != nullptr && (*woken->lock_owner == no_thread || *woken->lock_owner == event.thread);
}

void WaitQueue::notify_all() {
  while (first_ != nullptr) {
    first_->notified = true;
    first_->queue = nullptr;
    first_ = first_->next;
  }
}

std::uint32_t WaitQueue::size(const Execution& execution) const {
  std::uint32_t count = 0;
  if (execution.abandoning()) return count;
  for (const Waiter* waiter = first_; waiter != nullptr; waiter = waiter->next) ++count;
  return count;
}

}  // namespace snag::detail
