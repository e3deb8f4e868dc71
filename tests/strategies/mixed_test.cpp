// The mixed strategy: parts take turns, and each runs as if it were alone.
#include "harness/strategies/mixed.h"

#include "harness/strategies/pct.h"
#include "harness/strategies/random.h"
#include "tests/support/schedules.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace snag {
namespace {

using namespace snag::testing;

TEST(Mixed, gives_each_part_its_own_executions_in_turn) {
  const auto body = independent_threads({4, 4, 4});
  std::vector<std::unique_ptr<Strategy>> parts;
  parts.push_back(std::make_unique<RandomStrategy>(1));
  parts.push_back(std::make_unique<PctStrategy>(2, 3));
  parts.push_back(std::make_unique<RandomStrategy>(3, 0.5));
  MixedStrategy mixed(std::move(parts));
  const std::vector<Schedule> schedules = schedules_of(mixed, body, 300);

  RandomStrategy first(1);
  PctStrategy second(2, 3);
  RandomStrategy third(3, 0.5);
  const std::vector<Schedule> of_first = schedules_of(first, body, 100);
  const std::vector<Schedule> of_second = schedules_of(second, body, 100);  // over a round: it learns as if alone
  const std::vector<Schedule> of_third = schedules_of(third, body, 100);
  for (std::size_t i = 0; i < 100; ++i) {
    ASSERT_EQ(schedules[3 * i], of_first[i]);
    ASSERT_EQ(schedules[3 * i + 1], of_second[i]);
    ASSERT_EQ(schedules[3 * i + 2], of_third[i]);
  }
}

TEST(Mixed, portfolio_is_a_function_of_the_seed) {
  const auto body = independent_threads({4, 4});
  const auto one = MixedStrategy::portfolio(8), two = MixedStrategy::portfolio(8), other = MixedStrategy::portfolio(9);
  const std::vector<Schedule> schedules = schedules_of(*one, body, 60);
  EXPECT_EQ(schedules, schedules_of(*two, body, 60));
  EXPECT_NE(schedules, schedules_of(*other, body, 60));
}

TEST(Mixed, portfolio_sees_long_runs_and_quick_changes) {
  const auto portfolio = MixedStrategy::portfolio(1);
  Execution execution;
  std::set<std::string> seen;
  for (std::uint64_t number = 0; number < 120; ++number) {
    run_one(*portfolio, number, independent_threads({10, 10}), execution);
    seen.insert(steps_in(execution.trace()));
  }
  EXPECT_TRUE(seen.contains("11111111112222222222"));
  EXPECT_TRUE(seen.contains("22222222221111111111"));
  EXPECT_TRUE(seen.contains("12121212121212121212"));
}

}  // namespace
}  // namespace snag
