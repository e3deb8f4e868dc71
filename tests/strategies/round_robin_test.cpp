// Round robin: turns of a fixed length, another for each execution.
#include "harness/strategies/round_robin.h"

#include "tests/support/schedules.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace snag {
namespace {

using namespace snag::testing;

std::string steps_of(std::uint64_t number, const std::vector<int>& stores) {
  RoundRobinStrategy strategy;
  Execution execution;
  run_one(strategy, number, independent_threads(stores), execution);
  return steps_in(execution.trace());
}

TEST(RoundRobin, changes_at_every_point_in_execution_0) {
  EXPECT_EQ(steps_of(0, {3, 3}), "121212");
  EXPECT_EQ(steps_of(0, {2, 2, 2}), "123123");
}

TEST(RoundRobin, goes_on_with_the_next_when_a_thread_ends) { EXPECT_EQ(steps_of(0, {1, 3, 2}), "123232"); }

TEST(RoundRobin, gives_longer_turns_in_later_executions) {
  EXPECT_EQ(steps_of(1, {4, 4}), "11221122");
  EXPECT_EQ(steps_of(2, {6, 6}), "111222111222");
}

TEST(RoundRobin, begins_with_another_thread_when_the_lengths_have_been_through) {
  EXPECT_EQ(steps_of(8, {2, 2, 2}), "231231");
  EXPECT_EQ(steps_of(16, {2, 2, 2}), "312312");
}

TEST(RoundRobin, shortens_the_first_turn_when_the_lengths_have_been_through) {
  EXPECT_EQ(steps_of(9, {4, 4}), "21122112") << "turns of 2, the first shorter by 1; T2 begins";
  EXPECT_EQ(steps_of(18, {6, 6}), "122211122211") << "turns of 3, the first shorter by 2; T1 begins again";
}

TEST(RoundRobin, is_not_one_execution_again_and_again) {
  std::set<std::string> different;
  for (std::uint64_t number = 0; number < 64; ++number) different.insert(steps_of(number, {8, 8}));
  EXPECT_GT(different.size(), 25U);
}

TEST(RoundRobin, draws_nothing_at_random) {
  for (std::uint64_t number = 0; number < 10; ++number)
    EXPECT_EQ(steps_of(number, {5, 5, 5}), steps_of(number, {5, 5, 5}));
}

TEST(RoundRobin, lets_values_take_turns) {
  std::set<std::uint32_t> values;
  RoundRobinStrategy strategy;
  Execution execution;
  for (std::uint64_t number = 0; number < 24; ++number)
    run_one(
        strategy, number, [&] { values.insert(choose(3)); }, execution);
  EXPECT_EQ(values, (std::set<std::uint32_t>{0, 1, 2}));
}

}  // namespace
}  // namespace snag
