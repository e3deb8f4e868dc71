// Exhaustive search: every schedule once, in rising order of preemptions, and what it says at its end.
#include "harness/strategies/exhaustive.h"

#include "tests/support/schedules.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace snag {
namespace {

using namespace snag::testing;

std::uint64_t binomial(std::uint64_t n, std::uint64_t k) {
  std::uint64_t result = 1;
  for (std::uint64_t i = 1; i <= k; ++i) result = result * (n - k + i) / i;
  return result;
}

// Times that a thread was left which had steps to go.
std::uint32_t preemptions_in(const std::string& steps, const std::vector<int>& stores) {
  std::vector<int> taken(stores.size() + 1);
  std::uint32_t preemptions = 0;
  for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
    const auto thread = static_cast<std::size_t>(steps[i] - '0');
    ++taken[thread];
    if (steps[i + 1] != steps[i] && taken[thread] < stores[thread - 1]) ++preemptions;
  }
  return preemptions;
}

struct Found {
  std::set<std::string> steps;
  std::map<std::uint32_t, std::uint64_t> by_bound;  // executions
  std::uint64_t executions = 0;
  bool each_once = true;
  bool rising = true;
};

Found search(ExhaustiveStrategy& strategy, const std::vector<int>& stores) {
  Found found;
  Execution execution;
  std::uint32_t bound = 0;
  while (strategy.begin(found.executions)) {
    const ExecutionResult result = execution.run({.name = "test", .body = independent_threads(stores)}, strategy, {});
    strategy.end(execution.schedule(), result.points);
    const std::string steps = steps_in(execution.trace());
    found.each_once = found.steps.insert(steps).second && found.each_once;
    found.rising = found.rising && strategy.bound() >= bound && preemptions_in(steps, stores) == strategy.bound();
    bound = strategy.bound();
    ++found.by_bound[bound];
    ++found.executions;
  }
  return found;
}

TEST(Exhaustive, runs_each_interleaving_of_independent_threads_once) {
  for (const auto& [a, b] : {std::pair{1, 1}, std::pair{1, 5}, std::pair{3, 2}, std::pair{4, 4}, std::pair{5, 3}}) {
    ExhaustiveStrategy strategy;
    const Found found = search(strategy, {a, b});
    EXPECT_EQ(found.executions, binomial(static_cast<std::uint64_t>(a + b), static_cast<std::uint64_t>(a)))
        << a << ' ' << b;
    EXPECT_TRUE(found.each_once);
    EXPECT_TRUE(found.rising) << "schedules with fewer preemptions come first, each under its own bound";
    EXPECT_TRUE(strategy.exhausted() && strategy.finished());
    EXPECT_EQ(strategy.mismatch(), std::nullopt);
  }
}

TEST(Exhaustive, runs_each_interleaving_of_three_threads_once) {
  ExhaustiveStrategy strategy;
  const Found found = search(strategy, {2, 3, 2});
  EXPECT_EQ(found.executions, 210U) << "7! / (2! 3! 2!)";
  EXPECT_TRUE(found.each_once && found.rising && strategy.exhausted());
}

TEST(Exhaustive, begins_without_preemptions) {
  ExhaustiveStrategy strategy;
  const Found found = search(strategy, {3, 3});
  EXPECT_EQ(found.by_bound.at(0), 2U) << "one thread, then the other";
  EXPECT_EQ(found.by_bound.at(1), 4U) << "T1 left after one or two steps, or T2";
}

TEST(Exhaustive, within_a_bound_is_finished_but_not_exhausted) {
  for (const std::uint32_t bound : {0U, 1U, 2U}) {
    ExhaustiveStrategy bounded(bound), all;
    const Found within = search(bounded, {3, 3});
    const Found whole = search(all, {3, 3});
    std::uint64_t expected = 0;
    for (std::uint32_t i = 0; i <= bound; ++i) expected += whole.by_bound.at(i);
    EXPECT_EQ(within.executions, expected) << "bound " << bound;
    EXPECT_TRUE(bounded.finished());
    EXPECT_FALSE(bounded.exhausted()) << "there are schedules with more preemptions";
    EXPECT_TRUE(std::ranges::includes(whole.steps, within.steps));
  }
}

