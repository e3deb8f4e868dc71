#include "harness/primitives/future_state.h"

#include "harness/primitives/place.h"

#include <utility>

namespace snag::detail {

const void* this_place() { return __builtin_return_address(0); }

FutureCore::FutureCore() : handle_(Execution::require("snag::promise").create_object(ObjectKind::future)) {}

void FutureCore::retrieve() {
  if (retrieved_) throw std::future_error(std::future_errc::future_already_retrieved);
  retrieved_ = true;
}

void FutureCore::claim() {
  if (claimed_) throw std::future_error(std::future_errc::promise_already_satisfied);
  claimed_ = true;
}

void FutureCore::set_erased(FutureResult result, ReadyWhen when, void (*store)(void*), void* context,
                            const void* place) {
  Execution& execution = Execution::require("snag::promise::set_value", handle_);
  place = or_caller(place, __builtin_return_address(0));
  const bool now = when == ReadyWhen::now;
  bool refused = false;
  const bool done = execution.perform(
      {.operation = {.kind = OperationKind::set_result, .object = handle_.index, .place = place}}, [&](Event& event) {
        refused = claimed_;
        event.success = !refused;
        event.after = static_cast<std::uint64_t>(now ? result : FutureResult::kept);
        if (refused) return;
        store(context);
        result_ = result;
        claimed_ = true;
        ready_ = now;
      });
  if (refused) throw std::future_error(std::future_errc::promise_already_satisfied);
  if (done && !now) publish(when, place);
}

void FutureCore::publish(ReadyWhen when, const void* place) {
  place = or_caller(place, __builtin_return_address(0));
  if (when == ReadyWhen::now) return publish_now(place);
  Execution::require("snag::promise::set_value_at_thread_exit", handle_)
      .at_thread_exit(ExitStage::notices, [self = shared_from_this(), place] { self->publish_now(place); });
}

void FutureCore::publish_now(const void* place) {
  Execution::require("snag::promise::set_value", handle_)
      .perform({.operation = {.kind = OperationKind::set_result, .object = handle_.index, .place = place}},
               [&](Event& event) {
                 event.after = static_cast<std::uint64_t>(result_);
                 ready_ = true;
               });
}

void FutureCore::drop_promise(const void* place) {
  Execution* const execution = Execution::current();
  if (execution == nullptr || handle_.serial != execution->serial() || claimed_ || receivers_ == 0) return;
  place = or_caller(place, __builtin_return_address(0));
  try {
    execution->perform({.operation = {.kind = OperationKind::set_result, .object = handle_.index, .place = place}},
                       [&](Event& event) {
                         event.after = static_cast<std::uint64_t>(FutureResult::broken);
                         exception_ = std::make_exception_ptr(std::future_error(std::future_errc::broken_promise));
                         result_ = FutureResult::broken;
                         claimed_ = ready_ = true;
                       });
  } catch (const Abandoned&) {
    // Called by destructors, which must not throw. What comes after does not depend on the drop, and is abandoned at
    // its next operation.
  }
}

bool FutureCore::is_ready(const void* self, const ControlledThread&) {
  return static_cast<const FutureCore*>(self)->ready_;
}

bool FutureCore::is_ready_or_deferred(const void* self, const ControlledThread&) {
  const auto* const core = static_cast<const FutureCore*>(self);
  return core->ready_ || core->deferred_ != Deferred::no;
}

bool FutureCore::may_enter(const void* self, const ControlledThread&) {
  return static_cast<const FutureCore*>(self)->deferred_ != Deferred::running;
}

// As call_once: the first to wait runs it, others wait until it is done.
void FutureCore::run_deferred(const void* place) {
  if (deferred_ == Deferred::no) return;
  Execution& execution = Execution::require("snag::future::wait", handle_);
  bool run = false;
  execution.perform({.operation = {.kind = OperationKind::once_enter, .object = handle_.index, .place = place},
                     .guard = &may_enter,
                     .subject = this},
                    [&](Event& event) {
                      run = deferred_ == Deferred::fresh;
                      if (run) deferred_ = Deferred::running;
                      event.after = run ? 1 : 0;
                    });
  if (!run) return;
  function_();
  publish_now(place);
  execution.perform({.operation = {.kind = OperationKind::once_leave, .object = handle_.index, .place = place}},
                    [&](Event&) { deferred_ = Deferred::done; });
}

void FutureCore::wait(const void* place) {
  Execution& execution = Execution::require("snag::future::wait", handle_);
  place = or_caller(place, __builtin_return_address(0));
  run_deferred(place);
  const bool done = execution.perform(
      {.operation = {.kind = OperationKind::future_wait, .target = computing_, .object = handle_.index, .place = place},
       .guard = &is_ready,
       .subject = this},
      [&](Event& event) { event.after = static_cast<std::uint64_t>(result_); });
  if (!done) throw Abandoned{};  // even where a destructor waits: there is no result to go on with
}

std::future_status FutureCore::try_wait(std::uint64_t deadline, const void* place) {
  Execution& execution = Execution::require("snag::future::wait_for", handle_);
  std::future_status status = std::future_status::timeout;
  execution.perform({.operation = {.kind = OperationKind::future_try_wait,
                                   .target = computing_,
                                   .object = handle_.index,
                                   .argument = deadline,
                                   .place = or_caller(place, __builtin_return_address(0))},
                     .guard = &is_ready_or_deferred,
                     .subject = this,
                     .deadline = deadline},
                    [&](Event& event) {
                      event.success = ready_;
                      if (ready_) {
                        status = std::future_status::ready;
                        event.after = static_cast<std::uint64_t>(result_);
                      } else if (deferred_ != Deferred::no) {
                        status = std::future_status::deferred;
                      } else {
                        execution.pass_time_until(deadline);
                      }
                    });
  return status;
}

void FutureCore::rethrow() const {
  if (exception_ != nullptr) std::rethrow_exception(exception_);
}

void FutureCore::remove_receiver(const void* place) {
  if (--receivers_ > 0 || !worker_.joinable()) return;
  const Execution* const execution = Execution::current();
  if (execution == nullptr || handle_.serial != execution->serial()) return;
  worker_.join_at(or_caller(place, __builtin_return_address(0)));
}

void FutureCore::set_worker(thread worker) {
  worker_ = std::move(worker);
  computing_ = worker_.native_handle();
}

void FutureCore::set_deferred(MoveOnlyFunction<void()> function) {
  function_ = std::move(function);
  deferred_ = Deferred::fresh;
}

void FutureCore::set_name(std::string_view text) { Execution::require("snag::name").set_name(handle_, text); }

}  // namespace snag::detail
