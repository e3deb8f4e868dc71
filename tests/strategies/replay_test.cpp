// Replay: the same execution again, or where it parts and why; another strategy may take over.
#include "harness/strategies/replay.h"

#include "harness/strategies/exhaustive.h"
#include "harness/strategies/random.h"
#include "harness/trace/token.h"
#include "tests/support/schedules.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace snag {
namespace {

using namespace snag::testing;

// Threads and values: a choice of every kind.
void choosing_threads(int steps) {
  for (int i = 0; i < 2; ++i)
    thread([steps] {
      atomic<int> own{0};
      for (int step = 1; step <= steps; ++step) own.store(10 * step + static_cast<int>(choose(3)));
    }).detach();
}

Schedule recorded(const std::function<void()>& body, std::uint64_t seed = 3) {
  RandomStrategy random(seed);
  Execution execution;
  run_one(random, 0, body, execution);
  return execution.schedule();
}

struct Replayed {
  ExecutionResult result;
  std::optional<Divergence> divergence;
  Schedule schedule;
};

Replayed replay(const Schedule& schedule, const std::function<void()>& body, Comparison comparison = Comparison::full,
                Strategy* after = nullptr) {
  ReplayStrategy strategy(schedule, comparison, after);
  Execution execution;
  ExecutionResult result = run_one(strategy, 0, body, execution);
  return {std::move(result), strategy.divergence(), execution.schedule()};
}

TEST(Replay, makes_the_same_choices) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Schedule schedule = recorded([] { choosing_threads(4); }, seed);
    const Replayed again = replay(schedule, [] { choosing_threads(4); });
    ASSERT_FALSE(again.result.diverged || again.divergence.has_value());
    ASSERT_EQ(again.schedule, schedule);
  }
}

TEST(Replay, of_a_token_makes_the_same_choices) {
  const Schedule schedule = recorded([] { choosing_threads(4); });
  const Token token = parse_token(format_token({.scenario = "a/b", .schedule = schedule}));
  const Replayed again = replay(
      token.schedule, [] { choosing_threads(4); }, Comparison::letter);
  EXPECT_FALSE(again.result.diverged || again.divergence.has_value());
  EXPECT_EQ(again.schedule, schedule);
}

TEST(Replay, parts_where_the_execution_goes_on_longer) {
  const Schedule schedule = recorded(independent_threads({2, 2}));
  const Replayed longer = replay(schedule, independent_threads({4, 4}));
  EXPECT_TRUE(longer.result.diverged);
  ASSERT_TRUE(longer.divergence.has_value());
  EXPECT_EQ(longer.divergence->choice, schedule.size());
  EXPECT_EQ(longer.divergence->what, "the recording ends here, but the execution goes on");
}

TEST(Replay, tells_who_could_go_where_it_parts) {
  const Schedule schedule = recorded(independent_threads({2, 2}));
  const Replayed longer = replay(schedule, independent_threads({4, 4}));
  ASSERT_TRUE(longer.divergence.has_value());
  ASSERT_EQ(longer.divergence->offered.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(longer.divergence->offered[i].thread, i + 1);
    EXPECT_EQ(longer.divergence->offered[i].operation.kind, OperationKind::store);
  }
  const Replayed shorter = replay(schedule, independent_threads({1, 1}));
  ASSERT_TRUE(shorter.divergence.has_value());
  EXPECT_TRUE(shorter.divergence->offered.empty() || shorter.result.diverged);
}

TEST(Replay, parts_where_the_execution_ends_early) {
  const Schedule schedule = recorded(independent_threads({4, 4}));
  const Replayed shorter = replay(schedule, independent_threads({1, 1}));
  ASSERT_TRUE(shorter.divergence.has_value()) << "never a pass";
  EXPECT_FALSE(shorter.result.diverged) << "it was asked nothing that it could not answer";
  EXPECT_EQ(shorter.divergence->choice, 1U);
  EXPECT_NE(shorter.divergence->what.find("the execution ended, but the recording goes on with T"), std::string::npos)
      << shorter.divergence->what;
}

