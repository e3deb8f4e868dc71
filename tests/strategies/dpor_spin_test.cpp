// Partial-order reduction of programs that spin: threads wait until what they look at has changed, so such programs
// end, and each class is executed once.
#include "harness/execution/execution.h"
#include "harness/strategies/dpor.h"
#include "tests/support/class_oracle.h"
#include "tests/support/dpor_programs.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>

namespace snag {
namespace {

using namespace snag::testing;

constexpr ExecutionOptions waiting{.steps_max = 2'000, .spinning = SpinRule::after_a_change};

struct Explored {
  Classes classes;
  DporCounts counts;
  std::uint64_t executions = 0;
  bool polled_in_vain = false;
};

Explored explore_all(const Body& body, const Observed& observed) {
  const Scenario scenario{.name = "test", .body = body};
  Execution execution(waiting);
  DporStrategy strategy(0, TimeModel::adversarial, CountRedundant::no, waiting.spinning);
  ClassDigester digest(observed);
  Explored explored;
  while (explored.executions < 20'000 && strategy.begin(explored.executions)) {
    const ExecutionResult result = execution.run(scenario, strategy, {});
    EXPECT_FALSE(result.diverged) << "at step " << strategy.mismatch().value_or(0);
    strategy.end(execution.schedule(), result.points);
    if (result.verdict != Verdict::step_limit)  // too long for the digester
      explored.classes.emplace(digest(execution.trace(), Extent::whole), result.verdict);
    explored.polled_in_vain = explored.polled_in_vain || result.polled_in_vain;
    ++explored.executions;
  }
  EXPECT_TRUE(strategy.exhausted());
  explored.executions -= strategy.preliminary();
  explored.counts = strategy.counts();
  return explored;
}

// Returns how many classes there are.
std::uint64_t expect_each_class_once(const Body& body, const Observed& observed = {}) {
  const Explored explored = explore_all(body, observed);
  EXPECT_EQ(explored.executions, explored.classes.size());
  EXPECT_EQ(explored.counts.misplanned, 0U);
  EXPECT_EQ(explored.counts.blocked, 0U);
  EXPECT_EQ(explored.counts.cut_short, 0U);
  EXPECT_EQ(explored.classes, classes_by_brute_force(body, observed, waiting));
  return explored.executions;
}

TEST(SpinningUnderReduction, a_flag_is_awaited_after_two_looks) {
  EXPECT_EQ(expect_each_class_once([] {
              atomic<bool> ready{false};
              on_threads(2, [&](std::size_t i) {
                if (i == 0)
                  ready.store(true);
                else
                  while (!ready.load()) {}
              });
            }),
            3U);
}

TEST(SpinningUnderReduction, a_loop_that_yields_is_awaited) {
  EXPECT_EQ(expect_each_class_once([] {
              atomic<bool> ready{false};
              on_threads(2, [&](std::size_t i) {
                if (i == 0)
                  ready.store(true);
                else
                  while (!ready.load()) this_thread::yield();
              });
            }),
            3U);
}

TEST(SpinningUnderReduction, two_threads_await_two_flags_each) {
  expect_each_class_once([] {
    atomic<bool> one{false};
    atomic<bool> other{false};
    on_threads(4, [&](std::size_t i) {
      if (i == 0) one.store(true);
      if (i == 1) other.store(true);
      if (i >= 2)
        while (!one.load() && !other.load()) this_thread::yield();
    });
  });
}

TEST(SpinningUnderReduction, a_lock_that_spins_on_exchange_is_awaited) {
  expect_each_class_once([] {
    atomic<bool> taken{false};
    on_threads(2, [&](std::size_t) {
      while (taken.exchange(true)) {}
      taken.store(false);
    });
  });
}

TEST(SpinningUnderReduction, a_lock_that_looks_before_it_exchanges_is_awaited) {
  expect_each_class_once([] {
    atomic<bool> taken{false};
    on_threads(2, [&](std::size_t) {
      for (bool mine = false; !mine;) {
        while (taken.load()) this_thread::yield();
        mine = !taken.exchange(true);
      }
      taken.store(false);
    });
  });
}

TEST(SpinningUnderReduction, a_try_lock_loop_is_awaited) {
  expect_each_class_once([] {
    mutex lock;
    on_threads(2, [&](std::size_t) {
      while (!lock.try_lock()) this_thread::yield();
      lock.unlock();
    });
  });
}

TEST(SpinningUnderReduction, who_polls_under_a_lock_waits_where_he_holds_nothing) {
  expect_each_class_once([] {
    mutex lock;
    shared<bool> ready{false};
    on_threads(2, [&](std::size_t i) {
      std::unique_lock held(lock);
      if (i == 0) {
        ready = true;
        return;
      }
      while (!ready) {
        held.unlock();
        held.lock();
      }
    });
  });
}

TEST(SpinningUnderReduction, a_timed_wait_in_a_loop_gives_up_twice_and_then_waits_to_be_notified) {
  expect_each_class_once([] {
    mutex lock;
    condition_variable changed;
    shared<bool> ready{false};
    on_threads(2, [&](std::size_t i) {
      std::unique_lock held(lock);
      if (i == 0) {
        ready = true;
        changed.notify_one();
        return;
      }
      while (!ready) changed.wait_for(held, std::chrono::seconds(1));
    });
  });
}

TEST(SpinningUnderReduction, a_livelock_ends_at_the_step_limit_and_is_found_once) {
  const Explored explored = explore_all(
      [] {
        atomic<bool> never{false};
        while (!never.load()) this_thread::yield();
      },
      {});
  EXPECT_EQ(explored.executions, 1U);
  EXPECT_EQ(explored.counts.cut_short, 1U);
}

TEST(SpinningUnderReduction, a_bounded_loop_goes_on_when_nobody_else_can_and_says_so) {
  const Explored explored = explore_all(
      [] {
        atomic<int> x{0};
        for (int i = 0; i < 5; ++i)
          if (x.load() != 0) break;
      },
      {});
  EXPECT_EQ(explored.executions, 1U);
  EXPECT_EQ(explored.counts.complete, 1U);
  EXPECT_TRUE(explored.polled_in_vain);
}

TEST(SpinningUnderReduction, who_polls_the_clock_sees_time_pass) {
  const Explored explored = explore_all(
      [] {
        const auto end = steady_clock::now() + std::chrono::milliseconds(2);
        while (steady_clock::now() < end) this_thread::yield();
      },
      {.clock = true});
  EXPECT_EQ(explored.executions, 1U);
  EXPECT_EQ(explored.counts.complete, 1U);
}

}  // namespace
}  // namespace snag
