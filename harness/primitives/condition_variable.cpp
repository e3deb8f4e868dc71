#include "harness/primitives/condition_variable.h"

#include <system_error>

namespace snag {

condition_variable::condition_variable()
    : handle_(Execution::require("snag::condition_variable").create_object(ObjectKind::condition_variable)) {}

condition_variable::~condition_variable() {
  Execution* const execution = Execution::current();
  if (execution == nullptr || handle_.serial != execution->serial()) return;
  const std::uint32_t waiting = waiters_.size(*execution);
  execution->destroy_object(handle_, waiting > 0, waiting, __builtin_return_address(0));
}

void condition_variable::notify_one() {
  Execution& execution = Execution::require("snag::condition_variable::notify_one", handle_);
  const Operation operation{
      .kind = OperationKind::notify_one, .object = handle_.index, .place = __builtin_return_address(0)};
  execution.perform({.operation = operation}, [&](Event& event) { waiters_.notify_one(execution, operation, event); });
}

void condition_variable::notify_all() { notify_all_at(__builtin_return_address(0)); }

void condition_variable::notify_all_at(const void* place) {
  Execution& execution = Execution::require("snag::condition_variable::notify_all", handle_);
  execution.perform({.operation = {.kind = OperationKind::notify_all, .object = handle_.index, .place = place}},
                    [&](Event& event) {
                      event.before = waiters_.size(execution);
                      event.routine = event.before == 0;
                      waiters_.notify_all();
                    });
}

void condition_variable::wait_untimed(std::unique_lock<mutex>& lock) {
  Execution& execution = Execution::require("snag::condition_variable::wait", handle_);
  const void* const place = __builtin_return_address(0);
  if (!holds_lock(execution, lock, place)) return;
  mutex& released = *lock.mutex();
  const Operation operation{
      .kind = OperationKind::wait, .object = handle_.index, .second = released.handle_.index, .place = place};
  detail::Waiter self(execution.running());
  bool spurious = false;
  self.lock_owner = &released.owner_;
  if (!execution.perform({.operation = operation}, [&](Event& event) {
        spurious = execution.choose_spurious(operation);
        released.give(execution, event);
        waiters_.add(self);
      }))
    return;
  if (spurious) {
    leave_queue(execution, self, released, 0, place);
    return;
  }
  const detail::Reacquisition wanted{&self, &released.owner_};
  execution.perform({.operation = {.kind = OperationKind::reacquire,
                                   .object = released.handle_.index,
                                   .second = handle_.index,
                                   .place = place},
                     .guard = &detail::may_reacquire,
                     .subject = &wanted},
                    [&](Event& event) { released.take(execution, event); });
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
  detail::Waiter self(execution.running());
  if (!execution.perform({.operation = operation}, [&](Event& event) {
        released.give(execution, event);
        waiters_.add(self);
      }))
    return cv_status::timeout;
  return leave_queue(execution, self, released, deadline, place);
}

bool condition_variable::holds_lock(Execution& execution, std::unique_lock<mutex>& lock, const void* place) {
  mutex* const held = lock.mutex();
  if (lock.owns_lock() && held != nullptr && held->owner_ == execution.running().index) return true;
  const ObjectIndex second = held == nullptr ? no_object : held->handle_.index;
  execution.note({.kind = OperationKind::wait_unlocked, .object = handle_.index, .second = second, .place = place});
  if (!execution.abandoning()) throw std::system_error(std::make_error_code(std::errc::operation_not_permitted));
  return false;
}

// A timed or spurious wait goes on: out of the queue, then for the mutex as anybody.
cv_status condition_variable::leave_queue(Execution& execution, detail::Waiter& self, mutex& lock,
                                          std::uint64_t deadline, const void* place) {
  const Operation operation{.kind = OperationKind::resume,
                            .object = handle_.index,
                            .second = lock.handle_.index,
                            .argument = deadline,
                            .place = place};
  if (!execution.perform(
          {.operation = operation, .guard = &detail::is_notified, .subject = &self, .deadline = deadline},
          [&](Event& event) {
            event.success = self.notified;
            if (self.notified) return;
            waiters_.remove(self);
            execution.pass_time_until(deadline);
          }))
    return cv_status::timeout;
  execution.perform({.operation = {.kind = OperationKind::lock, .object = lock.handle_.index, .place = place},
                     .subject = &lock.owner_},
                    [&](Event& event) { lock.take(execution, event); });
  return self.notified ? cv_status::no_timeout : cv_status::timeout;
}

void notify_all_at_thread_exit(condition_variable& condition, std::unique_lock<mutex> lock) {
  Execution& execution = Execution::require("snag::notify_all_at_thread_exit", condition.handle_);
  const void* const place = __builtin_return_address(0);
  mutex* const held = lock.release();
  execution.at_thread_exit(ExitStage::notices, [&condition, held, place] {
    held->unlock_at(place);
    condition.notify_all_at(place);
  });
}

void condition_variable::set_name(std::string_view text) { Execution::require("snag::name").set_name(handle_, text); }

}  // namespace snag