TEST(Replay, parts_where_other_threads_can_go) {
  const Schedule schedule = recorded(independent_threads({2, 2}));
  const Replayed other = replay(schedule, independent_threads({2, 2, 2}));
  EXPECT_TRUE(other.result.diverged);
  ASSERT_TRUE(other.divergence.has_value());
  EXPECT_EQ(other.divergence->choice, 0U);
  EXPECT_NE(other.divergence->what.find("T1 latch_wait, T2 latch_wait, T3 latch_wait"), std::string::npos)
      << other.divergence->what;
}

TEST(Replay, parts_where_the_recorded_thread_cannot_go) {
  Schedule schedule = recorded(independent_threads({2, 2}));
  schedule.at(1).chosen = 7;
  const Replayed other = replay(schedule, independent_threads({2, 2}));
  EXPECT_TRUE(other.result.diverged);
  ASSERT_TRUE(other.divergence.has_value());
  EXPECT_EQ(other.divergence->choice, 1U);
  EXPECT_NE(other.divergence->what.find("expected T7"), std::string::npos) << other.divergence->what;
}

TEST(Replay, parts_where_the_same_threads_do_something_else) {
  const auto two_threads = [](auto step) {
    return [step] {
      for (int i = 0; i < 2; ++i)
        thread([step] {
          atomic<int> own{0};
          step(own);
        }).detach();
    };
  };
  const Schedule schedule = recorded(two_threads([](atomic<int>& own) { own.store(1); }));
  const auto other_body = two_threads([](atomic<int>& own) { own.fetch_add(1); });
  for (const Comparison comparison : {Comparison::full, Comparison::letter}) {
    Schedule compared = schedule;
    if (comparison == Comparison::letter)
      for (Choice& choice : compared) choice.check %= token_letters;
    const Replayed other = replay(compared, other_body, comparison);
    EXPECT_TRUE(other.result.diverged);
    ASSERT_TRUE(other.divergence.has_value());
    EXPECT_EQ(other.divergence->choice, 0U);
    EXPECT_NE(other.divergence->what.find("T1 read_modify_write, T2 read_modify_write"), std::string::npos)
        << other.divergence->what;
  }
}

TEST(Replay, parts_where_a_value_has_other_options) {
  const Schedule schedule = recorded([] { choose(3); });
  const Replayed other = replay(schedule, [] { choose(4); });
  EXPECT_TRUE(other.result.diverged);
  ASSERT_TRUE(other.divergence.has_value());
  EXPECT_NE(other.divergence->what.find("but T0 asks for one of 4 values (choose)"), std::string::npos)
      << other.divergence->what;
}

TEST(Replay, parts_where_a_value_is_asked_for_instead_of_a_thread) {
  const Schedule threads = recorded(independent_threads({2, 2}));
  const Schedule values = recorded([] { choose(2); });
  EXPECT_TRUE(replay(threads, [] { choose(2); }).result.diverged);
  EXPECT_TRUE(replay(values, independent_threads({2, 2})).result.diverged);
}

TEST(Replay, never_takes_a_value_out_of_range) {
  Schedule schedule = recorded([] { choose(3); });
  schedule.at(0).chosen = 7;
  schedule.at(0).options = 0;  // as parsed from a token
  const Replayed damaged = replay(schedule, [] { choose(3); });
  EXPECT_TRUE(damaged.result.diverged);
  EXPECT_TRUE(damaged.divergence.has_value());
}

TEST(Replay, of_a_prefix_hands_over_to_another_strategy) {
  const auto body = independent_threads({4, 4});
  const Schedule whole = recorded(body);
  const Schedule prefix(whole.begin(), whole.begin() + 3);
  ExhaustiveStrategy rest(0);
  const Replayed continued = replay(prefix, body, Comparison::full, &rest);
  EXPECT_FALSE(continued.result.diverged || continued.divergence.has_value());
  ASSERT_GE(continued.schedule.size(), 3U);
  EXPECT_TRUE(std::equal(prefix.begin(), prefix.end(), continued.schedule.begin()));
}

TEST(Replay, begins_anew_each_time) {
  const Schedule schedule = recorded(independent_threads({3, 3}));
  ReplayStrategy strategy(schedule);
  Execution execution;
  run_one(strategy, 0, independent_threads({4, 4}), execution);
  EXPECT_TRUE(strategy.divergence().has_value());
  run_one(strategy, 1, independent_threads({3, 3}), execution);
  EXPECT_FALSE(strategy.divergence().has_value());
}

}  // namespace
}  // namespace snag
