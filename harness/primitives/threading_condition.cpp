#include "harness/primitives/threading_condition.h"

#include <string>

namespace snag::threading {

namespace {

// What an untimed wait needs to go on.
struct Reacquisition {
  const snag::detail::Waiter* waiter;
  const detail::LockCore* lock;
};

bool may_reacquire(const void* subject, const ControlledThread&) {
  const auto* const wanted = static_cast<const Reacquisition*>(subject);
  return wanted->waiter->notified && wanted->lock->is_free();
}

}  // namespace

Condition::Condition()
    : own_(std::in_place),
      lock_(&own_->core_),
      handle_(Execution::require("snag::threading::Condition").create_object(ObjectKind::condition_variable)) {}

Condition::Condition(detail::LockCore* lock)
    : lock_(lock),
      handle_(Execution::require("snag::threading::Condition").create_object(ObjectKind::condition_variable)) {}

Condition::Condition(Lock& lock) : Condition(&lock.core_) {}
Condition::Condition(RLock& lock) : Condition(&lock.core_) {}

Condition::~Condition() {
  Execution* const execution = Execution::current();
  if (execution == nullptr || handle_.serial != execution->serial()) return;
  const std::uint32_t waiting = waiters_.size(*execution);
  execution->destroy_object(handle_, waiting > 0, waiting, __builtin_return_address(0));
}

void Condition::acquire() { lock_->acquire(__builtin_return_address(0)); }
bool Condition::try_acquire() { return lock_->try_acquire(__builtin_return_address(0)); }
void Condition::release() { lock_->release(__builtin_return_address(0)); }
bool Condition::locked() const { return lock_->locked(__builtin_return_address(0)); }
void Condition::lock() { lock_->acquire(__builtin_return_address(0)); }
bool Condition::try_lock() { return lock_->try_acquire(__builtin_return_address(0)); }
void Condition::unlock() { lock_->release(__builtin_return_address(0)); }

bool Condition::has_lock(Execution& execution, OperationKind misuse, const void* place) const {
  if (lock_->lets_wait(execution.running().index)) return true;
  execution.note({.kind = misuse, .object = handle_.index, .second = lock_->object(), .place = place});
  if (execution.abandoning()) return false;
  throw ThreadError(misuse == OperationKind::notify_unlocked ? "a condition was notified without its lock"
                                                             : "a condition was waited for without its lock");
}

// The levels of the lock that were let go of; nothing when the execution is abandoned.
std::optional<std::uint32_t> Condition::begin_wait(Execution& execution, snag::detail::Waiter& self,
                                                   std::uint64_t deadline, const void* place) {
  if (!has_lock(execution, OperationKind::wait_unlocked, place)) return std::nullopt;
  std::uint32_t levels = 0;
  if (!execution.perform({.operation = {.kind = OperationKind::wait,
                                        .object = handle_.index,
                                        .second = lock_->object(),
                                        .argument = deadline,
                                        .place = place}},
                         [&](snag::Event& event) {
                           levels = lock_->let_go(event);
                           waiters_.add(self);
                         }))
    return std::nullopt;
  return levels;
}

void Condition::wait() {
  Execution& execution = Execution::require("snag::threading::Condition::wait", handle_);
  const void* const place = __builtin_return_address(0);
  snag::detail::Waiter self(execution.running());
  const std::optional<std::uint32_t> levels = begin_wait(execution, self, 0, place);
  if (!levels) return;
  const Reacquisition wanted{&self, lock_};
  execution.perform({.operation = {.kind = OperationKind::reacquire,
                                   .object = lock_->object(),
                                   .second = handle_.index,
                                   .place = place},
                     .guard = &may_reacquire,
                     .subject = &wanted},
                    [&](snag::Event& event) { lock_->take(event, *levels); });
}

bool Condition::wait_until(std::uint64_t deadline) {
  Execution& execution = Execution::require("snag::threading::Condition::wait", handle_);
  const void* const place = __builtin_return_address(0);
  snag::detail::Waiter self(execution.running());
  const std::optional<std::uint32_t> levels = begin_wait(execution, self, deadline, place);
  bool notified = false;
  if (!levels || !execution.perform({.operation = {.kind = OperationKind::resume,
                                                   .object = handle_.index,
                                                   .second = lock_->object(),
                                                   .argument = deadline,
                                                   .place = place},
                                     .guard = &snag::detail::is_notified,
                                     .subject = &self,
                                     .deadline = deadline},
                                    [&](snag::Event& event) {
                                      notified = self.notified;
                                      event.success = notified;
                                      if (notified) return;
                                      waiters_.remove(self);
                                      execution.pass_time_until(deadline);
                                    }))
    return false;
  execution.perform({.operation = {.kind = OperationKind::lock, .object = lock_->object(), .place = place},
                     .guard = &detail::LockCore::may_take,
                     .subject = lock_},
                    [&](snag::Event& event) { lock_->take(event, *levels); });
  return notified;
}

// One event for each thread woken, with nobody in between; at least one.
void Condition::notify(std::size_t n) {
  Execution& execution = Execution::require("snag::threading::Condition::notify", handle_);
  const void* const place = __builtin_return_address(0);
  if (!has_lock(execution, OperationKind::notify_unlocked, place) || n == 0) return;
  const Operation operation{.kind = OperationKind::notify_one, .object = handle_.index, .place = place};
  std::uint32_t left = 0;
  const auto wake_one = [&](snag::Event& event) {
    event.before = waiters_.size(execution);
    event.operation.target = waiters_.notify_one(execution, operation);
    left = waiters_.size(execution);
  };
  if (!execution.perform({.operation = operation}, wake_one)) return;
  while (--n > 0 && left > 0) execution.note(operation, wake_one);
}

void Condition::notify_all() {
  Execution& execution = Execution::require("snag::threading::Condition::notify_all", handle_);
  const void* const place = __builtin_return_address(0);
  if (!has_lock(execution, OperationKind::notify_unlocked, place)) return;
  execution.perform({.operation = {.kind = OperationKind::notify_all, .object = handle_.index, .place = place}},
                    [&](snag::Event& event) {
                      event.before = waiters_.size(execution);
                      waiters_.notify_all();
                    });
}

void Condition::set_name(std::string_view text) {
  Execution::require("snag::name").set_name(handle_, text);
  if (own_) own_->set_name(std::string(text) + "'s lock");
}

}  // namespace snag::threading
