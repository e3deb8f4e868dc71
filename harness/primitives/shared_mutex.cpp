// A blocked reader or writer is one whose published operation is not enabled. Where a waiting writer holds readers
// back, a writer first lines up: an event of its own, since readers that come before it still go in.
#include "harness/primitives/shared_mutex.h"

namespace snag {

shared_mutex::shared_mutex()
    : handle_(Execution::require("snag::shared_mutex").create_object(ObjectKind::shared_mutex)) {}

shared_mutex::~shared_mutex() {
  if (Execution* const execution = Execution::current())
    execution->destroy_object(handle_, !is_free(), 0, __builtin_return_address(0));
}

bool shared_mutex::is_free_to_lock(const void* self, const ControlledThread&) {
  return static_cast<const shared_mutex*>(self)->is_free();
}

bool shared_mutex::is_free_to_share(const void* self, const ControlledThread&) {
  return static_cast<const shared_mutex*>(self)->admits_readers();
}

void shared_mutex::line_up(Execution& execution, const void* place) {
  if (execution.scenario()->waiting_writer == WaitingWriter::lets_readers_pass) return;
  execution.perform({.operation = {.kind = OperationKind::line_up, .object = handle_.index, .place = place}},
                    [&](Event&) { ++writers_lined_up_; });
}

void shared_mutex::lock() {
  Execution& execution = Execution::require("snag::shared_mutex::lock", handle_);
  const void* const place = __builtin_return_address(0);
  line_up(execution, place);
  execution.perform({.operation = {.kind = OperationKind::lock, .object = handle_.index, .place = place},
                     .guard = &is_free_to_lock,
                     .subject = this},
                    [&](Event& event) {
                      owner_ = event.thread;
                      if (writers_lined_up_ > 0) --writers_lined_up_;
                    });
}

bool shared_mutex::try_lock() {
  Execution& execution = Execution::require("snag::shared_mutex::try_lock", handle_);
  const Operation operation{
      .kind = OperationKind::try_lock, .object = handle_.index, .place = __builtin_return_address(0)};
  bool taken = false;
  execution.perform({.operation = operation}, [&](Event& event) {
    taken = is_free() && !execution.choose_spurious(operation);
    if (taken) owner_ = event.thread;
    event.success = taken;
  });
  return taken;
}

bool shared_mutex::try_lock_until_virtual(std::uint64_t deadline) {
  Execution& execution = Execution::require("snag::shared_timed_mutex::try_lock_for", handle_);
  const void* const place = __builtin_return_address(0);
  line_up(execution, place);
  bool taken = false;
  execution.perform(
      {.operation = {.kind = OperationKind::try_lock, .object = handle_.index, .argument = deadline, .place = place},
       .guard = &is_free_to_lock,
       .subject = this,
       .deadline = deadline},
      [&](Event& event) {
        if (writers_lined_up_ > 0) --writers_lined_up_;
        taken = is_free();
        event.success = taken;
        if (taken)
          owner_ = event.thread;
        else
          execution.pass_time_until(deadline);
      });
  return taken;
}

void shared_mutex::unlock() {
  Execution& execution = Execution::require("snag::shared_mutex::unlock", handle_);
  execution.perform(
      {.operation = {.kind = OperationKind::unlock, .object = handle_.index, .place = __builtin_return_address(0)}},
      [&](Event&) { owner_ = no_thread; });
}

void shared_mutex::lock_shared() {
  Execution& execution = Execution::require("snag::shared_mutex::lock_shared", handle_);
  execution.perform(
      {.operation = {.kind = OperationKind::lock_shared, .object = handle_.index, .place = __builtin_return_address(0)},
       .guard = &is_free_to_share,
       .subject = this},
      [&](Event&) { ++readers_; });
}

bool shared_mutex::try_lock_shared() {
  Execution& execution = Execution::require("snag::shared_mutex::try_lock_shared", handle_);
  const Operation operation{
      .kind = OperationKind::try_lock_shared, .object = handle_.index, .place = __builtin_return_address(0)};
  bool taken = false;
  execution.perform({.operation = operation}, [&](Event& event) {
    taken = admits_readers() && !execution.choose_spurious(operation);
    if (taken) ++readers_;
    event.success = taken;
  });
  return taken;
}

bool shared_mutex::try_lock_shared_until_virtual(std::uint64_t deadline) {
  Execution& execution = Execution::require("snag::shared_timed_mutex::try_lock_shared_for", handle_);
  bool taken = false;
  execution.perform({.operation = {.kind = OperationKind::try_lock_shared,
                                   .object = handle_.index,
                                   .argument = deadline,
                                   .place = __builtin_return_address(0)},
                     .guard = &is_free_to_share,
                     .subject = this,
                     .deadline = deadline},
                    [&](Event& event) {
                      taken = admits_readers();
                      event.success = taken;
                      if (taken)
                        ++readers_;
                      else
                        execution.pass_time_until(deadline);
                    });
  return taken;
}

void shared_mutex::unlock_shared() {
  Execution& execution = Execution::require("snag::shared_mutex::unlock_shared", handle_);
  execution.perform({.operation = {.kind = OperationKind::unlock_shared,
                                   .object = handle_.index,
                                   .place = __builtin_return_address(0)}},
                    [&](Event&) {
                      if (readers_ > 0) --readers_;
                    });
}

void shared_mutex::set_name(std::string_view text) { Execution::require("snag::name").set_name(handle_, text); }

}  // namespace snag
