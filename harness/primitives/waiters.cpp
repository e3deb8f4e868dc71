#include "harness/primitives/waiters.h"

namespace snag::detail {

void Waiters::enqueue(Execution& execution, ThreadIndex thread) {
  ControlledThread& self = execution.thread(thread);
  self.notified = false;
  ThreadIndex* link = &first_;
  while (*link != no_thread && execution.thread(*link).identity < self.identity)
    link = &execution.thread(*link).next_waiter;
  self.next_waiter = *link;
  *link = thread;
}

void Waiters::dequeue(Execution& execution, ThreadIndex thread) {
  ThreadIndex* link = &first_;
  while (*link != no_thread && *link != thread) link = &execution.thread(*link).next_waiter;
  if (*link == thread) *link = execution.thread(thread).next_waiter;
}

std::uint32_t Waiters::count(Execution& execution) const {
  std::uint32_t count = 0;
  for (ThreadIndex thread = first_; thread != no_thread; thread = execution.thread(thread).next_waiter) ++count;
  return count;
}

ThreadIndex Waiters::notify(Execution& execution, std::uint32_t nth) {
  ThreadIndex woken = first_;
  for (; nth > 0; --nth) woken = execution.thread(woken).next_waiter;
  dequeue(execution, woken);
  execution.thread(woken).notified = true;
  return woken;
}

void Waiters::notify_all(Execution& execution) {
  while (first_ != no_thread) notify(execution, 0);
}

}  // namespace snag::detail
