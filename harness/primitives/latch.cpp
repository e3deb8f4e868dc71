#include "harness/primitives/latch.h"

#include "harness/primitives/place.h"

namespace snag {

latch::latch(std::ptrdiff_t expected)
    : handle_(Execution::require("snag::latch").create_object(ObjectKind::latch, ValueKind::signed_integer, expected)),
      count_(expected) {}

latch::~latch() {
  if (Execution* const execution = Execution::current())
    execution->destroy_object(handle_, false, 0, __builtin_return_address(0));
}

bool latch::is_open(const void* self, const ControlledThread&) { return static_cast<const latch*>(self)->count_ <= 0; }

void latch::count_down_at(std::ptrdiff_t update, const void* place) {
  Execution& execution = Execution::require("snag::latch::count_down", handle_);
  execution.perform({.operation = {.kind = OperationKind::count_down,
                                   .object = handle_.index,
                                   .argument = static_cast<std::uint64_t>(update),
                                   .place = place}},
                    [&](Event& event) {
                      event.before = static_cast<std::uint64_t>(count_);
                      count_ -= update;
                      event.after = static_cast<std::uint64_t>(count_);
                    });
}

void latch::wait_at(const void* place) const {
  Execution& execution = Execution::require("snag::latch::wait", handle_);
  execution.perform({.operation = {.kind = OperationKind::latch_wait, .object = handle_.index, .place = place},
                     .guard = &latch::is_open,
                     .subject = this},
                    [](Event&) {});
}

void latch::count_down(std::ptrdiff_t update) { count_down_at(update, __builtin_return_address(0)); }
void latch::wait() const { wait_at(__builtin_return_address(0)); }

void latch::arrive_and_wait(std::ptrdiff_t update) {
  const void* const place = __builtin_return_address(0);
  count_down_at(update, place);
  wait_at(place);
}

bool latch::try_wait() const {
  Execution& execution = Execution::require("snag::latch::try_wait", handle_);
  bool open = count_ <= 0;
  execution.perform({.operation = {.kind = OperationKind::latch_try_wait,
                                   .object = handle_.index,
                                   .place = __builtin_return_address(0)}},
                    [&](Event& event) {
                      open = count_ <= 0;
                      event.success = open;
                      event.before = event.after = static_cast<std::uint64_t>(count_);
                    });
  return open;
}

void latch::set_name(std::string_view text) { Execution::require("snag::name").set_name(handle_, text); }

namespace detail {

BarrierCore::BarrierCore(std::ptrdiff_t expected)
    : handle_(Execution::require("snag::barrier")
                  .create_object(ObjectKind::barrier, ValueKind::unsigned_integer, expected)),
      expected_(expected),
      missing_(expected) {}

BarrierCore::~BarrierCore() {
  if (Execution* const execution = Execution::current())
    execution->destroy_object(handle_, false, 0, __builtin_return_address(0));
}

std::uint64_t BarrierCore::arrive(OperationKind kind, std::ptrdiff_t update, void (*complete)(void*), void* context,
                                  const void* place) {
  Execution& execution = Execution::require("snag::barrier::arrive", handle_);
  std::uint64_t phase = phase_;
  bool last = false;
  const Operation operation{.kind = kind,
                            .object = handle_.index,
                            .argument = static_cast<std::uint64_t>(update),
                            .place = or_caller(place, __builtin_return_address(0))};
  execution.perform({.operation = operation}, [&](Event& event) {
    phase = phase_;
    missing_ -= update;
    if (kind == OperationKind::arrive_and_drop) --expected_;
    last = missing_ <= 0;
    event.before = phase;
    event.after = last && complete == nullptr ? phase + 1 : phase;
  });
  if (last && !execution.abandoning()) {
    // Nobody leaves before the completion function has returned: the phase changes after it.
    if (complete != nullptr) {
      complete(context);
      execution.note({.kind = kind, .object = handle_.index, .argument = 0, .place = operation.place},
                     [&](Event& event) {
                       event.before = phase;
                       event.after = phase + 1;
                     });
    }
    missing_ = expected_;
    ++phase_;
  }
  return phase;
}

bool BarrierCore::is_complete(const void* phase, const ControlledThread&) {
  const auto* const waited = static_cast<const Phase*>(phase);
  return waited->barrier->phase_ > waited->number;
}

void BarrierCore::wait(std::uint64_t phase, const void* place) const {
  Execution& execution = Execution::require("snag::barrier::wait", handle_);
  const Phase waited{this, phase};
  execution.perform({.operation = {.kind = OperationKind::barrier_wait,
                                   .object = handle_.index,
                                   .argument = phase,
                                   .place = or_caller(place, __builtin_return_address(0))},
                     .guard = &is_complete,
                     .subject = &waited},
                    [](Event&) {});
}

void BarrierCore::set_name(std::string_view text) { Execution::require("snag::name").set_name(handle_, text); }

}  // namespace detail
}  // namespace snag
