// threading::Barrier: what Python promises of it, under every schedule: rounds, actions, time-outs, resets and aborts.
#include "tests/support/every_schedule.h"
#include "tests/support/findings_of.h"

#include <gtest/gtest.h>
#include <snag/snag.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace snag {
namespace {

using namespace std::chrono_literals;
using namespace snag::testing;
using threading::Barrier;
using threading::BrokenBarrierError;

// Waits; whether it got through.
bool passes(Barrier& barrier) {
  return !throws<BrokenBarrierError>([&] { barrier.wait(); });
}

// ---- Rounds ------------------------------------------------------------------------------------------------------

TEST(ThreadingBarrier, lets_nobody_through_before_all_have_come) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    Barrier barrier(3);
    int come = 0;
    const auto work = [&] {
      ++come;
      barrier.wait();
      check(come == 3, "all have come");
    };
    thread one(work), two(work);
    work();
    one.join();
    two.join();
  }));
}

TEST(ThreadingBarrier, gives_each_thread_another_index) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    Barrier barrier(3);
    std::vector<std::size_t> indices;
    const auto work = [&] {
      const std::size_t index = barrier.wait();
      indices.push_back(index);
    };
    thread one(work), two(work);
    work();
    one.join();
    two.join();
    std::sort(indices.begin(), indices.end());
    check(indices == std::vector<std::size_t>{0, 1, 2}, "one each");
  }));
}

TEST(ThreadingBarrier, keeps_rounds_apart) {
  EXPECT_TRUE(holds_under_every_schedule(
      [] {
        Barrier barrier(2);
        int rounds[2] = {0, 0};
        const auto work = [&](int self) {
          for (int round = 1; round <= 3; ++round) {
            rounds[self] = round;
            barrier.wait();
            check(rounds[1 - self] >= round && rounds[1 - self] <= round + 1, "never more than one ahead");
          }
        };
        thread other([&] { work(1); });
        work(0);
        other.join();
      },
      {.exhaustive_max = 20'000}));
}

TEST(ThreadingBarrier, admits_nobody_to_the_next_round_before_all_have_left_this_one) {
  EXPECT_TRUE(holds_under_every_schedule(
      [] {
        Barrier barrier(2);
        int through = 0;
        const auto work = [&] {
          for (int round = 0; round < 2; ++round) {
            check(barrier.n_waiting() <= 1, "two that wait are through");
            barrier.wait();
            ++through;
          }
        };
        thread other(work);
        work();
        other.join();
        check(through == 4 && barrier.n_waiting() == 0, "all came through");
      },
      {.exhaustive_max = 20'000}));
}

TEST(ThreadingBarrier, of_one_holds_nobody) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    int actions = 0;
    Barrier barrier(1, [&] { ++actions; });
    check(barrier.wait() == 0 && barrier.wait(0s) == 0 && actions == 2, "through, twice");
  }));
}

TEST(ThreadingBarrier, of_none_is_refused) {
  holds_under_every_schedule([] {
    check(throws<std::invalid_argument>([] { Barrier barrier(0); }), "at least one");
    check(throws<std::invalid_argument>([] {
            Barrier barrier(
                -1, [] {}, 1s);
          }),
          "less is none, too");
  });
}

TEST(ThreadingBarrier, that_not_all_come_to_is_waited_at_for_ever) {
  EXPECT_EQ(verdicts_of([] {
              Barrier barrier(3);
              thread other([&] { barrier.wait(); });
              barrier.wait();
              other.join();
            }),
            std::set<Verdict>{Verdict::deadlock});
}

TEST(ThreadingBarrier, with_one_thread_too_many_leaves_one_behind) {
  EXPECT_EQ(verdicts_of([] {
              Barrier barrier(2);
              const auto work = [&] { barrier.wait(); };
              thread one(work), two(work), three(work);
              one.join();
              two.join();
              three.join();
            }),
            std::set<Verdict>{Verdict::deadlock});
}

// ---- The action --------------------------------------------------------------------------------------------------

TEST(ThreadingBarrier, acts_once_a_round_when_all_have_come_and_before_any_leaves) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    int come = 0, actions = 0;
    Barrier barrier(2, [&] {
      check(come == 2 * (actions + 1), "all have come");
      this_thread::yield();
      ++actions;
    });
    const auto work = [&] {
      for (int round = 1; round <= 2; ++round) {
        ++come;
        barrier.wait();
        check(actions >= round, "after the action");
      }
    };
    thread other(work);
    work();
    other.join();
    check(actions == 2, "once a round");
  }));
}