TEST(Exhaustive, within_a_bound_that_cuts_nothing_off_is_exhausted) {
  ExhaustiveStrategy strategy(100);
  EXPECT_EQ(search(strategy, {3, 3}).executions, 20U);
  EXPECT_TRUE(strategy.finished() && strategy.exhausted());
}

TEST(Exhaustive, is_not_finished_before_it_says_so) {
  ExhaustiveStrategy strategy;
  Execution execution;
  for (std::uint64_t number = 0; number < 20; ++number) {
    run_one(strategy, number, independent_threads({3, 3}), execution);
    EXPECT_FALSE(strategy.finished() || strategy.exhausted());
  }
  EXPECT_FALSE(strategy.begin(20));
  EXPECT_TRUE(strategy.exhausted());
}

TEST(Exhaustive, runs_a_body_without_choices_once) {
  ExhaustiveStrategy strategy;
  EXPECT_EQ(search(strategy, {4}).executions, 1U);
  EXPECT_TRUE(strategy.exhausted());
}

TEST(Exhaustive, enumerates_values_without_cost) {
  ExhaustiveStrategy strategy(0);
  Execution execution;
  std::set<std::array<std::uint32_t, 3>> seen;
  std::uint64_t executions = 0;
  for (; strategy.begin(executions); ++executions) {
    const ExecutionResult result = execution.run({.name = "test",
                                                  .body =
                                                      [&] {
                                                        seen.insert({choose(2), choose(3), choose(4)});
                                                      }},
                                                 strategy, {});
    strategy.end(execution.schedule(), result.points);
  }
  EXPECT_EQ(executions, 24U);
  EXPECT_EQ(seen.size(), 24U);
  EXPECT_TRUE(strategy.exhausted()) << "values are no preemptions";
}

TEST(Exhaustive, branches_on_what_a_value_leads_to) {
  ExhaustiveStrategy strategy;
  Execution execution;
  std::uint64_t executions = 0;
  for (; strategy.begin(executions); ++executions) {
    const ExecutionResult result = execution.run({.name = "test",
                                                  .body =
                                                      [] {
                                                        independent_threads({static_cast<int>(choose(3)) + 1, 2})();
                                                      }},
                                                 strategy, {});
    strategy.end(execution.schedule(), result.points);
  }
  EXPECT_EQ(executions, binomial(3, 1) + binomial(4, 2) + binomial(5, 2));
}

TEST(Exhaustive, notices_a_body_that_changes) {
  ExhaustiveStrategy strategy;
  Execution execution;
  int run = 0;
  std::uint64_t executions = 0;
  bool diverged = false;
  for (; executions < 100 && strategy.begin(executions); ++executions) {
    const ExecutionResult result =
        execution.run({.name = "test",
                       .body =
                           [&] {
                             independent_threads(run++ < 3 ? std::vector{3, 3} : std::vector{3, 2, 1})();
                           }},
                      strategy, {});
    strategy.end(execution.schedule(), result.points);
    diverged = diverged || result.diverged;
  }
  ASSERT_TRUE(strategy.mismatch().has_value());
  EXPECT_TRUE(diverged);
  EXPECT_EQ(executions, 4U) << "nothing is explored after that";
  EXPECT_FALSE(strategy.exhausted());
}

TEST(Exhaustive, notices_a_body_that_ends_early) {
  ExhaustiveStrategy strategy;
  Execution execution;
  int run = 0;
  std::uint64_t executions = 0;
  for (; executions < 100 && strategy.begin(executions); ++executions) {
    const ExecutionResult result =
        execution.run({.name = "test",
                       .body =
                           [&] {
                             independent_threads(run++ < 3 ? std::vector{3, 3} : std::vector{3})();
                           }},
                      strategy, {});
    strategy.end(execution.schedule(), result.points);
    EXPECT_FALSE(result.diverged);
  }
  EXPECT_TRUE(strategy.mismatch().has_value());
  EXPECT_FALSE(strategy.exhausted());
}

}  // namespace
}  // namespace snag
