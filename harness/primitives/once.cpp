#include "harness/primitives/once.h"

#include "harness/primitives/place.h"

namespace snag {

bool once_flag::is_not_running(const void* self, const ControlledThread&) {
  return static_cast<const once_flag*>(self)->state_ != State::running;
}

bool once_flag::enter(const void* place) {
  Execution& execution = Execution::require("snag::call_once", handle_);
  bool run = false;
  execution.perform({.operation = {.kind = OperationKind::once_enter,
                                   .object = handle_.index,
                                   .place = detail::or_caller(place, __builtin_return_address(0))},
                     .guard = &is_not_running,
                     .subject = this},
                    [&](Event& event) {
                      run = state_ == State::fresh;
                      if (run) state_ = State::running;
                      event.after = run ? 1 : 0;
                    });
  return run;
}

void once_flag::leave(bool returned, const void* place) {
  Execution& execution = Execution::require("snag::call_once", handle_);
  execution.perform({.operation = {.kind = OperationKind::once_leave,
                                   .object = handle_.index,
                                   .place = detail::or_caller(place, __builtin_return_address(0))}},
                    [&](Event& event) {
                      state_ = returned ? State::done : State::fresh;
                      event.success = returned;
                    });
}

void once_flag::set_name(std::string_view text) { Execution::require("snag::name").set_name(handle_, text); }

}  // namespace snag
