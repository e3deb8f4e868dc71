#include "harness/primitives/mutex.h"

namespace snag {

mutex::mutex() : handle_(Execution::require("snag::mutex").create_object(ObjectKind::mutex)) {}

mutex::~mutex() {
  if (Execution* const execution = Execution::current())
    execution->destroy_object(handle_, owner_ != no_thread, 0, __builtin_return_address(0));
}

bool mutex::try_lock() {
  Execution& execution = Execution::require("snag::mutex::try_lock", handle_);
  const Operation operation{
      .kind = OperationKind::try_lock, .object = handle_.index, .place = __builtin_return_address(0)};
  bool taken = false;
  execution.perform({.operation = operation}, [&](Event& event) {
    taken = owner_ == no_thread && !execution.choose_spurious(operation);
    if (taken) take(execution, event);
    event.success = taken;
  });
  return taken;
}

bool mutex::try_lock_until_virtual(std::uint64_t deadline) {
  Execution& execution = Execution::require("snag::timed_mutex::try_lock_for", handle_);
  bool taken = false;
  execution.perform({.operation = {.kind = OperationKind::try_lock,
                                   .object = handle_.index,
                                   .argument = deadline,
                                   .place = __builtin_return_address(0)},
                     .subject = &owner_,
                     .deadline = deadline},
                    [&](Event& event) {
                      taken = owner_ == no_thread;
                      event.success = taken;
                      if (taken)
                        take(execution, event);
                      else
                        execution.pass_time_until(deadline);
                    });
  return taken;
}

void mutex::unlock_at(const void* place) {
  Execution& execution = Execution::require("snag::mutex::unlock", handle_);
  execution.perform({.operation = {.kind = OperationKind::unlock, .object = handle_.index, .place = place}},
                    [&](Event& event) { give(execution, event); });
}

recursive_mutex::recursive_mutex()
    : handle_(Execution::require("snag::recursive_mutex").create_object(ObjectKind::recursive_mutex)) {}

recursive_mutex::~recursive_mutex() {
  if (Execution* const execution = Execution::current())
    execution->destroy_object(handle_, owner_ != no_thread, 0, __builtin_return_address(0));
}

bool recursive_mutex::is_free_for(const void* self, const ControlledThread& thread) {
  const ThreadIndex owner = static_cast<const recursive_mutex*>(self)->owner_;
  return owner == no_thread || owner == thread.index;
}

ThreadIndex recursive_mutex::nested(const Execution& execution, unsigned count_min) const {
  const ThreadIndex self = execution.running().index;
  return owner_ == self && count_ >= count_min ? self : no_thread;
}

void recursive_mutex::lock() {
  Execution& execution = Execution::require("snag::recursive_mutex::lock", handle_);
  execution.perform({.operation = {.kind = OperationKind::lock,
                                   .target = nested(execution, 1),
                                   .object = handle_.index,
                                   .place = __builtin_return_address(0)},
                     .guard = &recursive_mutex::is_free_for,
                     .subject = this},
                    [&](Event& event) { take(event); });
}

void recursive_mutex::take(Event& event) {
  owner_ = event.thread;
  event.before = count_;
  event.after = ++count_;
}

bool recursive_mutex::try_lock() {
  Execution& execution = Execution::require("snag::recursive_mutex::try_lock", handle_);
  const Operation operation{.kind = OperationKind::try_lock,
                            .target = nested(execution, 1),
                            .object = handle_.index,
                            .place = __builtin_return_address(0)};
  bool taken = false;
  execution.perform({.operation = operation}, [&](Event& event) {
    event.before = event.after = count_;
    taken = owner_ == event.thread || (owner_ == no_thread && !execution.choose_spurious(operation));
    event.success = taken;
    if (taken) take(event);
  });
  return taken;
}

bool recursive_mutex::try_lock_until_virtual(std::uint64_t deadline) {
  Execution& execution = Execution::require("snag::recursive_timed_mutex::try_lock_for", handle_);
  bool taken = false;
  execution.perform({.operation = {.kind = OperationKind::try_lock,
                                   .target = nested(execution, 1),
                                   .object = handle_.index,
                                   .argument = deadline,
                                   .place = __builtin_return_address(0)},
                     .guard = &recursive_mutex::is_free_for,
                     .subject = this,
                     .deadline = deadline},
                    [&](Event& event) {
                      event.before = event.after = count_;
                      taken = owner_ == no_thread || owner_ == event.thread;
                      event.success = taken;
                      if (taken)
                        take(event);
                      else
                        execution.pass_time_until(deadline);
                    });
  return taken;
}

void recursive_mutex::unlock() {
  Execution& execution = Execution::require("snag::recursive_mutex::unlock", handle_);
  execution.perform({.operation = {.kind = OperationKind::unlock,
                                   .target = nested(execution, 2),
                                   .object = handle_.index,
                                   .place = __builtin_return_address(0)}},
                    [&](Event& event) {
                      event.before = count_;
                      if (count_ > 0 && --count_ == 0) owner_ = no_thread;
                      event.after = count_;
                    });
}

void mutex::set_name(std::string_view text) { Execution::require("snag::name").set_name(handle_, text); }
void recursive_mutex::set_name(std::string_view text) { Execution::require("snag::name").set_name(handle_, text); }

}  // namespace snag
