#include "harness/primitives/threading_semaphore.h"

#include "harness/primitives/place.h"

#include <limits>
#include <stdexcept>

namespace snag::threading {

namespace detail {

using snag::detail::or_caller;

SemaphoreCore::SemaphoreCore(std::ptrdiff_t value, std::ptrdiff_t limit)
    : handle_(Execution::require("a semaphore of snag::threading")
                  .create_object(ObjectKind::semaphore, ValueKind::signed_integer, limit)),
      value_(value),
      limit_(limit) {
  if (value < 0) throw std::invalid_argument("a semaphore's first value must not be negative");
}

SemaphoreCore::~SemaphoreCore() {
  if (Execution* const execution = Execution::current())
    execution->destroy_object(handle_, false, 0, __builtin_return_address(0));
}

bool SemaphoreCore::has_some(const void* self, const ControlledThread&) {
  return static_cast<const SemaphoreCore*>(self)->value_ > 0;
}

void SemaphoreCore::acquire(const void* place) {
  Execution& execution = Execution::require("acquire of a semaphore of snag::threading", handle_);
  execution.perform({.operation = {.kind = OperationKind::acquire,
                                   .object = handle_.index,
                                   .place = or_caller(place, __builtin_return_address(0))},
                     .guard = &has_some,
                     .subject = this},
                    [&](snag::Event& event) {
                      event.before = static_cast<std::uint64_t>(value_);
                      event.after = static_cast<std::uint64_t>(--value_);
                    });
}

bool SemaphoreCore::try_acquire(const void* place) {
  Execution& execution = Execution::require("try_acquire of a semaphore of snag::threading", handle_);
  bool taken = false;
  execution.perform({.operation = {.kind = OperationKind::try_acquire,
                                   .object = handle_.index,
                                   .place = or_caller(place, __builtin_return_address(0))}},
                    [&](snag::Event& event) {
                      event.before = static_cast<std::uint64_t>(value_);
                      taken = value_ > 0;
                      if (taken) --value_;
                      event.success = taken;
                      event.after = static_cast<std::uint64_t>(value_);
                    });
  return taken;
}

bool SemaphoreCore::acquire_until(std::uint64_t deadline, const void* place) {
  Execution& execution = Execution::require("acquire_for of a semaphore of snag::threading", handle_);
  bool taken = false;
  execution.perform({.operation = {.kind = OperationKind::try_acquire,
                                   .object = handle_.index,
                                   .argument = deadline,
                                   .place = or_caller(place, __builtin_return_address(0))},
                     .guard = &has_some,
                     .subject = this,
                     .deadline = deadline},
                    [&](snag::Event& event) {
                      event.before = static_cast<std::uint64_t>(value_);
                      taken = value_ > 0;
                      if (taken)
                        --value_;
                      else
                        execution.pass_time_until(deadline);
                      event.success = taken;
                      event.after = static_cast<std::uint64_t>(value_);
                    });
  return taken;
}

void SemaphoreCore::release(std::ptrdiff_t n, const void* place) {
  Execution& execution = Execution::require("release of a semaphore of snag::threading", handle_);
  if (n < 1) throw std::invalid_argument("a semaphore is released by one at least");
  bool over = false;
  execution.perform({.operation = {.kind = OperationKind::release,
                                   .object = handle_.index,
                                   .argument = static_cast<std::uint64_t>(n),
                                   .place = or_caller(place, __builtin_return_address(0))}},
                    [&](snag::Event& event) {
                      event.before = static_cast<std::uint64_t>(value_);
                      over = n > limit_ - value_;
                      if (!over) value_ += n;
                      event.after = static_cast<std::uint64_t>(value_);
                    });
  if (over) throw std::invalid_argument("a semaphore was released over its bound");
}

void SemaphoreCore::set_name(std::string_view text) { Execution::require("snag::name").set_name(handle_, text); }

}  // namespace detail

Semaphore::Semaphore(std::ptrdiff_t value) : Semaphore(value, std::numeric_limits<std::ptrdiff_t>::max()) {}

void Semaphore::acquire() { core_.acquire(__builtin_return_address(0)); }
bool Semaphore::try_acquire() { return core_.try_acquire(__builtin_return_address(0)); }
void Semaphore::release(std::ptrdiff_t n) { core_.release(n, __builtin_return_address(0)); }
void Semaphore::lock() { core_.acquire(__builtin_return_address(0)); }
bool Semaphore::try_lock() { return core_.try_acquire(__builtin_return_address(0)); }
void Semaphore::unlock() { core_.release(1, __builtin_return_address(0)); }

}  // namespace snag::threading
