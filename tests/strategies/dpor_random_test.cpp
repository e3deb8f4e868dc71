// Partial-order reduction against brute force on random small programs: the same classes, each once, the same final
// states, the same deadlocks. RapidCheck takes 100 programs; tests/long/dpor-random asks for more.
#include "harness/execution/execution.h"
#include "harness/strategies/dpor.h"
#include "tests/support/class_oracle.h"
#include "tests/support/random_program.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

namespace snag {
namespace {

using snag::testing::BruteForce;
using snag::testing::ClassDigester;
using snag::testing::Classes;
using snag::testing::classes_by_brute_force;
using snag::testing::Extent;
using snag::testing::FinalState;
using snag::testing::RichProgram;
using snag::testing::Runner;

RC_GTEST_PROP(PartialOrderReduction, executes_each_class_of_random_programs_once, (const RichProgram& program)) {
  Runner runner(program);
  const Scenario scenario{.name = "random program", .body = [&] { runner.body(); }};
  Execution execution;
  DporStrategy strategy;
  Classes classes;
  std::set<FinalState> final_states;
  std::uint64_t executions = 0;
  while (strategy.begin(executions)) {
    const ExecutionResult result = execution.run(scenario, strategy, {});
    if (strategy.starts_anew()) {  // more arrive at the barrier than it takes: which was the last shows
      strategy.end(execution.schedule(), result.points);
      classes.clear();
      final_states.clear();
      executions = 0;
      continue;
    }
    RC_ASSERT(!result.diverged);
    RC_ASSERT(result.verdict == Verdict::passed || result.verdict == Verdict::deadlock);
    strategy.end(execution.schedule(), result.points);
    classes.emplace(ClassDigester(strategy.observed())(execution.trace(), Extent::whole), result.verdict);
    final_states.insert(runner.state);
    RC_ASSERT(classes.size() == ++executions);
  }
  RC_CLASSIFY(executions > 1, "several classes");
  RC_CLASSIFY(executions > 20, "over 20 classes");
  RC_CLASSIFY(strategy.counts().deadlocked > 0, "some deadlocked");
  RC_ASSERT(strategy.exhausted());
  RC_ASSERT(strategy.counts().complete + strategy.counts().deadlocked == executions);
  RC_ASSERT(strategy.counts().blocked == 0U);
  RC_ASSERT(strategy.counts().misplanned == 0U);
  RC_ASSERT(final_states == BruteForce(program).final_states());
  RC_ASSERT(classes == classes_by_brute_force([&] { runner.body(); }, strategy.observed()));
}

}  // namespace
}  // namespace snag
