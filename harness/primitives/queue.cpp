#include "harness/primitives/queue.h"

#include "harness/primitives/place.h"

namespace snag::queue::detail {

using snag::detail::or_caller;

namespace {

std::uint64_t count_of(std::ptrdiff_t items) { return static_cast<std::uint64_t>(items); }

}  // namespace

QueueCore::QueueCore(std::ptrdiff_t maxsize)
    : handle_(Execution::require("a queue of snag::queue")
                  .create_object(ObjectKind::queue, ValueKind::none, std::max<std::ptrdiff_t>(maxsize, 0))),
      maxsize_(maxsize) {}

QueueCore::~QueueCore() {
  if (Execution* const execution = Execution::current())
    execution->destroy_object(handle_, false, 0, __builtin_return_address(0));
}

bool QueueCore::may_put(const void* self, const ControlledThread&) {
  const auto& queue = *static_cast<const QueueCore*>(self);
  return !queue.busy_ && (queue.shut_down_ || queue.has_room());
}

bool QueueCore::may_get(const void* self, const ControlledThread&) {
  const auto& queue = *static_cast<const QueueCore*>(self);
  return !queue.busy_ && (queue.shut_down_ || queue.size_ > 0);
}

bool QueueCore::may_join(const void* self, const ControlledThread&) {
  const auto& queue = *static_cast<const QueueCore*>(self);
  return !queue.busy_ && queue.unfinished_ == 0;
}

bool QueueCore::is_idle(const void* self, const ControlledThread&) {
  return !static_cast<const QueueCore*>(self)->busy_;
}

QueueCore::Outcome QueueCore::put(const void* place) {
  return put_with({.operation = {.kind = OperationKind::put}, .guard = &may_put},
                  or_caller(place, __builtin_return_address(0)));
}

QueueCore::Outcome QueueCore::try_put(const void* place) {
  return put_with({.operation = {.kind = OperationKind::try_put}, .guard = &is_idle},
                  or_caller(place, __builtin_return_address(0)));
}

QueueCore::Outcome QueueCore::try_put_until(std::uint64_t deadline, const void* place) {
  return put_with(
      {.operation = {.kind = OperationKind::try_put, .argument = deadline}, .guard = &may_put, .deadline = deadline},
      or_caller(place, __builtin_return_address(0)));
}

QueueCore::Outcome QueueCore::get(const void* place) {
  return get_with({.operation = {.kind = OperationKind::get}, .guard = &may_get},
                  or_caller(place, __builtin_return_address(0)));
}

QueueCore::Outcome QueueCore::try_get(const void* place) {
  return get_with({.operation = {.kind = OperationKind::try_get}, .guard = &is_idle},
                  or_caller(place, __builtin_return_address(0)));
}

QueueCore::Outcome QueueCore::try_get_until(std::uint64_t deadline, const void* place) {
  return get_with(
      {.operation = {.kind = OperationKind::try_get, .argument = deadline}, .guard = &may_get, .deadline = deadline},
      or_caller(place, __builtin_return_address(0)));
}

QueueCore::Outcome QueueCore::put_with(Request request, const void* place) {
  Execution& execution = Execution::require("a queue's put", handle_);
  request.operation.object = handle_.index;
  request.operation.place = place;
  request.subject = this;
  Outcome outcome = Outcome::abandoned;
  execution.perform(request, [&](Event& event) {
    event.before = event.after = count_of(size_);
    outcome = busy_        ? Outcome::refused
              : shut_down_ ? Outcome::shut_down
              : has_room() ? Outcome::done
                           : Outcome::refused;
    event.success = outcome == Outcome::done;
    if (outcome == Outcome::refused && request.deadline != never) execution.pass_time_until(request.deadline);
    if (outcome != Outcome::done) return;
    event.after = count_of(++size_);
    ++unfinished_;
  });
  return outcome;
}

QueueCore::Outcome QueueCore::get_with(Request request, const void* place) {
  Execution& execution = Execution::require("a queue's get", handle_);
  request.operation.object = handle_.index;
  request.operation.place = place;
  request.subject = this;
  Outcome outcome = Outcome::abandoned;
  execution.perform(request, [&](Event& event) {
    event.before = event.after = count_of(size_);
    outcome = busy_ ? Outcome::refused : size_ > 0 ? Outcome::done : shut_down_ ? Outcome::shut_down : Outcome::refused;
    event.success = outcome == Outcome::done;
    if (outcome == Outcome::refused && request.deadline != never) execution.pass_time_until(request.deadline);
    if (outcome == Outcome::done) event.after = count_of(--size_);
  });
  return outcome;
}

void QueueCore::take_back_put() {
  --size_;
  --unfinished_;
}

std::ptrdiff_t QueueCore::size(const void* place) const {
  Execution& execution = Execution::require("a queue's size", handle_);
  std::ptrdiff_t items = size_;
  execution.perform({.operation = {.kind = OperationKind::queue_size,
                                   .object = handle_.index,
                                   .place = or_caller(place, __builtin_return_address(0))},
                     .guard = &is_idle,
                     .subject = this},
                    [&](Event& event) {
                      items = size_;
                      event.before = event.after = count_of(items);
                    });
  return items;
}

bool QueueCore::task_done(const void* place) {
  Execution& execution = Execution::require("a queue's task_done", handle_);
  bool was_one = true;
  execution.perform({.operation = {.kind = OperationKind::task_done,
                                   .object = handle_.index,
                                   .place = or_caller(place, __builtin_return_address(0))},
                     .guard = &is_idle,
                     .subject = this},
                    [&](Event& event) {
                      event.before = unfinished_;
                      was_one = unfinished_ > 0;
                      if (was_one) --unfinished_;
                      event.after = unfinished_;
                    });
  return was_one;
}

void QueueCore::join(const void* place) const {
  Execution& execution = Execution::require("a queue's join", handle_);
  execution.perform({.operation = {.kind = OperationKind::queue_join,
                                   .object = handle_.index,
                                   .place = or_caller(place, __builtin_return_address(0))},
                     .guard = &may_join,
                     .subject = this},
                    [](Event&) {});
}

void QueueCore::shut_down(const void* place) { shut_down_with(0, or_caller(place, __builtin_return_address(0))); }
void QueueCore::shut_down_now(const void* place) { shut_down_with(1, or_caller(place, __builtin_return_address(0))); }

void QueueCore::shut_down_with(std::uint64_t at_once, const void* place) {
  Execution& execution = Execution::require("a queue's shutdown", handle_);
  execution.perform({.operation = {.kind = OperationKind::queue_shutdown,
                                   .object = handle_.index,
                                   .argument = at_once,
                                   .place = place},
                     .guard = &is_idle,
                     .subject = this},
                    [&](Event& event) {
                      event.before = count_of(size_);
                      shut_down_ = true;
                      if (at_once == 1) {
                        unfinished_ -= std::min(unfinished_, count_of(size_));
                        size_ = 0;
                      }
                      event.after = count_of(size_);
                    });
}

void QueueCore::set_name(std::string_view text) { Execution::require("snag::name").set_name(handle_, text); }

}  // namespace snag::queue::detail
