// What the program itself says is wrong: a failed check, and an exception that leaves a thread.
// The engine records both as events; here they become findings that end the execution.
#pragma once

#include "harness/trace/checker.h"

namespace snag {

/// Reports "failed-check" and "uncaught-exception", each with the thread and steps {the event}.
class ProgramErrorsChecker : public Checker {
 public:
  void begin() override {}
  void observe(const Event& event, const Observation& seen, Findings& findings) override;
  void finish(const Outcome&, const Observation&, Findings&) override {}
};

}  // namespace snag
