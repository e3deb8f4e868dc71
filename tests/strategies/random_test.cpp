// Random choices: a function of seed and number, uniform or in runs.
#include "harness/strategies/random.h"

#include "harness/strategies/random_numbers.h"
#include "tests/support/schedules.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string>
#include <vector>

namespace snag {
namespace {

using namespace snag::testing;

// Thread and value choices.
void three_threads_that_choose() {
  for (int i = 0; i < 3; ++i)
    thread([] {
      atomic<int> own{0};
      for (int j = 1; j < 5; ++j) own.store(static_cast<int>(choose(3)) + 10 * j);
    }).detach();
}

TEST(Random, gives_the_same_executions_for_the_same_seed) {
  RandomStrategy one(42), two(42), other(43);
  const std::vector<Schedule> schedules = schedules_of(one, &three_threads_that_choose, 20);
  EXPECT_EQ(schedules, schedules_of(two, &three_threads_that_choose, 20));
  EXPECT_NE(schedules, schedules_of(other, &three_threads_that_choose, 20));
  EXPECT_NE(schedules[0], schedules[1]) << "executions of one seed differ";
}

TEST(Random, executions_do_not_depend_on_those_before) {
  RandomStrategy all(42), alone(42);
  EXPECT_EQ(schedules_of(all, &three_threads_that_choose, 6)[5],
            schedules_of(alone, &three_threads_that_choose, 1, 5)[0]);
  EXPECT_EQ(schedules_of(all, &three_threads_that_choose, 1, 5), schedules_of(alone, &three_threads_that_choose, 1, 5))
      << "nor on being run again";
}

// How often the thread that could go on was left, among all times that it could.
double share_of_preemptions(double go_on) {
  RandomStrategy strategy(7, go_on);
  Execution execution;
  int could_go_on = 0;
  int left = 0;
  for (std::uint64_t number = 0; number < 100; ++number) {
    run_one(strategy, number, independent_threads({20, 20}), execution);
    const std::string steps = steps_in(execution.trace());
    std::array<int, 3> taken{};
    for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
      const auto thread = static_cast<std::size_t>(steps[i] - '0');
      if (++taken.at(thread) == 20 || taken[3 - thread] == 20) continue;  // it ended here, or runs alone
      ++could_go_on;
      if (steps[i + 1] != steps[i]) ++left;
    }
  }
  return static_cast<double>(left) / could_go_on;
}

TEST(Random, leaves_a_thread_as_often_as_asked) {
  EXPECT_EQ(share_of_preemptions(1), 0) << "never";
  EXPECT_EQ(share_of_preemptions(0), 1) << "always";
  EXPECT_NEAR(share_of_preemptions(0.5), 0.5, 0.05);
  EXPECT_NEAR(share_of_preemptions(0.9), 0.1, 0.03);
  EXPECT_NEAR(share_of_preemptions(-1), 0.5, 0.05) << "uniform among two";
}

TEST(Random, draws_uniformly_among_all) {
  RandomStrategy strategy(3);
  Execution execution;
  std::map<char, int> first;
  for (std::uint64_t number = 0; number < 4000; ++number) {
    run_one(strategy, number, independent_threads({1, 1, 1, 1}), execution);
    ++first[steps_in(execution.trace())[0]];
  }
  ASSERT_EQ(first.size(), 4U);
  for (const auto& [thread, count] : first) EXPECT_NEAR(count, 1000, 120) << thread;
}

TEST(Random, draws_uniformly_among_the_others_when_it_leaves) {
  RandomStrategy strategy(3, 0);
  Execution execution;
  std::map<char, int> second;
  for (std::uint64_t number = 0; number < 8000; ++number) {
    run_one(strategy, number, independent_threads({2, 2, 2}), execution);
    const std::string steps = steps_in(execution.trace());
    if (steps[0] == '2') ++second[steps[1]];
  }
  EXPECT_EQ(second.count('2'), 0U) << "T2 was left";
  ASSERT_GT(second['1'] + second['3'], 1000);
  EXPECT_NEAR(second['1'], second['3'], 0.15 * second['1']);
}

TEST(RandomNumbers, are_the_same_everywhere) {
  RandomNumbers numbers(1, 2);
  const std::array<std::uint64_t, 3> drawn{numbers.next(), numbers.next(), numbers.next()};
  // Computed apart from this code, from the published algorithm.
  EXPECT_EQ(drawn, (std::array<std::uint64_t, 3>{2350452534971033810U, 8770573897924571105U, 10234436027717793123U}));
}

TEST(RandomNumbers, below_a_bound_are_uniform) {
  RandomNumbers numbers(5, 0);
  std::array<int, 7> counts{};
  for (int i = 0; i < 70'000; ++i) ++counts.at(numbers.below(7));
  for (const int count : counts) EXPECT_NEAR(count, 10'000, 500);
}

TEST(RandomNumbers, chance_is_what_it_says) {
  RandomNumbers numbers(6, 0);
  int happened = 0;
  for (int i = 0; i < 10'000; ++i) {
    EXPECT_FALSE(numbers.chance(0));
    EXPECT_TRUE(numbers.chance(1));
    if (numbers.chance(0.3)) ++happened;
  }
  EXPECT_NEAR(happened, 3000, 200);
}

}  // namespace
}  // namespace snag
