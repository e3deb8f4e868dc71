// Partial-order reduction of programs with daemon threads, against plain exhaustive search: the program's end may cut off
// a daemon before any of its steps.
#include "tests/support/outcomes.h"

#include <snag/snag.h>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <ostream>
#include <vector>

namespace snag {
namespace {

using namespace snag::testing;
using namespace std::chrono_literals;
using threading::Thread;

TEST(DaemonsUnderReduction, the_end_may_come_before_each_step_of_a_daemon) {
  const std::uint64_t classes = expect_every_outcome([](Numbers& outcome) {
    const auto x = std::make_shared<atomic<int>>(0);
    Thread({.daemon = true}, [x, &outcome] {
      x->store(1);
      outcome[0] = 1;
      x->store(2);
      outcome[0] = 2;
    }).start();
  });
  EXPECT_EQ(classes, 3U);
}

TEST(DaemonsUnderReduction, what_the_body_does_before_its_end_races_with_them) {
  expect_every_outcome([](Numbers& outcome) {
    const auto x = std::make_shared<atomic<int>>(0);
    Thread({.daemon = true}, [x, &outcome] {
      outcome[0] = x->load();
      x->store(1);
      outcome[1] = x->load();
    }).start();
    x->store(2);
    outcome[2] = x->load();
  });
}

TEST(DaemonsUnderReduction, the_invariant_sees_what_they_had_done_by_the_end) {
  std::shared_ptr<atomic<int>> x;
  expect_every_outcome(
      [&x](Numbers&) {
        x = std::make_shared<atomic<int>>(0);
        Thread({.daemon = true}, [x] {
          x->store(1);
          x->store(2);
        }).start();
        x->store(3);
      },
      [&x](Numbers& outcome) { outcome[0] = x->exchange(4); });
  x.reset();
}

TEST(DaemonsUnderReduction, the_end_waits_for_all_others) {
  expect_every_outcome([](Numbers& outcome) {
    const auto x = std::make_shared<atomic<int>>(0);
    Thread({.daemon = true}, [x, &outcome] {
      outcome[0] = x->load();
      outcome[1] = x->load();
    }).start();
    Thread([x] {
      x->store(1);
      x->store(2);
    }).start();
  });
}

TEST(DaemonsUnderReduction, one_without_an_end_waits_for_work) {
  expect_every_outcome([](Numbers& outcome) {
    const auto work = std::make_shared<queue::Queue<int>>();
    Thread({.daemon = true}, [work, &outcome] {
      for (int done = 0;; ++done) {
        outcome[0] = work->get();
        outcome[1] = done;
        work->task_done();
      }
    }).start();
    work->put(1);
    work->put(2);
  });
}

TEST(DaemonsUnderReduction, all_work_may_be_awaited_before_the_end) {
  const std::uint64_t classes = expect_every_outcome([](Numbers& outcome) {
    const auto work = std::make_shared<queue::Queue<int>>();
    Thread({.daemon = true}, [work, &outcome] {
      for (;;) {
        outcome[0] = work->get();
        work->task_done();
      }
    }).start();
    work->put(1);
    work->join();
    outcome[1] = outcome[0];
  });
  EXPECT_EQ(classes, 1U);
}

TEST(DaemonsUnderReduction, one_that_waits_for_a_lock_could_have_had_it_before) {
  expect_every_outcome([](Numbers& outcome) {
    const auto lock = std::make_shared<mutex>();
    const auto never = std::make_shared<counting_semaphore<>>(0);
    for (std::size_t i = 0; i < 2; ++i)
      Thread({.daemon = true}, [lock, never, &outcome, i] {
        const std::lock_guard guard(*lock);
        outcome[i] = 1;
        never->acquire();
      }).start();
  });
}

TEST(DaemonsUnderReduction, a_lock_may_be_held_by_the_body_when_it_ends) {
  expect_every_outcome([](Numbers& outcome) {
    const auto lock = std::make_shared<mutex>();
    Thread({.daemon = true}, [lock, &outcome] {
      lock->lock();
      outcome[0] = 1;
      lock->unlock();
      outcome[0] = 2;
    }).start();
    lock->lock();
    outcome[1] = outcome[0];
  });
}

TEST(DaemonsUnderReduction, one_that_has_ended_changes_nothing_at_the_end) {
  expect_every_outcome([](Numbers& outcome) {
    const auto x = std::make_shared<atomic<int>>(0);
    Thread ends({.daemon = true}, [x] { x->store(1); });
    ends.start();
    outcome[0] = x->load();
    ends.join();
    outcome[1] = x->load();
  });
}

TEST(DaemonsUnderReduction, a_notified_one_may_be_cut_off_before_it_goes_on) {
  expect_every_outcome([](Numbers& outcome) {
    struct Shared {
      mutex lock;
      condition_variable changed;
    };
    const auto shared = std::make_shared<Shared>();
    Thread({.daemon = true}, [shared, &outcome] {
      std::unique_lock held(shared->lock);
      outcome[0] = 1;
      shared->changed.wait(held);
      outcome[0] = 2;
    }).start();
    shared->changed.notify_one();
    shared->changed.notify_all();
  });
}

TEST(DaemonsUnderReduction, they_start_others_which_are_daemons_too) {
  expect_every_outcome([](Numbers& outcome) {
    const auto x = std::make_shared<atomic<int>>(0);
    Thread({.daemon = true}, [x, &outcome] {
      x->store(1);
      Thread([x, &outcome] {
        outcome[0] = x->load();
        x->store(2);
      }).start();
      outcome[1] = x->load();
    }).start();
    outcome[2] = x->load();
  });
}

TEST(DaemonsUnderReduction, who_asks_sees_whether_they_are_alive) {
  expect_every_outcome([](Numbers& outcome) {
    const auto x = std::make_shared<atomic<int>>(0);
    Thread asked({.daemon = true}, [x] {
      x->store(1);
      this_thread::yield();
    });
    asked.start();
    Thread({.daemon = true}, [x, &outcome, asked] {
      outcome[0] = asked.is_alive() ? 1 : 0;
      outcome[1] = threading::main_thread().is_alive() ? 1 : 0;
    }).start();
    outcome[2] = x->load();
    outcome[3] = asked.is_alive() ? 1 : 0;
  });
}

TEST(DaemonsUnderReduction, it_is_no_proof_where_one_starts_a_thread_for_which_the_end_waits) {
  DporStrategy reduced;
  const SeenOutcomes seen = see_all(reduced, [](Numbers&) {
    Thread({.daemon = true}, [] {
      this_thread::yield();
      Thread({.daemon = false}, [] { this_thread::yield(); }).start();
    }).start();
  });
  EXPECT_EQ(reduced.inexact(), Inexact::daemons);
  EXPECT_FALSE(seen.proved);
}

// One that changes something for ever: each execution comes to an end, but there is always another one.
TEST(DaemonsUnderReduction, there_is_no_last_execution_where_one_works_for_ever) {
  const Scenario scenario{.name = "test", .body = [] {
                            const auto x = std::make_shared<atomic<int>>(0);
                            Thread({.daemon = true}, [x] {
                              for (;;) x->fetch_add(1);
                            }).start();
                            x->load();
                          }};
  Execution execution;
  DporStrategy strategy;
  for (std::uint64_t number = 0; number < 500; ++number) {
    ASSERT_TRUE(strategy.begin(number));
    const ExecutionResult result = execution.run(scenario, strategy, {});
    strategy.end(execution.schedule(), result.points);
    ASSERT_EQ(result.verdict, Verdict::passed);
  }
  EXPECT_FALSE(strategy.exhausted());
}

// One that only sleeps, and one that looks again and again: they are made to wait when an execution has grown long.
TEST(DaemonsUnderReduction, one_that_only_looks_is_awaited) {
  const Scenario scenario{.name = "test", .body = [] {
                            const auto x = std::make_shared<atomic<int>>(0);
                            Thread({.daemon = true}, [] {
                              for (;;) this_thread::sleep_for(1s);
                            }).start();
                            Thread({.daemon = true}, [x] {
                              for (;;)
                                if (x->load() == 1) x->store(2);
                            }).start();
                            x->store(1);
                          }};
  Execution execution;
  DporStrategy strategy;
  std::uint64_t executions = 0;
  for (; executions < 5'000 && strategy.begin(executions); ++executions) {
    const ExecutionResult result = execution.run(scenario, strategy, {});
    strategy.end(execution.schedule(), result.points);
  }
  EXPECT_TRUE(strategy.exhausted());
  EXPECT_EQ(strategy.counts().cut_short, 0U);
  EXPECT_EQ(strategy.inexact(), Inexact::no);
}

}  // namespace
}  // namespace snag
