#include "harness/primitives/priority.h"

#include "harness/primitives/place.h"

#include <system_error>

namespace snag {

namespace detail {

namespace {

Operation setting(const Execution& execution, ThreadIndex thread, int priority, const void* place) {
  if (thread == no_thread && !execution.abandoning())
    throw UsageError("snag::set_priority of a thread object that stands for no thread: set it between start and join");
  return {.kind = OperationKind::set_priority,
          .target = thread,
          .argument = static_cast<std::uint64_t>(std::int64_t{priority}),
          .place = place};
}

void set_in(Execution& execution, ThreadIndex thread, int priority, Event& event) {
  int& own = execution.thread(thread).priority;
  event.before = static_cast<std::uint64_t>(std::int64_t{own});
  own = priority;
  event.after = static_cast<std::uint64_t>(std::int64_t{own});
}

}  // namespace

void set_priority(ThreadIndex thread, int priority, const void* place) {
  Execution& execution = *Execution::current();
  const Operation operation = setting(execution, thread, priority, or_caller(place, __builtin_return_address(0)));
  execution.perform({.operation = operation}, [&](Event& event) { set_in(execution, thread, priority, event); });
}

// Before the thread has run: no scheduling point lies between its start and this.
void give_priority(ThreadIndex thread, int priority, const void* place) {
  Execution& execution = *Execution::current();
  const Operation operation = setting(execution, thread, priority, or_caller(place, __builtin_return_address(0)));
  execution.note(operation, [&](Event& event) { set_in(execution, thread, priority, event); });
}

void work_for(std::uint64_t duration, const void* place) {
  Execution& execution = Execution::require("snag::work");
  if (duration > static_cast<std::uint64_t>(time_max) - execution.now())
    throw UsageError("snag::work was asked for more time than the clocks can tell (some 260 years): ask for less");
  Operation operation{.kind = OperationKind::work, .place = or_caller(place, __builtin_return_address(0))};
  std::uint64_t left = duration;
  do {
    operation.argument = left;
    const bool done = execution.perform({.operation = operation}, [&](Event& event) {
      event.before = execution.now();
      left -= execution.work(left);
      event.after = execution.now();
    });
    if (!done) return;
  } while (left > 0);
}

}  // namespace detail

priority_mutex::priority_mutex(PriorityInheritance) {
  Execution& execution = Execution::require("snag::priority_mutex");
  handle_ = execution.create_object(ObjectKind::mutex);
  execution.set_protocol(handle_, LockProtocol::inherit, 0);
}

priority_mutex::priority_mutex(PriorityCeiling ceiling) {
  Execution& execution = Execution::require("snag::priority_mutex");
  handle_ = execution.create_object(ObjectKind::mutex);
  execution.set_protocol(handle_, LockProtocol::ceiling, ceiling.ceiling);
}

priority_mutex::~priority_mutex() {
  if (Execution* const execution = Execution::current())
    execution->destroy_object(handle_, owner_ != no_thread, 0, __builtin_return_address(0));
}

void priority_mutex::check_ceiling(const Execution& execution) const {
  const ObjectInfo& info = execution.object(handle_.index);
  if (info.protocol == LockProtocol::ceiling && execution.running().priority > info.limit)
    throw std::system_error(std::make_error_code(std::errc::invalid_argument),
                            "the thread's priority is above the mutex's ceiling");
}

void priority_mutex::lock() {
  Execution& execution = Execution::require("snag::priority_mutex::lock", handle_);
  check_ceiling(execution);
  execution.perform(
      {.operation = {.kind = OperationKind::lock, .object = handle_.index, .place = __builtin_return_address(0)},
       .subject = &owner_},
      [&](Event& event) {
        owner_ = event.thread;
        execution.hold(handle_);
      });
}

bool priority_mutex::try_lock() {
  Execution& execution = Execution::require("snag::priority_mutex::try_lock", handle_);
  check_ceiling(execution);
  const Operation operation{
      .kind = OperationKind::try_lock, .object = handle_.index, .place = __builtin_return_address(0)};
  bool taken = false;
  execution.perform({.operation = operation}, [&](Event& event) {
    taken = owner_ == no_thread && !execution.choose_spurious(operation);
    event.success = taken;
    if (!taken) return;
    owner_ = event.thread;
    execution.hold(handle_);
  });
  return taken;
}

void priority_mutex::unlock() {
  Execution& execution = Execution::require("snag::priority_mutex::unlock", handle_);
  execution.perform(
      {.operation = {.kind = OperationKind::unlock, .object = handle_.index, .place = __builtin_return_address(0)}},
      [&](Event&) {
        owner_ = no_thread;
        execution.let_go(handle_);
      });
}

void priority_mutex::set_name(std::string_view text) { Execution::require("snag::name").set_name(handle_, text); }

}  // namespace snag
