#include "harness/primitives/semaphore.h"

#include "harness/primitives/place.h"

namespace snag::detail {

SemaphoreCore::SemaphoreCore(std::ptrdiff_t initial, std::ptrdiff_t limit)
    : handle_(Execution::require("snag::counting_semaphore")
                  .create_object(ObjectKind::semaphore, ValueKind::signed_integer, limit)),
      count_(initial) {}

SemaphoreCore::~SemaphoreCore() {
  if (Execution* const execution = Execution::current())
    execution->destroy_object(handle_, false, 0, __builtin_return_address(0));
}

bool SemaphoreCore::has_some(const void* self, const ControlledThread&) {
  return static_cast<const SemaphoreCore*>(self)->count_ > 0;
}

void SemaphoreCore::release(std::ptrdiff_t update, const void* place) {
  Execution& execution = Execution::require("snag::counting_semaphore::release", handle_);
  execution.perform({.operation = {.kind = OperationKind::release,
                                   .object = handle_.index,
                                   .argument = static_cast<std::uint64_t>(update),
                                   .place = or_caller(place, __builtin_return_address(0))}},
                    [&](Event& event) {
                      event.before = static_cast<std::uint64_t>(count_);
                      count_ += update;
                      event.after = static_cast<std::uint64_t>(count_);
                    });
}

void SemaphoreCore::acquire(const void* place) {
  Execution& execution = Execution::require("snag::counting_semaphore::acquire", handle_);
  execution.perform({.operation = {.kind = OperationKind::acquire,
                                   .object = handle_.index,
                                   .place = or_caller(place, __builtin_return_address(0))},
                     .guard = &has_some,
                     .subject = this},
                    [&](Event& event) {
                      event.before = static_cast<std::uint64_t>(count_);
                      event.after = static_cast<std::uint64_t>(--count_);
                    });
}

bool SemaphoreCore::try_acquire(const void* place) {
  Execution& execution = Execution::require("snag::counting_semaphore::try_acquire", handle_);
  const Operation operation{.kind = OperationKind::try_acquire,
                            .object = handle_.index,
                            .place = or_caller(place, __builtin_return_address(0))};
  bool taken = false;
  execution.perform({.operation = operation}, [&](Event& event) {
    event.before = event.after = static_cast<std::uint64_t>(count_);
    taken = count_ > 0 && !execution.choose_spurious(operation);
    event.success = taken;
    if (taken) event.after = static_cast<std::uint64_t>(--count_);
  });
  return taken;
}

bool SemaphoreCore::try_acquire_until(std::uint64_t deadline, const void* place) {
  Execution& execution = Execution::require("snag::counting_semaphore::try_acquire_for", handle_);
  bool taken = false;
  execution.perform({.operation = {.kind = OperationKind::try_acquire,
                                   .object = handle_.index,
                                   .argument = deadline,
                                   .place = or_caller(place, __builtin_return_address(0))},
                     .guard = &has_some,
                     .subject = this,
                     .deadline = deadline},
                    [&](Event& event) {
                      event.before = event.after = static_cast<std::uint64_t>(count_);
                      taken = count_ > 0;
                      event.success = taken;
                      if (taken)
                        event.after = static_cast<std::uint64_t>(--count_);
                      else
                        execution.pass_time_until(deadline);
                    });
  return taken;
}

void SemaphoreCore::set_name(std::string_view text) { Execution::require("snag::name").set_name(handle_, text); }

}  // namespace snag::detail