TEST(ThreadingBarrier, is_broken_by_an_action_that_throws) {
  EXPECT_EQ(outcomes_of([] {
              Barrier barrier(2, [] { throw std::logic_error("no action"); });
              std::string outcome;
              const auto work = [&](char name) {
                try {
                  barrier.wait();
                  outcome += '?';
                } catch (const BrokenBarrierError&) { outcome += name; } catch (const std::logic_error&) {
                  outcome += '!';
                }
              };
              thread other([&] { work('1'); });
              work('0');
              other.join();
              check(barrier.broken() && barrier.n_waiting() == 0, "broken");
              std::sort(outcome.begin(), outcome.end());
              return outcome;
            }),
            (std::set<std::string>{"!0", "!1"}));
}

TEST(ThreadingBarrier, acts_in_the_thread_that_comes_last) {
  EXPECT_EQ(outcomes_of([] {
              std::uint32_t actor = 0;
              Barrier barrier(2, [&] { actor = threading::get_ident(); });
              const auto work = [&] {
                const bool last = barrier.wait() == 1;
                check(last == (actor == threading::get_ident()), "the last one acts");
                return last;
              };
              thread other([&] { work(); });
              const bool last = work();
              other.join();
              return last;
            }),
            (std::set<bool>{false, true}));
}

TEST(ThreadingBarrier, that_its_action_broke_can_be_mended) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    int actions = 0;
    Barrier barrier(1, [&] {
      if (++actions == 1) throw std::logic_error("not now");
    });
    check(throws<std::logic_error>([&] { barrier.wait(); }) && barrier.broken(), "the action's own exception");
    check(!passes(barrier) && actions == 1, "broken");
    barrier.reset();
    check(passes(barrier) && actions == 2, "mended");
  }));
}

TEST(ThreadingBarrier, may_be_looked_at_by_its_action_but_not_used) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    std::optional<Barrier> barrier;
    barrier.emplace(2, [&] { check(barrier->n_waiting() == 2 && !barrier->broken(), "all have come, none has left"); });
    thread other([&] { barrier->wait(); });
    barrier->wait();
    other.join();
  }));
  const auto verdicts_with = [](void (*use)(Barrier&)) {
    return verdicts_of([use] {
      std::optional<Barrier> barrier;
      barrier.emplace(1, [&] { use(*barrier); });
      barrier->wait();
    });
  };
  EXPECT_EQ(verdicts_with([](Barrier& barrier) { barrier.wait(); }), std::set<Verdict>{Verdict::deadlock});
  EXPECT_EQ(verdicts_with([](Barrier& barrier) { barrier.reset(); }), std::set<Verdict>{Verdict::deadlock});
  EXPECT_EQ(verdicts_with([](Barrier& barrier) { barrier.abort(); }), std::set<Verdict>{Verdict::deadlock});
}

TEST(ThreadingBarrier, does_not_time_out_while_its_action_runs) {
  EXPECT_EQ(outcomes_of([] {
              Barrier barrier(2, [] {
                this_thread::yield();
                this_thread::sleep_for(1h);
              });
              int through = 0;
              const auto work = [&] {
                try {
                  barrier.wait(1ms);
                  ++through;
                } catch (const BrokenBarrierError&) {}
              };
              thread other(work);
              work();
              other.join();
              return through;
            }),
            (std::set<int>{0, 2}));
}

// ---- Time-outs ---------------------------------------------------------------------------------------------------

TEST(ThreadingBarrier, is_broken_by_a_wait_whose_time_is_out) {
  using Outcome = std::vector<bool>;
  EXPECT_EQ(outcomes_of([] {
              Barrier barrier(2);
              Outcome through(2);
              thread other([&] { through[1] = passes(barrier); });
              const auto deadline = steady_clock::now() + 5ms;
              through[0] = !throws<BrokenBarrierError>([&] { barrier.wait(5ms); });
              check(through[0] || steady_clock::now() >= deadline, "time has passed");
              other.join();
              check(barrier.broken() == !through[0], "broken if it has timed out");
              return through;
            }),
            (std::set<Outcome>{{false, false}, {true, true}}));
}

