#include "harness/primitives/thread.h"

#include "harness/primitives/place.h"

#include <system_error>

namespace snag {

namespace {

bool never_enabled(const void*, const ControlledThread&) { return false; }

}  // namespace

std::int64_t read_virtual_clock() {
  Execution& execution = Execution::require("a snag clock");
  execution.perform({.operation = {.kind = OperationKind::read_clock, .place = __builtin_return_address(0)}},
                    [&](Event& event) { event.before = event.after = execution.now(); });
  return static_cast<std::int64_t>(execution.now());
}

void thread::start(ControlledThread* prepared) {
  if (prepared == nullptr) return;
  Execution& execution = *Execution::current();
  index_ = prepared->index;
  serial_ = execution.serial();
  execution.spawn(*prepared, __builtin_return_address(0));
}

void thread::report_destroyed(const void* place) {
  Execution* const execution = Execution::current();
  const ThreadIndex target = std::exchange(index_, no_thread);
  if (execution == nullptr || serial_ != execution->serial()) return;
  execution->note({.kind = OperationKind::thread_destroyed, .target = target, .place = place});
}

thread& thread::operator=(thread&& other) {
  if (joinable()) report_destroyed(__builtin_return_address(0));
  index_ = std::exchange(other.index_, no_thread);
  serial_ = other.serial_;
  return *this;
}

thread::~thread() {
  if (joinable()) report_destroyed(__builtin_return_address(0));
}

void thread::join() { join_at(__builtin_return_address(0)); }

void thread::join_at(const void* place) {
  Execution& execution = Execution::require("snag::thread::join");
  if (!joinable()) {
    execution.note({.kind = OperationKind::join_misused, .place = place});
    if (!execution.abandoning()) throw std::system_error(std::make_error_code(std::errc::invalid_argument));
    return;
  }
  if (serial_ != execution.serial()) throw UsageError("snag::thread::join of a thread of another execution");
  ControlledThread& target = execution.thread(index_);
  const Operation operation{.kind = OperationKind::join, .target = index_, .place = place};
  if (target.state == ControlledThread::State::ended) {
    execution.note(operation, [](Event& event) { event.routine = true; });
  } else {
    execution.perform({.operation = operation, .subject = &target.unfinished},
                      [](Event& event) { event.routine = true; });
  }
  index_ = no_thread;
}

void thread::detach() {
  Execution& execution = Execution::require("snag::thread::detach");
  const void* const place = __builtin_return_address(0);
  if (!joinable()) {
    execution.note({.kind = OperationKind::join_misused, .place = place});
    if (!execution.abandoning()) throw std::system_error(std::make_error_code(std::errc::invalid_argument));
    return;
  }
  execution.note({.kind = OperationKind::detach, .target = index_, .place = place});
  index_ = no_thread;
}

void thread::set_name(std::string_view text) {
  Execution& execution = Execution::require("snag::name");
  if (!joinable() || serial_ != execution.serial())
    throw UsageError(
        "snag::name of a thread object that stands for no thread: name it after it was started, before it is joined");
  execution.info(index_).name = text;
}

namespace this_thread {

thread::id get_id() { return thread::id(Execution::require("snag::this_thread::get_id").running().index); }

void yield() {
  Execution::require("snag::this_thread::yield")
      .perform({.operation = {.kind = OperationKind::yield, .place = __builtin_return_address(0)}}, [](Event&) {});
}

void sleep_until_virtual(std::uint64_t deadline, const void* place) {
  Execution& execution = *Execution::current();
  const Operation operation{.kind = OperationKind::sleep,
                            .argument = deadline,
                            .place = detail::or_caller(place, __builtin_return_address(0))};
  execution.perform({.operation = operation, .guard = &never_enabled, .deadline = deadline}, [&](Event& event) {
    event.before = execution.now();
    execution.pass_time_until(deadline);
    event.after = execution.now();
  });
}

}  // namespace this_thread

}  // namespace snag
