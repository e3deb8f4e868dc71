// Schedules given as lists of small numbers: every list fits every program.
#include "harness/strategies/listed.h"

#include "tests/support/schedules.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace snag {
namespace {

using namespace snag::testing;

std::string steps_of(const std::vector<std::uint32_t>& choices, const std::vector<int>& steps) {
  ListedStrategy strategy(choices);
  Execution execution;
  run_one(strategy, 0, independent_threads(steps), execution);
  return steps_in(execution.trace());
}

std::uint32_t value_of(std::uint32_t wish, std::uint32_t options) {
  ListedStrategy strategy({wish});
  Execution execution;
  std::uint32_t value = options;
  run_one(
      strategy, 0, [&] { value = choose(options); }, execution);
  return value;
}

TEST(Listed, preempts_nobody_when_the_list_is_empty_or_ends) {
  EXPECT_EQ(steps_of({}, {3, 3}), "111222");
  EXPECT_EQ(steps_of({0, 1}, {3, 3}), "122211");
}

TEST(Listed, switches_where_the_list_says) {
  EXPECT_EQ(steps_of({0, 1, 1, 1, 1}, {3, 3}), "121212");
  EXPECT_EQ(steps_of({1, 0, 1}, {3, 3}), "221112");
}

TEST(Listed, counts_the_others_from_the_first_offered) {
  EXPECT_EQ(steps_of({0, 1, 1}, {2, 2, 2}), "121233");
  EXPECT_EQ(steps_of({0, 2, 2}, {2, 2, 2}), "132213");
}

TEST(Listed, takes_each_number_modulo_what_is_offered) {
  EXPECT_EQ(steps_of({0, 3}, {2, 2, 2}), steps_of({0, 1}, {2, 2, 2}));
  EXPECT_EQ(steps_of({1000, 4000000000U}, {2, 2}).size(), 4U);
  EXPECT_EQ(value_of(7, 5), 2U);
  EXPECT_EQ(value_of(4, 5), 4U);
}

TEST(Listed, is_one_execution) {
  ListedStrategy strategy({1});
  EXPECT_TRUE(strategy.begin(0));
  EXPECT_FALSE(strategy.begin(1));
}

}  // namespace
}  // namespace snag
