#include "harness/primitives/threading_event.h"

#include "harness/primitives/place.h"

namespace snag::threading {

namespace {

std::uint64_t digest(bool flag) { return flag ? 1 : 0; }

}  // namespace

Event::Event() : handle_(Execution::require("snag::threading::Event").create_object(ObjectKind::event)) {}

Event::~Event() {
  Execution* const execution = Execution::current();
  if (execution == nullptr || handle_.serial != execution->serial()) return;
  const std::uint32_t waiting = waiters_.size(*execution);
  execution->destroy_object(handle_, waiting > 0, waiting, __builtin_return_address(0));
}

void Event::set() { set_at(__builtin_return_address(0)); }

void Event::set_at(const void* place) {
  Execution& execution = Execution::require("snag::threading::Event::set", handle_);
  execution.perform({.operation = {.kind = OperationKind::event_set, .object = handle_.index, .place = place}},
                    [&](snag::Event& event) {
                      event.before = digest(flag_);
                      event.after = 1;
                      flag_ = true;
                      waiters_.notify_all();
                    });
}

void Event::clear() {
  Execution& execution = Execution::require("snag::threading::Event::clear", handle_);
  execution.perform({.operation = {.kind = OperationKind::event_clear,
                                   .object = handle_.index,
                                   .place = __builtin_return_address(0)}},
                    [&](snag::Event& event) {
                      event.before = digest(flag_);
                      flag_ = false;
                    });
}

bool Event::is_set() const { return is_set_at(__builtin_return_address(0)); }

bool Event::is_set_at(const void* place) const {
  Execution& execution = Execution::require("snag::threading::Event::is_set", handle_);
  bool flag = flag_;
  execution.perform({.operation = {.kind = OperationKind::event_is_set, .object = handle_.index, .place = place}},
                    [&](snag::Event& event) {
                      flag = flag_;
                      event.before = event.after = digest(flag);
                    });
  return flag;
}

void Event::wait() { wait_with(0, never, __builtin_return_address(0)); }

bool Event::wait_until(std::uint64_t deadline, const void* place) {
  return wait_with(deadline, deadline, snag::detail::or_caller(place, __builtin_return_address(0)));
}

bool Event::wait_with(std::uint64_t argument, std::uint64_t deadline, const void* place) {
  Execution& execution = Execution::require("snag::threading::Event::wait", handle_);
  Operation operation{.kind = OperationKind::event_wait, .object = handle_.index, .argument = argument, .place = place};
  snag::detail::Waiter self(execution.running());
  bool woken = false;
  if (!execution.perform({.operation = operation}, [&](snag::Event& event) {
        woken = flag_;
        event.success = flag_;
        event.before = event.after = digest(flag_);
        if (!flag_) waiters_.add(self);
      }))
    return false;
  if (woken) return true;
  operation.kind = OperationKind::event_resume;
  const Request resume{
      .operation = operation, .guard = &snag::detail::is_notified, .subject = &self, .deadline = deadline};
  execution.perform(resume, [&](snag::Event& event) {
    woken = self.notified;
    event.success = woken;
    if (woken) return;
    waiters_.remove(self);
    execution.pass_time_until(deadline);
  });
  return woken;
}

void Event::set_name(std::string_view text) { Execution::require("snag::name").set_name(handle_, text); }

}  // namespace snag::threading
