// Runs executions of a body under a strategy and keeps their choices, for tests of strategies.
#pragma once

#include "harness/execution/execution.h"
#include "harness/strategies/strategy.h"

#include <snag/snag.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace snag::testing {

/// Runs execution `number` of the body; its schedule stays with `execution`.
inline ExecutionResult run_one(Strategy& strategy, std::uint64_t number, const std::function<void()>& body,
                               Execution& execution) {
  strategy.begin(number);
  const ExecutionResult result = execution.run({.name = "test", .body = body}, strategy, {});
  strategy.end(execution.schedule(), result.points);
  return result;
}

/// The schedules of executions first, first + 1, ... of the body.
inline std::vector<Schedule> schedules_of(Strategy& strategy, const std::function<void()>& body, std::uint64_t count,
                                          std::uint64_t first = 0) {
  std::vector<Schedule> schedules;
  Execution execution;
  for (std::uint64_t number = first; number < first + count; ++number) {
    run_one(strategy, number, body, execution);
    schedules.push_back(execution.schedule());
  }
  return schedules;
}

/// Who took each step, in order: "1121" for the threads of independent_threads.
inline std::string steps_in(const Trace& trace) {
  std::string steps;
  for (const Event& event : trace.events)
    if (event.phase == Phase::done &&
        (event.operation.kind == OperationKind::latch_wait || event.operation.kind == OperationKind::store))
      steps += static_cast<char>('0' + event.thread);
  return steps;
}

/// A body whose threads T1, T2, ... take as many steps as asked, each at least one, which have nothing to do with each
/// other. T0 lets them all start and is done: before the first choice nobody of them has run.
inline std::function<void()> independent_threads(std::vector<int> steps) {
  return [steps = std::move(steps)] {
    const auto start = std::make_shared<latch>(1);  // shared: the body returns before they end
    for (const int count : steps)
      thread([start, count] {
        start->wait();  // the first step
        atomic<int> own{0};
        for (int i = 1; i < count; ++i) own.store(i);
      }).detach();
    start->count_down();
  };
}

}  // namespace snag::testing
