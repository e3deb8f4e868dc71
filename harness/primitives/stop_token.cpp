#include "harness/primitives/stop_token.h"

#include "harness/primitives/place.h"

#include <algorithm>
#include <exception>

namespace snag {

bool stop_token::stop_possible() const {
  return state_ != nullptr && (state_->sources > 0 || state_->requested(__builtin_return_address(0)));
}

namespace detail {

namespace {

bool has_finished(const void* subject, const ControlledThread&) {
  return !static_cast<const StopCallback*>(subject)->running;
}

}  // namespace

// Calls a callback that has left the list. It may destroy itself, and be abandoned in the middle.
void StopState::run(StopCallback& callback, ThreadIndex runner) {
  bool destroyed = false;
  const auto leave = [&] {
    if (destroyed) return;
    callback.running = false;
    callback.destroyed = nullptr;
  };
  callback.destroyed = &destroyed;
  callback.runner = runner;
  callback.running = true;
  try {
    callback.invoke(callback);
  } catch (const Abandoned&) {
    leave();  // its destructor must not write to this frame, nor wait
    throw;
  } catch (...) {
    std::terminate();  // request_stop is noexcept in the standard
  }
  leave();
}

StopState::StopState() : handle_(Execution::require("snag::stop_source").create_object(ObjectKind::stop_state)) {}
StopState::~StopState() = default;

bool StopState::requested(const void* place) const {
  Execution& execution = Execution::require("snag::stop_token", handle_);
  bool result = requested_;
  execution.perform({.operation = {.kind = OperationKind::stop_requested,
                                   .object = handle_.index,
                                   .place = or_caller(place, __builtin_return_address(0))}},
                    [&](Event& event) {
                      result = requested_;
                      event.before = event.after = result ? 1 : 0;
                    });
  return result;
}

bool StopState::request(const void* place) {
  Execution& execution = Execution::require("snag::stop_source", handle_);
  bool first = false;
  execution.perform({.operation = {.kind = OperationKind::request_stop,
                                   .object = handle_.index,
                                   .place = or_caller(place, __builtin_return_address(0))}},
                    [&](Event& event) {
                      first = !requested_;
                      event.success = first;
                      event.before = first ? 0 : 1;
                      event.after = 1;
                      requested_ = true;
                    });
  if (!first) return false;
  while (!callbacks_.empty()) {
    StopCallback& callback = *callbacks_.front();
    callbacks_.erase(callbacks_.begin());
    run(callback, execution.running().index);
  }
  return true;
}

bool StopState::add(StopCallback& callback, const void* place) {
  if (requested(or_caller(place, __builtin_return_address(0)))) return false;
  // No scheduling point since the check: nobody can have requested the stop in between.
  callbacks_.push_back(&callback);
  return true;
}

void StopState::remove(StopCallback& callback, const void* place) {
  Execution* const execution = Execution::current();
  if (std::erase(callbacks_, &callback) > 0 || execution == nullptr || !callback.running) return;
  if (callback.runner == execution->running().index) {
    *callback.destroyed = true;
    return;
  }
  execution->perform({.operation = {.kind = OperationKind::stop_requested,
                                    .object = handle_.index,
                                    .place = or_caller(place, __builtin_return_address(0))},
                      .guard = &has_finished,
                      .subject = &callback},
                     [](Event& event) { event.before = event.after = 1; });
}

}  // namespace detail
}  // namespace snag