TEST(ThreadingBarrier, has_a_time_for_waits_that_are_given_none) {
  EXPECT_EQ(outcomes_of([] {
              Barrier barrier(2, nullptr, 5ms);
              const auto deadline = steady_clock::now() + 5ms;
              const bool through = passes(barrier);
              check(steady_clock::now() >= deadline, "time has passed");
              return through;
            }),
            std::set<bool>{false});
  EXPECT_EQ(verdicts_of([] { Barrier(2, nullptr, std::chrono::hours::max()).wait(); }),
            std::set<Verdict>{Verdict::deadlock});
  EXPECT_EQ(verdicts_of([] { Barrier(2, nullptr, 1s).wait(std::chrono::hours::max()); }),
            std::set<Verdict>{Verdict::deadlock})
      << "the wait's own time counts";
}

TEST(ThreadingBarrier, that_one_gives_up_is_broken_for_all) {
  EXPECT_EQ(outcomes_of(
                [] {
                  Barrier barrier(3);
                  int through = 0;
                  const auto work = [&] { through += passes(barrier) ? 1 : 0; };
                  thread one(work), two(work);
                  through += throws<BrokenBarrierError>([&] { barrier.wait(1ms); }) ? 0 : 1;
                  one.join();
                  two.join();
                  check(barrier.broken() == (through == 0), "broken if one has given up");
                  return through;
                },
                {.exhaustive_max = 5'000}),
            (std::set<int>{0, 3}));
}

TEST(ThreadingBarrier, is_never_timed_out_by_the_last_to_come) {
  EXPECT_EQ(outcomes_of([] {
              Barrier barrier(2);
              thread other([&] { check(barrier.wait() == 0, "it comes first"); });
              while (barrier.n_waiting() == 0) {}
              const std::size_t index = barrier.wait(choose(2) == 0 ? 0s : -1s);
              other.join();
              return index;
            }),
            std::set<std::size_t>{1});
}

TEST(ThreadingBarrier, with_no_time_to_wait_breaks_at_once) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    Barrier barrier(2), other(2, nullptr, -1s);
    check(throws<BrokenBarrierError>([&] { barrier.wait(0s); }) && barrier.broken(), "nobody else has come");
    check(!passes(other) && other.broken(), "nor here");
    check(steady_clock::now() == steady_clock::time_point(), "no time has passed");
  }));
}

TEST(ThreadingBarrier, in_ideal_time_is_not_overtaken_by_a_time_out) {
  EXPECT_EQ(outcomes_of(
                [] {
                  Barrier barrier(2);
                  thread other([&] {
                    this_thread::sleep_for(1s);
                    barrier.wait();
                  });
                  const bool through = !throws<BrokenBarrierError>([&] { barrier.wait(2s); });
                  other.join();
                  return through;
                },
                {.time = TimeModel::ideal}),
            std::set<bool>{true});
}

// ---- Abort and reset ---------------------------------------------------------------------------------------------

TEST(ThreadingBarrier, aborted_fails_those_that_wait_and_all_that_come) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    Barrier barrier(2);
    thread other([&] { check(!passes(barrier), "whether it waits already or comes later"); });
    barrier.abort();
    check(barrier.broken(), "broken");
    other.join();
    check(!passes(barrier) && barrier.broken(), "it stays so");
  }));
}

TEST(ThreadingBarrier, reset_fails_those_that_wait_and_is_as_new) {
  using Outcome = std::vector<bool>;
  EXPECT_EQ(outcomes_of([] {
              Barrier barrier(2);
              Outcome through(2);
              thread one([&] { through[0] = passes(barrier); });
              barrier.reset();
              check(!barrier.broken(), "a reset does not break it");
              through[1] = !throws<BrokenBarrierError>([&] { barrier.wait(1ms); });
              one.join();
              return through;
            }),
            (std::set<Outcome>{{false, false}, {true, true}}))
      << "the reset comes first and the other waits with it, or the other waited and was sent away; or the time is out";
}

TEST(ThreadingBarrier, reset_mends_a_broken_one) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    Barrier barrier(2);
    barrier.abort();
    check(!passes(barrier), "broken");
    barrier.reset();
    thread other([&] { check(passes(barrier), "mended"); });
    check(passes(barrier), "mended");
    other.join();
  }));
}

