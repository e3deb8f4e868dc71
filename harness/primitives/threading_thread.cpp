#include "harness/primitives/threading_thread.h"

#include "harness/primitives/place.h"

#include <fmt/format.h>

namespace snag::threading {

namespace {

std::uint32_t ident_of(ThreadIndex thread) { return thread + std::uint32_t{1}; }

// Looks at who is alive; the caller of whoever calls is the place.
std::vector<ThreadIndex> look_at_threads(const char* what, const void* place) {
  Execution& execution = Execution::require(what);
  std::vector<ThreadIndex> alive = execution.threads_alive();
  execution.perform({.operation = {.kind = OperationKind::count_threads, .place = place}}, [&](snag::Event& event) {
    alive = execution.threads_alive();
    event.before = event.after = alive.size();
  });
  return alive;
}

}  // namespace

Thread::Thread(ThreadOptions options, Target target) : state_(std::make_shared<State>()) {
  Execution& execution = Execution::require("snag::threading::Thread");
  state_->options = std::move(options);
  if (!state_->options.daemon) state_->options.daemon = execution.running().daemon;
  state_->target = std::move(target.call);
  state_->serial = execution.serial();
}

Thread::Thread(ThreadIndex started) : state_(std::make_shared<State>()) {
  state_->index = started;
  state_->serial = Execution::require("snag::threading::Thread").serial();
}

Execution& Thread::require(const char* what) const {
  Execution& execution = Execution::require(what);
  if (state_->serial != execution.serial())
    throw UsageError(
        fmt::format("{} of a thread that was made in another execution: keep threads in local variables of "
                    "the scenario's body, not in globals or statics",
                    what));
  return execution;
}

void Thread::start() { start_at(__builtin_return_address(0)); }

void Thread::start_at(const void* place) {
  Execution& execution = require("snag::threading::Thread::start");
  if (execution.abandoning()) return;
  if (has_started()) throw ThreadError("a thread was started for the second time");
  ControlledThread& made = *snag::detail::prepare_thread(std::exchange(state_->target, nullptr));
  state_->index = made.index;
  made.daemon = state_->options.daemon.value_or(false);
  execution.info(made.index).name = state_->options.name;
  execution.info(made.index).rejoinable = true;
  execution.spawn(made, place);
}

void Thread::join() { join_with(0, never, __builtin_return_address(0)); }

bool Thread::join_until(std::uint64_t deadline, const void* place) {
  return join_with(deadline, deadline, snag::detail::or_caller(place, __builtin_return_address(0)));
}

bool Thread::join_with(std::uint64_t argument, std::uint64_t deadline, const void* place) {
  Execution& execution = require("snag::threading::Thread::join");
  if (!has_started() || state_->index == execution.running().index) {
    execution.note({.kind = OperationKind::join_misused, .target = state_->index, .place = place});
    if (execution.abandoning()) return false;
    throw ThreadError(has_started() ? "a thread joins itself" : "a thread was joined before it was started");
  }
  ControlledThread& target = execution.thread(state_->index);
  const Operation operation{.kind = OperationKind::join, .target = state_->index, .argument = argument, .place = place};
  execution.info(state_->index).rejoinable = true;  // whoever started it
  if (target.unfinished == no_thread) {
    execution.note(operation);
    return true;
  }
  bool ended = false;
  execution.perform({.operation = operation, .subject = &target.unfinished, .deadline = deadline},
                    [&](snag::Event& event) {
                      ended = target.unfinished == no_thread;
                      event.success = ended;
                      if (!ended) execution.pass_time_until(deadline);
                    });
  return ended;
}

bool Thread::is_alive() const {
  Execution& execution = require("snag::threading::Thread::is_alive");
  if (!has_started()) return false;
  const ControlledThread& target = execution.thread(state_->index);
  bool alive = target.unfinished != no_thread;
  execution.perform(
      {.operation = {.kind = OperationKind::is_alive, .target = state_->index, .place = __builtin_return_address(0)}},
      [&](snag::Event& event) {
        alive = target.unfinished != no_thread;
        event.before = event.after = alive ? 1 : 0;
      });
  return alive;
}

std::string Thread::name() const {
  Execution& execution = require("snag::threading::Thread::name");
  if (!has_started()) return state_->options.name.empty() ? "Thread" : state_->options.name;
  const std::string& given = execution.info(state_->index).name;
  if (!given.empty()) return given;
  return state_->index == 0 ? "MainThread" : fmt::format("Thread-{}", state_->index);
}

void Thread::set_name(std::string_view text) {
  Execution& execution = require("snag::threading::Thread::set_name");
  (has_started() ? execution.info(state_->index).name : state_->options.name) = text;
}

bool Thread::daemon() const {
  Execution& execution = require("snag::threading::Thread::daemon");
  return has_started() ? execution.thread(state_->index).daemon : state_->options.daemon.value_or(false);
}

void Thread::set_daemon(bool daemon) {
  require("snag::threading::Thread::set_daemon");
  if (has_started()) throw ThreadError("a thread was made a daemon, or none any more, after its start");
  state_->options.daemon = daemon;
}

std::optional<std::uint32_t> Thread::ident() const {
  if (!has_started()) return std::nullopt;
  return ident_of(state_->index);
}

bool Thread::is_same_as(const Thread& other) const {
  if (state_ == other.state_) return true;
  return has_started() && state_->index == other.state_->index && state_->serial == other.state_->serial;
}

Thread current_thread() { return Thread(Execution::require("snag::threading::current_thread").running().index); }

Thread main_thread() { return Thread(ThreadIndex{0}); }

std::uint32_t get_ident() { return ident_of(Execution::require("snag::threading::get_ident").running().index); }
std::uint32_t get_native_id() { return get_ident(); }

std::vector<Thread> enumerate() {
  std::vector<Thread> threads;
  for (const ThreadIndex thread : look_at_threads("snag::threading::enumerate", __builtin_return_address(0)))
    threads.push_back(Thread(thread));
  return threads;
}

std::size_t active_count() {
  return look_at_threads("snag::threading::active_count", __builtin_return_address(0)).size();
}

}  // namespace snag::threading
