// Exhaustive search against brute force on random small programs: same final states, each schedule once.
#include "harness/execution/execution.h"
#include "harness/strategies/exhaustive.h"
#include "harness/strategies/mixed.h"
#include "harness/strategies/replay.h"
#include "tests/support/random_program.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>
#include <utility>
#include <vector>

namespace snag {
namespace {

using snag::testing::BruteForce;
using snag::testing::FinalState;
using snag::testing::Program;
using snag::testing::Runner;

struct Explored {
  std::set<FinalState> final_states;
  std::uint64_t executions = 0;
  bool each_schedule_once = true;
  bool exhausted = false;
};

Explored explore_all(const Program& program) {
  Explored explored;
  Runner runner(program);
  const Scenario scenario{.name = "random program", .body = [&] { runner.body(); }};
  Execution execution;
  ExhaustiveStrategy strategy;
  std::set<std::vector<std::pair<std::uint32_t, std::uint32_t>>> seen;
  while (strategy.begin(explored.executions)) {
    const ExecutionResult result = execution.run(scenario, strategy, {});
    RC_ASSERT(!result.diverged);
    strategy.end(execution.schedule(), result.points);
    std::vector<std::pair<std::uint32_t, std::uint32_t>> choices;
    for (const Choice& choice : execution.schedule())
      choices.emplace_back(static_cast<std::uint32_t>(choice.kind), choice.chosen);
    explored.each_schedule_once = explored.each_schedule_once && seen.insert(choices).second;
    explored.final_states.insert(runner.state);
    ++explored.executions;
  }
  explored.exhausted = strategy.exhausted();
  return explored;
}

RC_GTEST_PROP(ExhaustiveSearch, reaches_the_final_states_that_brute_force_reaches, (const Program& program)) {
  const Explored explored = explore_all(program);
  RC_CLASSIFY(explored.executions > 1, "several schedules");
  RC_CLASSIFY(explored.executions > 100, "over a hundred schedules");
  RC_CLASSIFY(explored.final_states.size() > 1, "several final states");
  RC_ASSERT(explored.exhausted);
  RC_ASSERT(explored.each_schedule_once);
  RC_ASSERT(explored.final_states == BruteForce(program).final_states());
}

RC_GTEST_PROP(Sampling, stays_within_the_final_states_of_brute_force, (const Program& program, std::uint64_t seed)) {
  const BruteForce judge(program);
  Runner runner(program);
  const Scenario scenario{.name = "random program", .body = [&] { runner.body(); }};
  Execution execution;
  const auto strategy = MixedStrategy::portfolio(seed);
  for (std::uint64_t number = 0; number < 30; ++number) {
    strategy->begin(number);
    const ExecutionResult result = execution.run(scenario, *strategy, {});
    strategy->end(execution.schedule(), result.points);
    RC_ASSERT(judge.final_states().contains(runner.state));
  }
}

RC_GTEST_PROP(Replaying, gives_the_same_events_and_choices, (const Program& program, std::uint64_t seed)) {
  Runner runner(program);
  const Scenario scenario{.name = "random program", .body = [&] { runner.body(); }};
  Execution execution;
  const auto strategy = MixedStrategy::portfolio(seed);
  strategy->begin(seed % 100);
  execution.run(scenario, *strategy, {});
  const Schedule schedule = execution.schedule();
  const std::vector<Event> events = execution.trace().events;
  const FinalState state = runner.state;

  Execution other;
  ReplayStrategy replay(schedule);
  replay.begin(0);
  RC_ASSERT(!other.run(scenario, replay, {}).diverged);
  replay.end(other.schedule(), 0);
  RC_ASSERT(!replay.divergence().has_value());
  RC_ASSERT(other.schedule() == schedule);
  RC_ASSERT(runner.state == state);
  RC_ASSERT(other.trace().events.size() == events.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    const Event& one = events[i];
    const Event& two = other.trace().events[i];
    RC_ASSERT(one.thread == two.thread && one.operation.kind == two.operation.kind && one.phase == two.phase);
    RC_ASSERT(one.operation.object == two.operation.object && one.before == two.before && one.after == two.after);
  }
}

}  // namespace
}  // namespace snag
