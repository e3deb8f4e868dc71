// What the program itself says is wrong: a failed check, a failed expectation of a test framework, and an exception
// that leaves a thread. The engine records them as events; here they become findings that end the execution.
#pragma once

#include "harness/trace/checker.h"

#include <optional>

namespace snag {

/// What mends failures that a campaign tells itself where they end its process: the same words for both.
inline constexpr const char* overflow_hint = "it looks like unbounded recursion, or a large local array";
/// Goes on after that, for commands that have the flag.
inline constexpr const char* stack_size_hint = "; --stack-size gives threads more";
inline constexpr const char* endless_hint =
    "a loop that waits for another thread must look at something that snag controls: an atomic, a lock, a condition "
    "variable";
inline constexpr const char* memory_hint =
    "look for a loop that adds to a container and does not end; --memory allows more";

/// Reports "failed-check", "failed-expectation" and "uncaught-exception", and for a program that failed as a whole what
/// Execution::Failure says of it ("exit", "crash"), each with the thread and steps {the event}.
/// A failed expectation is told at the event after it (see OperationKind::expectation); those that follow it at once
/// belong to the same finding, as further steps.
class ProgramErrorsChecker : public Checker {
 public:
  ProgramErrorsChecker();
  void begin() override { expectation_.reset(); }
  void observe(const Event& event, const Observation& seen, Findings& findings) override;
  void finish(const Outcome&, const Observation&, Findings& findings) override { tell_expectation(findings); }

 private:
  void note_expectation(const Event& event, const Observation& seen);
  void tell_expectation(Findings& findings);

  std::optional<Finding> expectation_;  // failed, and not told yet
};

}  // namespace snag
