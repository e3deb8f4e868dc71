// What can come out of a program: by partial-order reduction, and by plain exhaustive search, which knows of no relation
// and keeps to no bound. For programs that are small enough for it.
#pragma once

#include "harness/execution/execution.h"
#include "harness/strategies/dpor.h"
#include "harness/strategies/exhaustive.h"
#include "tests/support/class_oracle.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <set>
#include <type_traits>
#include <utility>
#include <vector>

namespace snag::testing {

/// What an execution came to: the numbers that its threads have noted, each at its own place.
using Numbers = std::vector<std::int64_t>;
using Outcomes = std::set<Numbers>;
using OutcomeProgram = std::function<void(Numbers&)>;

struct SeenOutcomes {
  Outcomes outcomes;
  Classes classes;
  std::uint64_t executions = 0;
  bool proved = false;  ///< the strategy says that this is all
};

/// Runs the program until the strategy has seen everything. `at_end` is its invariant.
template <class Exploration>
SeenOutcomes see_all(Exploration& strategy, const OutcomeProgram& program, const OutcomeProgram& at_end = {}) {
  constexpr bool reduces = std::is_same_v<Exploration, DporStrategy>;
  Numbers outcome;
  Scenario scenario{.name = "test", .body = [&] {
                      outcome.assign(5, -1);
                      program(outcome);
                    }};
  if (at_end) scenario.invariant = [&] { at_end(outcome); };
  Execution execution({.spinning = SpinRule::at_once});
  SeenOutcomes seen;
  while (strategy.begin(seen.executions)) {
    const ExecutionResult result = execution.run(scenario, strategy, {});
    strategy.end(execution.schedule(), result.points);
    if constexpr (reduces) {
      if (strategy.starts_anew()) {  // what was seen before it was known what shows counts no more
        seen = {};
        continue;
      }
      ClassDigester digest(strategy.observed());
      seen.classes.emplace(digest(execution.trace(), Extent::whole), result.verdict);
    }
    EXPECT_FALSE(result.diverged);
    if (result.verdict == Verdict::passed) seen.outcomes.insert(outcome);
    ++seen.executions;
  }
  seen.proved = strategy.exhausted();
  if constexpr (reduces) seen.proved = seen.proved && strategy.inexact() == Inexact::no;
  return seen;
}

inline Outcomes every_outcome(const OutcomeProgram& program, const OutcomeProgram& at_end = {}) {
  ExhaustiveStrategy all;
  const SeenOutcomes seen = see_all(all, program, at_end);
  EXPECT_TRUE(seen.proved);
  return seen.outcomes;
}

/// By brute force over classes, with what the reduction has learnt of the program.
inline Classes every_class(const DporStrategy& reduced, const OutcomeProgram& program,
                           const OutcomeProgram& at_end = {}) {
  Numbers outcome(5);
  const std::function<void()> invariant = at_end ? [&] { at_end(outcome); } : std::function<void()>();
  return classes_by_brute_force([&] { program(outcome); }, reduced.observed(), {.spinning = SpinRule::at_once},
                                invariant);
}

/// Expects that the reduction sees whatever can come out, and executes each class once. Returns how many there are.
inline std::uint64_t expect_every_outcome(const OutcomeProgram& program, const OutcomeProgram& at_end = {}) {
  DporStrategy reduced;
  const SeenOutcomes seen = see_all(reduced, program, at_end);
  EXPECT_TRUE(seen.proved);
  EXPECT_EQ(seen.outcomes, every_outcome(program, at_end));
  EXPECT_EQ(seen.executions, seen.classes.size());
  EXPECT_EQ(reduced.counts().misplanned, 0U);
  EXPECT_EQ(reduced.counts().blocked, 0U);
  EXPECT_EQ(seen.classes, every_class(reduced, program, at_end));
  return seen.executions;
}

}  // namespace snag::testing
