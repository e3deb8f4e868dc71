// Executions in processes of their own.
#include "harness/execution/execution.h"
#include "harness/execution/front_end.h"
#include "harness/execution/own_process.h"

#include <cstdlib>
#include <exception>
#include <utility>

namespace snag {

Interruption::Interruption(const Execution* execution) {
  if (execution == nullptr || execution->scenario() == nullptr) return;
  front_end_ = execution->scenario()->front_end;
  if (front_end_ == nullptr || front_end_->set_program_runs == nullptr) return;
  program_ran_ = front_end_->set_program_runs(false);
}

Interruption::~Interruption() {
  if (program_ran_) front_end_->set_program_runs(true);
}

// What is thrown is thrown here, when the copy is left: the C++ runtime counts exceptions for each process.
ExecutionResult Execution::run_apart(const OwnProcess& process, const Scenario& scenario, Strategy& strategy,
                                     std::span<const std::unique_ptr<Checker>> checkers, Narrator* narrator) {
  const std::size_t threads_before = threads_.size();
  ExecutionResult result;
  std::exception_ptr error;
  process.enter();
  if (begin_in_copy != nullptr) begin_in_copy();
  if (catch_signals_in_copy != nullptr) catch_signals_in_copy();
  apart_ = true;
  try {
    result = run_here(scenario, strategy, checkers, narrator);
  } catch (...) { error = std::current_exception(); }
  apart_ = false;
  process.leave();
  for (std::size_t i = threads_before; i < threads_.size(); ++i) threads_[i]->fiber.map_here_too();
  if (error) std::rethrow_exception(error);
  return result;
}

// They stay where they are, and so does what they would do when they end: both go with the process.
void Execution::drop_threads() {
  for (std::uint32_t i = 0; i < thread_count_; ++i) {
    ControlledThread& thread = *threads_[i];
    if (thread.exit_actions > 0) discard_exit_actions(thread);
    thread.state = ControlledThread::State::ended;
  }
  live_.clear();
}

void Execution::note_failure(Failure failure, std::string text, const void* place) {
  failing_ = true;
  if (result_.verdict == Verdict::passed) result_.verdict = Verdict::crash;
  note({.kind = OperationKind::program_failed, .argument = add_text(std::move(text)), .place = place},
       [&](Event& event) { event.before = event.after = static_cast<std::uint64_t>(failure); });
}

void Execution::fail_program(Failure failure, std::string text, const void* place) {
  if (!abandoning_) {
    note_failure(failure, std::move(text), place);
    stop_here();
  }
  park();
  std::abort();
}

void Execution::crash_program(Failure failure, std::string text, const void* place) {
  note_failure(failure, std::move(text), place);
  stopping_ = true;
  park();
  std::abort();
}

void Execution::wait_for_others() {
  const auto is_alone = [](const void* live, const ControlledThread&) {
    return static_cast<const std::vector<ControlledThread*>*>(live)->size() == 1;
  };
  perform({.operation = {.kind = OperationKind::join}, .guard = is_alone, .subject = &live_}, [](Event&) {});
}

void Execution::end_program() {
  ControlledThread& self = *running_;
  if (self.index == 0) {
    finish_body(self);
    end_thread(self);
  } else {
    stop_here();
  }
  std::abort();
}

}  // namespace snag
