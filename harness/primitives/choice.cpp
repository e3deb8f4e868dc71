#include "harness/primitives/choice.h"

#include "harness/execution/execution.h"

#include <string>
#include <utility>

namespace snag {

std::uint32_t choose(std::uint32_t options) {
  Execution& execution = Execution::require("snag::choose");
  if (options == 0) throw UsageError("snag::choose(0): there is nothing to choose from; ask for at least one option");
  const Operation operation{.kind = OperationKind::choose, .argument = options, .place = __builtin_return_address(0)};
  std::uint32_t chosen = 0;
  execution.note(operation, [&](Event& event) {
    chosen = execution.choose_value(operation, options);
    event.before = event.after = chosen;
  });
  return chosen;
}

void check(bool condition, std::string_view what_must_hold) {
  Execution& execution = Execution::require("snag::check");
  if (condition || execution.abandoning()) return;
  execution.note({.kind = OperationKind::check,
                  .argument = execution.add_text(std::string(what_must_hold)),
                  .place = __builtin_return_address(0)},
                 [](Event& event) { event.success = false; });
}

void at_end(std::function<void()> function) {
  Execution& execution = Execution::require("snag::at_end");
  if (execution.running().index != 0)
    throw UsageError("snag::at_end was called by another thread than T0: call it in the scenario's body");
  execution.at_thread_exit(ExitStage::program, std::move(function));
}

}  // namespace snag
