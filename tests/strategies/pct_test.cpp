// PCT: priorities, change points, what it learns by rounds, and the probability that the theorem promises.
#include "harness/strategies/pct.h"

#include "tests/support/schedules.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace snag {
namespace {

using namespace snag::testing;

// How often the running thread changes.
std::size_t changes_in(const std::string& steps) {
  std::size_t changes = 0;
  for (std::size_t i = 1; i < steps.size(); ++i) changes += steps[i] != steps[i - 1] ? 1 : 0;
  return changes;
}

TEST(Pct, of_depth_1_runs_each_thread_until_it_cannot_go_on) {
  PctStrategy strategy(1, 1);
  Execution execution;
  std::set<std::string> orders;
  for (std::uint64_t number = 0; number < 200; ++number) {
    run_one(strategy, number, independent_threads({3, 3, 3}), execution);
    orders.insert(steps_in(execution.trace()));
  }
  EXPECT_EQ(orders,
            (std::set<std::string>{"111222333", "111333222", "222111333", "222333111", "333111222", "333222111"}))
      << "every order of priorities, and no preemption";
}

TEST(Pct, of_depth_d_preempts_at_most_d_minus_1_times) {
  for (const std::uint32_t depth : {2U, 3U, 4U}) {
    PctStrategy strategy(1, depth);
    Execution execution;
    std::size_t most = 0;
    for (std::uint64_t number = 0; number < 500; ++number) {
      run_one(strategy, number, independent_threads({10, 10}), execution);
      most = std::max(most, changes_in(steps_in(execution.trace())));
    }
    // One change comes from a thread's end, unless a fall has sent the other there before: then it is the way back.
    EXPECT_EQ(most, depth) << "depth " << depth;
  }
}

TEST(Pct, gives_the_same_executions_for_the_same_seed) {
  PctStrategy one(5, 3), two(5, 3), other(6, 3), deeper(5, 4);
  const auto body = independent_threads({5, 5, 5});
  const std::vector<Schedule> schedules = schedules_of(one, body, 150);
  EXPECT_EQ(schedules, schedules_of(two, body, 150));
  EXPECT_NE(schedules, schedules_of(other, body, 150));
  EXPECT_NE(schedules, schedules_of(deeper, body, 150));
}

TEST(Pct, learns_the_length_when_it_is_told_only) {
  // Threads of 200 steps: before anything is learnt, the change point lies within the first few.
  PctStrategy strategy(9, 2);
  Execution execution;
  const auto latest_preemption = [&](std::uint64_t first) {
    std::size_t latest = 0;
    for (std::uint64_t number = first; number < first + 64; ++number) {
      run_one(strategy, number, independent_threads({200, 200}), execution);
      const std::string steps = steps_in(execution.trace());
      const std::size_t change = steps.find(steps[0] == '1' ? '2' : '1');
      if (change < 200) latest = std::max(latest, change);
    }
    return latest;
  };
  EXPECT_LT(latest_preemption(0), 16U);
  EXPECT_LT(latest_preemption(64), 16U);
  const Learnt learnt = strategy.taught();
  strategy.learn(learnt);
  EXPECT_EQ(strategy.taught(), Learnt{0}) << "what is learnt is not taught again";
  EXPECT_GT(latest_preemption(128), 100U) << "now it may lie anywhere";
  strategy.learn({});
  EXPECT_LT(latest_preemption(0), 16U) << "forgotten";
}

TEST(Pct, finds_a_bug_of_depth_2_as_often_as_the_theorem_says) {
  // T2 must come between two given steps of T1, out of 20.
  bool hit = false;
  const auto body = [&] {
    hit = false;
    atomic<int> before{0}, busy{0};
    bool open = false;
    thread one([&] {
      for (int i = 1; i <= 10; ++i) busy.store(i);
      before.store(1);
      open = true;
      busy.store(100);
      open = false;
      for (int i = 11; i <= 18; ++i) busy.store(i);
    });
    thread two([&] {
      before.store(2);
      hit = hit || open;
    });
    one.join();
    two.join();
  };
  constexpr int executions = 2000;
  PctStrategy strategy(11, 2);
  Execution execution;
  int found = 0;
  std::size_t longest = 0;
  for (std::uint64_t number = 0; number < executions; ++number) {
    run_one(strategy, number, body, execution);
    found += hit ? 1 : 0;
    longest = std::max(longest, execution.schedule().size());
  }
  // n = 3 threads, k = choices: at least 1 / (n k) of the executions.
  const double promised = executions / (3.0 * static_cast<double>(longest));
  EXPECT_GE(found, promised) << found << " of " << executions << ", " << longest << " choices";
  EXPECT_LT(found, executions / 4) << "the bug is a rare one";
}

TEST(Pct, draws_values_at_random) {
  PctStrategy strategy(2, 2);
  Execution execution;
  std::set<std::uint32_t> values;
  for (std::uint64_t number = 0; number < 60; ++number)
    run_one(
        strategy, number, [&] { values.insert(choose(4)); }, execution);
  EXPECT_EQ(values.size(), 4U);
}

}  // namespace
}  // namespace snag
