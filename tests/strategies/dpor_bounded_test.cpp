// Partial-order reduction within a bound of preemptions against brute force within the same bound: the same classes, the
// same final states, the same deadlocks, in fewer executions.
#include "harness/strategies/dpor_bounded.h"

#include "harness/execution/execution.h"
#include "harness/strategies/exhaustive.h"
#include "tests/support/class_oracle.h"
#include "tests/support/dpor_programs.h"
#include "tests/support/random_program.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>

namespace snag {
namespace {

using namespace snag::testing;

constexpr std::uint32_t bound_max = 3;

struct Seen {
  Classes classes;
  std::set<FinalState> final_states;
  std::uint64_t executions = 0;
  bool too_many = false;
};

// What the strategy's executions come to, those that it gives up left out. The body leaves its final state in `state`.
// Classes are told by what the program has been seen to observe.
template <class StrategyType>
Seen see_all(StrategyType& strategy, const Observed& observed, const Body& body, const FinalState& state,
             std::uint64_t executions_max, TimeModel time = TimeModel::adversarial, std::uint32_t spurious_max = 0) {
  const Scenario scenario{.name = "test", .body = body, .time = time};
  Execution execution({.spurious_max = spurious_max, .spinning = SpinRule::at_once});
  Seen seen;
  while (strategy.begin(seen.executions)) {
    const ExecutionResult result = execution.run(scenario, strategy, {});
    strategy.end(execution.schedule(), result.points);
    if constexpr (requires { strategy.starts_anew(); }) {
      if (strategy.starts_anew()) seen = {};
      if (strategy.starts_anew() || strategy.turned_back()) continue;
    }
    EXPECT_FALSE(result.diverged);
    seen.classes.emplace(ClassDigester(observed)(execution.trace(), Extent::whole), result.verdict);
    seen.final_states.insert(state);
    if (++seen.executions > executions_max) {
      seen.too_many = true;
      break;
    }
  }
  return seen;
}

// With every bound up to bound_max.
void expect_the_same_as_brute_force(const Body& body, TimeModel time = TimeModel::adversarial) {
  for (std::uint32_t bound = 0; bound <= bound_max; ++bound) {
    SCOPED_TRACE(bound);
    ExhaustiveStrategy brute_force(bound);
    BoundedDporStrategy reduced(bound, 0, time);
    const Seen some = see_all(reduced, reduced.observed(), body, {}, 200'000, time);
    const Seen all = see_all(brute_force, reduced.observed(), body, {}, 200'000, time);
    ASSERT_FALSE(all.too_many || some.too_many);
    EXPECT_EQ(some.classes, all.classes);
    EXPECT_LE(some.executions, all.executions);
    EXPECT_TRUE(reduced.exhausted() || !brute_force.exhausted());
    EXPECT_EQ(reduced.counts().complete + reduced.counts().deadlocked, some.executions);
  }
}

RC_GTEST_PROP(BoundedReduction, sees_what_brute_force_sees_in_random_programs, (const RichProgram& program)) {
  constexpr std::uint64_t executions_max = 2'000;
  for (std::uint32_t bound = 0; bound <= bound_max; ++bound) {
    Runner runner(program);
    const auto body = [&] { runner.body(); };
    ExhaustiveStrategy brute_force(bound);
    BoundedDporStrategy reduced(bound);
    const Seen some = see_all(reduced, reduced.observed(), body, runner.state, executions_max);
    const Seen all = see_all(brute_force, reduced.observed(), body, runner.state, executions_max);
    RC_CLASSIFY(!all.too_many && bound == bound_max, "compared with every bound");
    if (all.too_many) break;
    RC_ASSERT(some.classes == all.classes);
    RC_ASSERT(some.final_states == all.final_states);
    RC_ASSERT(some.executions <= all.executions);
    RC_ASSERT(reduced.exhausted() || !brute_force.exhausted());
  }
}

TEST(BoundedReduction, sees_what_brute_force_sees_where_programs_look_at_the_clock) {
  expect_the_same_as_brute_force([] {
    atomic<int> x{0};
    on_threads(2, [&](std::size_t i) {
      const auto before = steady_clock::now();
      if (i == 0) this_thread::sleep_for(std::chrono::milliseconds(1));
      x.store(steady_clock::now() == before ? 1 : 2);
    });
  });
}

TEST(BoundedReduction, sees_what_brute_force_sees_where_programs_ask_who_is_alive) {
  expect_the_same_as_brute_force([] {
    latch gate(1);
    atomic<int> seen{0};
    threading::Thread one([&] { gate.wait(); });
    one.start();
    thread other([&] { gate.count_down(); });
    if (one.is_alive()) seen.store(1);
    one.join();
    other.join();
  });
}

TEST(BoundedReduction, sees_what_brute_force_sees_where_waits_give_up_in_ideal_time) {
  expect_the_same_as_brute_force(
      [] {
        timed_mutex lock;
        atomic<int> x{0};
        on_threads(2, [&](std::size_t i) {
          if (!lock.try_lock_for(std::chrono::milliseconds(2))) return;
          this_thread::sleep_for(std::chrono::milliseconds(i == 0 ? 1 : 3));
          x.store(x.load() + 1);
          lock.unlock();
        });
      },
      TimeModel::ideal);
}

TEST(BoundedReduction, sees_what_brute_force_sees_where_more_arrive_than_a_barrier_takes) {
  expect_the_same_as_brute_force([] {
    barrier<> meeting(2);
    atomic<int> x{0};
    on_threads(3, [&](std::size_t i) {
      if (i < 2) x.store(static_cast<int>(i));
      meeting.arrive_and_wait();
    });
  });
}

TEST(BoundedReduction, sees_what_brute_force_sees_where_the_end_cuts_off_a_daemon) {
  expect_the_same_as_brute_force([] {
    const auto x = std::make_shared<atomic<int>>(0);
    threading::Thread({.daemon = true}, [x] {
      x->store(1);
      x->store(2);
    }).start();
    x->store(3);
  });
}

TEST(BoundedReduction, sees_what_brute_force_sees_with_spurious_wakeups) {
  const Body body = [] {
    mutex lock;
    condition_variable changed;
    atomic<int> woken{0};
    on_threads(3, [&](std::size_t i) {
      std::unique_lock held(lock);
      if (i == 2) {
        changed.notify_one();
      } else {
        changed.wait(held);
        woken.fetch_add(1);
      }
    });
  };
  for (std::uint32_t bound = 0; bound <= 2; ++bound) {
    SCOPED_TRACE(bound);
    ExhaustiveStrategy brute_force(bound);
    BoundedDporStrategy reduced(bound, 1);
    const Seen some = see_all(reduced, reduced.observed(), body, {}, 200'000, TimeModel::adversarial, 1);
    const Seen all = see_all(brute_force, reduced.observed(), body, {}, 200'000, TimeModel::adversarial, 1);
    ASSERT_FALSE(all.too_many);
    EXPECT_EQ(some.classes, all.classes);
    EXPECT_LE(some.executions, all.executions);
  }
}

TEST(BoundedReduction, needs_fewer_executions_than_brute_force) {
  const Body body = counters(3, 2);
  BoundedDporStrategy reduced(4);
  ExhaustiveStrategy brute_force(4);
  const Seen some = see_all(reduced, reduced.observed(), body, {}, 100'000);
  const Seen all = see_all(brute_force, reduced.observed(), body, {}, 100'000);
  EXPECT_EQ(some.classes, all.classes);
  EXPECT_LT(some.executions, all.executions);
  EXPECT_GT(reduced.given_up(), 0U);
}

TEST(BoundedReduction, without_preemptions_sees_every_order_of_threads_that_take_one_step) {
  BoundedDporStrategy reduced(0);
  EXPECT_EQ(see_all(reduced, reduced.observed(), writers(4), {}, 1'000).classes.size(), 24U);
}

TEST(SeenStates, know_what_they_have_taken_in_and_take_in_no_more_than_there_is_room_for) {
  dpor::SeenStates states(3'000);
  for (std::uint64_t state = 0; state < 3'000; ++state) EXPECT_TRUE(states.insert(state * 0x9E3779B97F4A7C15U + 2));
  for (std::uint64_t state = 0; state < 3'000; ++state) EXPECT_FALSE(states.insert(state * 0x9E3779B97F4A7C15U + 2));
  EXPECT_TRUE(states.insert(1));
  EXPECT_TRUE(states.insert(1)) << "there was no room for it";
}

}  // namespace
}  // namespace snag
