// Optimal partial-order reduction on programs whose classes are counted: one execution for each, none in vain.
#include "harness/strategies/dpor.h"
#include "harness/execution/execution.h"
#include "tests/support/dpor_programs.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace snag {
namespace {

using namespace snag::testing;

struct Explored {
  DporCounts counts;
  std::uint64_t executions = 0;
  bool exhausted = false;
};

Explored explore_all(const Body& body, std::uint64_t executions_max = 1'000'000) {
  const Scenario scenario{.name = "test", .body = body};
  Execution execution;
  DporStrategy strategy(0, TimeModel::adversarial, CountRedundant::yes);
  Explored explored;
  while (explored.executions < executions_max && strategy.begin(explored.executions)) {
    const ExecutionResult result = execution.run(scenario, strategy, {});
    EXPECT_FALSE(result.diverged) << "at step " << strategy.mismatch().value_or(0);
    strategy.end(execution.schedule(), result.points);
    ++explored.executions;
  }
  explored.counts = strategy.counts();
  explored.exhausted = strategy.exhausted();
  return explored;
}

struct Program {
  const char* name;
  Body body;
  std::uint64_t complete;
  std::uint64_t deadlocked = 0;
};

void expect_one_execution_for_each_class(const Program& program) {
  SCOPED_TRACE(program.name);
  const Explored explored = explore_all(program.body);
  EXPECT_TRUE(explored.exhausted);
  EXPECT_EQ(explored.counts.complete, program.complete);
  EXPECT_EQ(explored.counts.deadlocked, program.deadlocked);
  EXPECT_EQ(explored.counts.cut_short, 0U);
  EXPECT_EQ(explored.counts.blocked, 0U);
  EXPECT_EQ(explored.counts.misplanned, 0U);
  EXPECT_EQ(explored.counts.redundant, 0U);
}

TEST(PartialOrderReduction, executes_each_class_once_in_programs_that_are_counted) {
  const Program programs[] = {
      {"writers(1)", writers(1), 1},
      {"writers(2)", writers(2), 2},
      {"writers(5)", writers(5), 120},
      {"writers(7)", writers(7), 5040},
      {"readers(1)", readers(1), 2},
      {"readers(8)", readers(8), 256},
      {"readers(13)", readers(13), 8192},
      {"lastzero(5)", lastzero(5), 64},
      {"lastzero(10)", lastzero(10), 3'328},
      {"lastzero(15)", lastzero(15), 147'456},
      {"indexer(11)", indexer(11), 1},
      {"indexer(12)", indexer(12), 8},
      {"indexer(15)", indexer(15), 4'096},
      {"file_system(14)", file_system(14), 2},
      {"file_system(16)", file_system(16), 8},
      {"file_system(18)", file_system(18), 32},
      {"file_system(20)", file_system(20), 128},
      {"counters(2, 3)", counters(2, 3), 20},
      {"counters(3, 3)", counters(3, 3), 1'680},
      {"counters(3, 4)", counters(3, 4), 34'650},
      {"ordered philosophers(3)", philosophers(3, Table::ordered), 6},
      {"ordered philosophers(6)", philosophers(6, Table::ordered), 62},
      {"cyclic philosophers(3)", philosophers(3, Table::cyclic), 6, 1},
      {"cyclic philosophers(6)", philosophers(6, Table::cyclic), 62, 1},
      {"load_then_store(2)", load_then_store(2), 4},
      {"load_then_store(3)", load_then_store(3), 36},
      {"queue_joins(3)", queue_joins(3, Putter::puts), 1, 7},
      {"queue_joins(3), the last one then puts", queue_joins(3, Putter::joins_and_puts), 1, 7},
      {"waiters(1, 1)", waiters(1, 1), 1, 1},
      {"waiters(1, 2)", waiters(1, 2), 4, 2},
      {"waiters(2, 1)", waiters(2, 1), 0, 10},
      {"waiters(2, 2)", waiters(2, 2), 28, 28},
      {"waiters(3, 1)", waiters(3, 1), 0, 66},
      {"waiters(3, 2)", waiters(3, 2), 0, 792},
  };
  for (const Program& program : programs) expect_one_execution_for_each_class(program);
}

// The second execution is planned to begin with the other thread's store, but by then that one does something else: the
// body is not deterministic. Nothing that executions before have shared tells that, so it is no mismatch.
TEST(PartialOrderReduction, proves_nothing_once_a_plan_could_not_be_followed) {
  int executions = 0;
  const Scenario scenario{.name = "test", .body = [&] {
                            ++executions;
                            atomic<int> x{0};
                            atomic<int> y{0};
                            on_threads(2, [&](std::size_t i) {
                              if (i == 1 && executions > 1)
                                y.store(1);
                              else
                                x.store(1);
                            });
                          }};
  Execution execution;
  DporStrategy strategy;
  for (std::uint64_t number = 0; strategy.begin(number); ++number) {
    const ExecutionResult result = execution.run(scenario, strategy, {});
    strategy.end(execution.schedule(), result.points);
  }
  EXPECT_FALSE(strategy.mismatch().has_value());
  EXPECT_EQ(strategy.counts().misplanned, 1U);
  EXPECT_FALSE(strategy.exhausted());
}

}  // namespace
}  // namespace snag
