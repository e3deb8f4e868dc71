#include "harness/testing/expectation.h"

#include "harness/campaign/symbols.h"
#include "harness/execution/execution.h"

#include <utility>

namespace snag::testing {

namespace {

// The call in the program's own code that led here: expectations at different lines are different bugs.
const void* programs_place() {
  for (const void* const address : unwind())
    if (!programs_frames({address}).empty()) return address;
  return nullptr;
}

}  // namespace

Noted note_failed_expectation(std::string message) {
  Execution* const execution = Execution::current();
  if (execution == nullptr) return Noted::outside;
  if (execution->abandoning()) return Noted::dropped;
  execution->note({.kind = OperationKind::expectation,
                   .argument = execution->add_text(std::move(message)),
                   .place = programs_place()},
                  [](Event& event) { event.success = false; });
  return Noted::recorded;
}

bool has_several_threads() {
  const Execution* const execution = Execution::current();
  return execution != nullptr && execution->trace().threads.size() > 1;
}

}  // namespace snag::testing
