#include "harness/primitives/condition_variable.h"

#include <system_error>

namespace snag {

condition_variable::condition_variable()
    : handle_(Execution::require("snag::condition_variable").create_object(ObjectKind::condition_variable)) {}

condition_variable::~condition_variable() {
  Execution* const execution = Execution::current();
  if (execution == nullptr || handle_.serial != execution->serial()) return;
  const std::uint32_t waiting = waiters(*execution);
  execution->destroy_object(handle_, waiting > 0, waiting, __builtin_return_address(0));
}

void condition_variable::notify_one() {
  Execution& execution = Execution::require("snag::condition_variable::notify_one", handle_);
  const Operation operation{
      .kind = OperationKind::notify_one, .object = handle_.index, .place = __builtin_return_address(0)};
  execution.perform({.operation = operation}, [&](Event& event) {
    const std::uint32_t count = waiters(execution);
    event.before = count;
    event.operation.target = no_thread;
    if (count == 0) return;
    ThreadIndex woken = first_waiter_;
    for (std::uint32_t i = execution.choose_value(operation, count); i > 0; --i)
      woken = execution.thread(woken).next_waiter;
    dequeue(execution, woken);
    execution.thread(woken).notified = true;
    event.operation.target = woken;
  });
}

void condition_variable::notify_all() {
  Execution& execution = Execution::require("snag::condition_variable::notify_all", handle_);
  execution.perform(
      {.operation = {.kind = OperationKind::notify_all, .object = handle_.index, .place = __builtin_return_address(0)}},
      [&](Event& event) {
        event.before = waiters(execution);
        while (first_waiter_ != no_thread) {
          ControlledThread& woken = execution.thread(first_waiter_);
          first_waiter_ = woken.next_waiter;
          woken.notified = true;
        }
      });
}

void condition_variable::wait_untimed(std::unique_lock<mutex>& lock) {
  Execution& execution = Execution::require("snag::condition_variable::wait", handle_);
  const void* const place = __builtin_return_address(0);
  if (!holds_lock(execution, lock, place)) return;
  mutex& released = *lock.mutex();
  const Operation operation{
      .kind = OperationKind::wait, .object = handle_.index, .second = released.handle_.index, .place = place};
  bool spurious = false;
  if (!execution.perform({.operation = operation}, [&](Event& event) {
        spurious = execution.choose_spurious(operation);
        enqueue(execution, event, released);
      }))
    return;
  if (spurious) {
    leave_queue(execution, released, 0, place);
    return;
  }
  execution.perform({.operation = {.kind = OperationKind::reacquire,
                                   .object = released.handle_.index,
                                   .second = handle_.index,
                                   .place = place},
                     .guard = &may_reacquire,
                     .subject = &released.owner_},
                    [&](Event& event) { released.owner_ = event.thread; });
}

cv_status condition_variable::wait_timed(std::unique_lock<mutex>& lock, std::uint64_t deadline) {
  Execution& execution = Execution::require("snag::condition_variable::wait_for", handle_);
  const void* const place = __builtin_return_address(0);
  if (!holds_lock(execution, lock, place)) return cv_status::timeout;
  mutex& released = *lock.mutex();
  const Operation operation{.kind = OperationKind::wait,
                            .object = handle_.index,
                            .second = released.handle_.index,
                            .argument = deadline,
                            .place = place};
  if (!execution.perform({.operation = operation}, [&](Event& event) { enqueue(execution, event, released); }))
    return cv_status::timeout;
  return leave_queue(execution, released, deadline, place);
}

bool condition_variable::holds_lock(Execution& execution, std::unique_lock<mutex>& lock, const void* place) {
  mutex* const held = lock.mutex();
  if (lock.owns_lock() && held != nullptr && held->owner_ == execution.running().index) return true;
  const ObjectIndex second = held == nullptr ? no_object : held->handle_.index;
  execution.note({.kind = OperationKind::wait_unlocked, .object = handle_.index, .second = second, .place = place});
  if (!execution.abandoning()) throw std::system_error(std::make_error_code(std::errc::operation_not_permitted));
  return false;
}

void condition_variable::enqueue(Execution& execution, Event& event, mutex& released) {
  released.owner_ = no_thread;
  ControlledThread& self = execution.thread(event.thread);
  self.notified = false;
  ThreadIndex* link = &first_waiter_;
  while (*link != no_thread && execution.thread(*link).identity < self.identity)
    link = &execution.thread(*link).next_waiter;
  self.next_waiter = *link;
  *link = event.thread;
}

void condition_variable::dequeue(Execution& execution, ThreadIndex thread) {
  ThreadIndex* link = &first_waiter_;
  while (*link != no_thread && *link != thread) link = &execution.thread(*link).next_waiter;
  if (*link == thread) *link = execution.thread(thread).next_waiter;
}

// A timed or spurious wait goes on: out of the queue, then for the mutex as anybody.
cv_status condition_variable::leave_queue(Execution& execution, mutex& lock, std::uint64_t deadline,
                                          const void* place) {
  bool notified = false;
  const Operation operation{.kind = OperationKind::resume,
                            .object = handle_.index,
                            .second = lock.handle_.index,
                            .argument = deadline,
                            .place = place};
  if (!execution.perform({.operation = operation, .guard = &is_notified, .deadline = deadline}, [&](Event& event) {
        notified = execution.thread(event.thread).notified;
        event.success = notified;
        if (notified) return;
        dequeue(execution, event.thread);
        execution.pass_time_until(deadline);
      }))
    return cv_status::timeout;
  execution.perform({.operation = {.kind = OperationKind::lock, .object = lock.handle_.index, .place = place},
                     .subject = &lock.owner_},
                    [&](Event& event) { lock.owner_ = event.thread; });
  return notified ? cv_status::no_timeout : cv_status::timeout;
}

std::uint32_t condition_variable::waiters(Execution& execution) const {
  std::uint32_t count = 0;
  for (ThreadIndex thread = first_waiter_; thread != no_thread; thread = execution.thread(thread).next_waiter) ++count;
  return count;
}

bool condition_variable::may_reacquire(const void* owner, const ControlledThread& thread) {
  return thread.notified && *static_cast<const ThreadIndex*>(owner) == no_thread;
}

void condition_variable::set_name(std::string_view text) { Execution::require("snag::name").set_name(handle_, text); }

}  // namespace snag
