#include "harness/primitives/threading_barrier.h"

#include "harness/primitives/place.h"

namespace snag::threading {

Barrier::Barrier(std::ptrdiff_t parties, std::function<void()> action)
    : handle_(Execution::require("snag::threading::Barrier")
                  .create_object(ObjectKind::breakable_barrier, ValueKind::none, parties)),
      parties_(static_cast<std::size_t>(parties)),
      action_(std::move(action)) {
  if (parties < 1) throw std::invalid_argument("a barrier needs one party at least");
}

Barrier::~Barrier() {
  if (Execution* const execution = Execution::current())
    execution->destroy_object(handle_, inside_ > 0, inside_, __builtin_return_address(0));
}

bool Barrier::may_enter(const void* self, const ControlledThread&) {
  const State state = static_cast<const Barrier*>(self)->state_;
  return state == State::filling || state == State::broken;
}

bool Barrier::may_leave(const void* self, const ControlledThread&) {
  const State state = static_cast<const Barrier*>(self)->state_;
  return state != State::filling && state != State::acting;
}

bool Barrier::is_not_acting(const void* self, const ControlledThread&) {
  return static_cast<const Barrier*>(self)->state_ != State::acting;
}

std::size_t Barrier::wait() {
  const std::uint64_t now = Execution::require("snag::threading::Barrier::wait").now();
  const std::uint64_t deadline = timeout_ >= never - now ? never : now + timeout_;
  return wait_with(timeout_ == never ? 0 : deadline, deadline, __builtin_return_address(0));
}

std::size_t Barrier::wait_until(std::uint64_t deadline, const void* place) {
  return wait_with(deadline, deadline, snag::detail::or_caller(place, __builtin_return_address(0)));
}

std::size_t Barrier::wait_with(std::uint64_t argument, std::uint64_t deadline, const void* place) {
  Execution& execution = Execution::require("snag::threading::Barrier::wait", handle_);
  std::size_t index = 0;
  bool entered = false;
  if (!execution.perform({.operation = {.kind = OperationKind::barrier_enter,
                                        .object = handle_.index,
                                        .argument = action_ ? 1U : 0U,
                                        .place = place},
                          .guard = &may_enter,
                          .subject = this},
                         [&](snag::Event& event) {
                           entered = state_ != State::broken;
                           event.success = entered;
                           event.before = inside_;
                           if (entered) index = inside_++;
                           event.after = inside_;
                           if (inside_ == parties_ && entered) state_ = action_ ? State::acting : State::draining;
                         }))
    return 0;
  if (!entered) throw BrokenBarrierError();
  Operation leaving{
      .kind = OperationKind::barrier_leave, .object = handle_.index, .argument = argument, .place = place};
  if (index + 1 == parties_) {
    if (action_) run_action(execution, place);
    execution.note(leaving, [&](snag::Event& event) { leave(event); });
    return index;
  }
  bool complete = true;
  execution.perform({.operation = leaving, .guard = &may_leave, .subject = this, .deadline = deadline},
                    [&](snag::Event& event) {
                      complete = state_ == State::draining;
                      event.success = complete;
                      if (state_ == State::filling) {
                        state_ = State::broken;
                        execution.pass_time_until(deadline);
                      }
                      leave(event);
                    });
  if (!complete) throw BrokenBarrierError();
  return index;
}

// All have come, so none of them times out any more.
void Barrier::run_action(Execution& execution, const void* place) {
  for (const ThreadIndex thread : execution.threads_alive()) {
    Request& request = execution.thread(thread).request;
    if (request.operation.kind == OperationKind::barrier_leave && request.operation.object == handle_.index)
      request.deadline = never;
  }
  try {
    action_();
  } catch (const Abandoned&) { throw; } catch (...) {
    execution.note({.kind = OperationKind::barrier_abort, .object = handle_.index, .place = place},
                   [&](snag::Event& event) {
                     event.before = inside_;
                     state_ = State::broken;
                     leave(event);
                   });
    throw;
  }
  execution.note({.kind = OperationKind::barrier_open, .object = handle_.index, .place = place},
                 [&](snag::Event&) { state_ = State::draining; });
}

void Barrier::leave(snag::Event& event) {
  event.before = inside_;
  event.after = --inside_;
  if (inside_ == 0 && (state_ == State::draining || state_ == State::resetting)) state_ = State::filling;
}

void Barrier::reset() {
  Execution& execution = Execution::require("snag::threading::Barrier::reset", handle_);
  execution.perform({.operation = {.kind = OperationKind::barrier_reset,
                                   .object = handle_.index,
                                   .place = __builtin_return_address(0)},
                     .guard = &is_not_acting,
                     .subject = this},
                    [&](snag::Event& event) {
                      event.before = inside_;
                      if (state_ != State::draining) state_ = inside_ > 0 ? State::resetting : State::filling;
                    });
}

void Barrier::abort() {
  Execution& execution = Execution::require("snag::threading::Barrier::abort", handle_);
  execution.perform({.operation = {.kind = OperationKind::barrier_abort,
                                   .object = handle_.index,
                                   .place = __builtin_return_address(0)},
                     .guard = &is_not_acting,
                     .subject = this},
                    [&](snag::Event& event) {
                      event.before = inside_;
                      state_ = State::broken;
                    });
}

Barrier::Look Barrier::look(const void* place) const {
  Execution& execution = Execution::require("snag::threading::Barrier", handle_);
  Look seen{};
  execution.perform({.operation = {.kind = OperationKind::barrier_state, .object = handle_.index, .place = place}},
                    [&](snag::Event& event) {
                      const bool waits = state_ == State::filling || state_ == State::acting;
                      seen = {waits ? inside_ : 0, state_ == State::broken};
                      event.before = seen.waiting;
                      event.after = seen.broken ? 1 : 0;
                    });
  return seen;
}

std::size_t Barrier::n_waiting() const { return look(__builtin_return_address(0)).waiting; }
bool Barrier::broken() const { return look(__builtin_return_address(0)).broken; }

void Barrier::set_name(std::string_view text) { Execution::require("snag::name").set_name(handle_, text); }

}  // namespace snag::threading
