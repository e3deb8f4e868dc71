#include "harness/primitives/condition_variable_any.h"

namespace snag {

condition_variable_any::condition_variable_any()
    : handle_(Execution::require("snag::condition_variable_any").create_object(ObjectKind::condition_variable)) {}

condition_variable_any::~condition_variable_any() {
  Execution* const execution = Execution::current();
  if (execution == nullptr || handle_.serial != execution->serial()) return;
  const std::uint32_t waiting = waiters_.size(*execution);
  execution->destroy_object(handle_, waiting > 0, waiting, __builtin_return_address(0));
}

void condition_variable_any::notify_one() {
  Execution& execution = Execution::require("snag::condition_variable_any::notify_one", handle_);
  const Operation operation{
      .kind = OperationKind::notify_one, .object = handle_.index, .place = __builtin_return_address(0)};
  execution.perform({.operation = operation}, [&](Event& event) {
    event.before = waiters_.size(execution);
    event.operation.target = waiters_.notify_one(execution, operation);
  });
}

void condition_variable_any::notify_all() {
  Execution& execution = Execution::require("snag::condition_variable_any::notify_all", handle_);
  execution.perform(
      {.operation = {.kind = OperationKind::notify_all, .object = handle_.index, .place = __builtin_return_address(0)}},
      [&](Event& event) {
        event.before = waiters_.size(execution);
        waiters_.notify_all();
      });
}

condition_variable_any::Wait::Wait(condition_variable_any& condition, std::uint64_t deadline,
                                   const detail::StopState* stop)
    : execution_(Execution::require("snag::condition_variable_any::wait", condition.handle_)),
      condition_(condition),
      self_(execution_.running()),
      operation_{.kind = OperationKind::wait,
                 .object = condition.handle_.index,
                 .argument = deadline,
                 .place = __builtin_return_address(0)},
      deadline_(deadline) {
  execution_.perform({.operation = operation_}, [&](Event&) {
    enqueued_ = true;
    if (deadline == never && execution_.choose_spurious(operation_)) deadline_ = 0;
    if (stop != nullptr && stop->is_requested())
      self_.notified = true;  // its callbacks have been told, or will find nobody here
    else
      condition_.waiters_.add(self_);
  });
}

condition_variable_any::Wait::~Wait() {
  if (enqueued_ && !self_.notified && !execution_.abandoning()) condition_.waiters_.remove(self_);
}

cv_status condition_variable_any::Wait::block() {
  Operation operation = operation_;
  operation.kind = OperationKind::resume;
  execution_.perform({.operation = operation, .guard = &detail::is_notified, .subject = &self_, .deadline = deadline_},
                     [&](Event& event) {
                       event.success = self_.notified;
                       enqueued_ = false;
                       if (self_.notified) return;
                       condition_.waiters_.remove(self_);
                       execution_.pass_time_until(deadline_);
                     });
  return self_.notified || deadline_ == 0 ? cv_status::no_timeout : cv_status::timeout;
}

void condition_variable_any::set_name(std::string_view text) {
  Execution::require("snag::name").set_name(handle_, text);
}

}  // namespace snag
