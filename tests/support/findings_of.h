// What the checkers find in a body, over the schedules that exhaustive search meets first.
#pragma once

#include "checkers/all.h"
#include "checkers/causes.h"
#include "harness/execution/execution.h"
#include "harness/strategies/exhaustive.h"

#include <cstdint>
#include <functional>
#include <set>
#include <string>

namespace snag::testing {

/// The names of what the checkers find in some schedule or other, symptoms dropped.
inline std::set<std::string> findings_of(const std::function<void()>& body, std::uint64_t executions_max = 300,
                                         TimeModel time = TimeModel::adversarial) {
  std::set<std::string> names;
  const auto checkers = all_checkers();
  Execution execution({.steps_max = 20'000});
  ExhaustiveStrategy strategy;
  for (std::uint64_t number = 0; number < executions_max && strategy.begin(number); ++number) {
    ExecutionResult result = execution.run({.name = "test", .body = body, .time = time}, strategy, checkers);
    strategy.end(execution.schedule(), result.points);
    keep_causes(result.findings, execution.trace());
    for (const Finding& finding : result.findings) names.insert(finding.checker);
  }
  return names;
}

using Names = std::set<std::string>;

}  // namespace snag::testing