TEST(ThreadingBarrier, reset_is_waited_for_by_those_that_come_until_the_others_have_left) {
  EXPECT_TRUE(holds_under_every_schedule(
      [] {
        Barrier barrier(2);
        int inside = 0;
        thread early([&] {
          ++inside;
          check(!passes(barrier), "sent away by the reset");
          --inside;
        });
        while (barrier.n_waiting() == 0) {}
        barrier.reset();
        check(barrier.n_waiting() == 0 && !barrier.broken(), "as new, though one is still inside");
        thread late([&] { check(passes(barrier), "of the next round"); });
        check(passes(barrier) && inside <= 1, "of the next round");
        early.join();
        late.join();
      },
      {.exhaustive_max = 20'000}));
}

TEST(ThreadingBarrier, aborted_while_threads_leave_fails_those_that_have_not_left) {
  EXPECT_EQ(outcomes_of([] {
              Barrier barrier(2);
              bool through = false;
              thread other([&] { through = passes(barrier); });
              while (barrier.n_waiting() == 0) {}
              check(passes(barrier), "the last to come is through");
              barrier.abort();
              other.join();
              return through;
            }),
            (std::set<bool>{false, true}));
}

TEST(ThreadingBarrier, reset_while_threads_leave_harms_nobody) {
  EXPECT_EQ(outcomes_of([] {
              Barrier barrier(2);
              thread other([&] { check(passes(barrier), "the round is complete"); });
              barrier.wait();
              barrier.reset();
              other.join();
              return barrier.broken();
            }),
            std::set<bool>{false});
}

TEST(ThreadingBarrier, tells_its_state) {
  EXPECT_EQ(outcomes_of([] {
              Barrier barrier(2);
              check(barrier.parties() == 2 && barrier.n_waiting() == 0 && !barrier.broken(), "as new");
              thread other([&] { barrier.wait(); });
              const std::size_t waiting = barrier.n_waiting();
              barrier.wait();
              check(barrier.n_waiting() == 0, "those that leave do not wait");
              other.join();
              return waiting;
            }),
            (std::set<std::size_t>{0, 1}));
}

TEST(ThreadingBarrier, that_is_polled_lets_others_go_on) {
  EXPECT_EQ(verdicts_of([] {
              Barrier barrier(2);
              thread other([&] { barrier.wait(); });
              while (barrier.n_waiting() < 1) {}
              barrier.wait();
              other.join();
              thread breaker([&] { barrier.abort(); });
              while (!barrier.broken()) {}
              breaker.join();
            }),
            std::set<Verdict>{Verdict::passed});
}

// ---- Ends --------------------------------------------------------------------------------------------------------

TEST(ThreadingBarrier, that_is_waited_at_for_ever_is_unwound) {
  const auto counted = std::make_shared<int>(0);
  const auto run = [&](auto wait) {
    for_every_schedule(
        [&] {
          Barrier barrier(2, [&] { binary_semaphore(0).acquire(); });
          thread waiter([&, own = counted] { wait(barrier); });
          waiter.join();
        },
        [&](const Execution&, const ExecutionResult& result) {
          ASSERT_EQ(result.verdict, Verdict::deadlock);
          ASSERT_EQ(result.parked, 0U);
          ASSERT_EQ(counted.use_count(), 1);
        },
        {.exhaustive_max = 10, .random_executions = 10});
  };
  run([](Barrier& barrier) { barrier.wait(); });
  run([](Barrier& barrier) { barrier.wait(std::chrono::hours::max()); });
  run([](Barrier& barrier) {
    thread other([&] { barrier.wait(); });
    barrier.wait();  // one of the two is in the action
    other.join();
  });
  run([](Barrier& barrier) {
    struct Late {
      Barrier& barrier;
      ~Late() {
        barrier.wait();
        barrier.reset();
        barrier.abort();
        static_cast<void>(barrier.broken());
      }
    } late{barrier};
    barrier.wait();
  });
}

TEST(ThreadingBarrier, destroyed_while_somebody_waits_is_recorded) {
  std::optional<Barrier> barrier;  // here, so that the waiter looks at memory that is still there
  for_every_schedule(
      [&] {
        barrier.emplace(2);
        thread waiter([&] { barrier->wait(); });
        while (barrier->n_waiting() < 1) {}
        barrier.reset();
      },
      [](const Execution& execution, const ExecutionResult&) {
        const std::vector<Event> destroyed = events_of(execution.trace(), OperationKind::destroy);
        ASSERT_EQ(destroyed.size(), 1U);
        ASSERT_EQ(destroyed[0].operation.argument, 1U) << "one waits in it";
      },
      {.exhaustive_max = 20, .random_executions = 0});
}

TEST(ThreadingBarrier, records_who_is_inside) {
  const Trace trace = trace_of([] {
    Barrier barrier(1, [] { this_thread::yield(); });
    name(barrier, "barrier");
    barrier.wait();
    barrier.abort();
    static_cast<void>(passes(barrier));
    barrier.reset();
  });
  EXPECT_EQ(trace.objects.at(0).kind, ObjectKind::breakable_barrier);
  EXPECT_EQ(trace.objects.at(0).limit, 1);
  EXPECT_EQ(display_name(trace, ObjectIndex{0}), "barrier");
  const std::vector<Event> enters = events_of(trace, OperationKind::barrier_enter);
  ASSERT_EQ(enters.size(), 2U);
  EXPECT_TRUE(enters[0].success);
  EXPECT_EQ(enters[0].after, 1U);
  EXPECT_FALSE(enters[1].success);
  EXPECT_EQ(events_of(trace, OperationKind::barrier_open).size(), 1U);
  ASSERT_EQ(events_of(trace, OperationKind::barrier_leave).size(), 1U);
  EXPECT_EQ(events_of(trace, OperationKind::barrier_leave)[0].after, 0U);
}

// ---- With the checkers -------------------------------------------------------------------------------------------

TEST(ThreadingBarrier, orders_what_was_done_before_it_before_what_is_done_after_it) {
  EXPECT_EQ(findings_of([] {
              shared<int> x{0, "x"}, y{0, "y"}, sum{0, "sum"};
              Barrier barrier(2, [&] { sum = x.read() + y.read(); });
              thread other([&] {
                x = 1;
                barrier.wait();
                check(sum.read() == 3, "the action has added");
                static_cast<void>(y.read());
              });
              y = 2;
              barrier.wait();
              static_cast<void>(x.read() + sum.read());
              other.join();
            }),
            Names{});
}

TEST(ThreadingBarrier, used_on_when_broken_is_a_finding) {
  EXPECT_EQ(findings_of([] {
              Barrier barrier(2);
              barrier.abort();
              static_cast<void>(passes(barrier));
            }),
            Names{"broken-barrier"});
  EXPECT_EQ(findings_of([] {
              Barrier barrier(2);
              const auto work = [&] {
                for (int round = 0; round < 2; ++round) try {
                    barrier.wait(1ms);
                  } catch (const BrokenBarrierError&) {}
              };
              thread other(work);
              work();
              other.join();
            }),
            Names{"broken-barrier"});
  EXPECT_EQ(findings_of([] {
              Barrier barrier(2);
              thread other([&] { barrier.wait(); });
              barrier.abort();
              other.join();
            }),
            (Names{"broken-barrier", "uncaught-exception"}))
      << "it comes too late, or it waits already, and does not catch";
}

TEST(ThreadingBarrier, that_an_abort_ends_for_all_is_right) {
  EXPECT_EQ(findings_of([] {
              Barrier barrier(2);
              thread other([&] { static_cast<void>(passes(barrier)); });
              barrier.abort();
              other.join();
            }),
            Names{});
  EXPECT_EQ(findings_of(
                [] {
                  Barrier barrier(2);
                  const auto work = [&] {
                    while (throws<BrokenBarrierError>([&] { barrier.wait(1ms); })) barrier.reset();
                  };
                  thread other(work);
                  work();
                  other.join();
                },
                100),
            Names{})
      << "reset before it is used again";
}

TEST(ThreadingBarrier, with_the_wrong_count_is_a_deadlock) {
  EXPECT_EQ(findings_of([] {
              Barrier barrier(3);
              thread other([&] { barrier.wait(); });
              barrier.wait();
              other.join();
            }),
            Names{"deadlock"});
}

}  // namespace
}  // namespace snag
