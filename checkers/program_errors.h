// What the program itself says is wrong: a failed check, a failed expectation of a test framework, and an exception
// that leaves a thread. The engine records them as events; here they become findings that end the execution.
#pragma once

#include "harness/trace/checker.h"

#include <optional>

namespace snag {

/// Reports "failed-check", "failed-expectation" and "uncaught-exception", each with the thread and steps {the event}.
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
