// threading::Thread and the functions that tell of threads: what Python promises of them, under every schedule.
#include "tests/support/every_schedule.h"
#include "tests/support/findings_of.h"

#include <gtest/gtest.h>
#include <snag/snag.h>

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace snag {
namespace {

using namespace std::chrono_literals;
using namespace snag::testing;
using threading::Thread;
using threading::ThreadError;

// ---- Starting and joining ----------------------------------------------------------------------------------------

TEST(ThreadingThread, runs_once_it_is_started_and_has_ended_when_join_returns) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    atomic<int> steps{0};
    Thread one([&] {
      steps.fetch_add(1);
      steps.fetch_add(1);
    });
    check(steps.load() == 0, "not before it is started");
    one.start();
    one.join();
    check(steps.load() == 2, "it has ended");
    one.join();
  }));
}

TEST(ThreadingThread, passes_decayed_arguments) {
  holds_under_every_schedule([] {
    int counter = 0;
    std::array<int, 200> many{};
    many.back() = 3;
    Thread one(
        [many](int& by_reference, std::unique_ptr<int> moved, const std::string& text) {
          by_reference += *moved + many.back() + static_cast<int>(text.size());
        },
        std::ref(counter), std::make_unique<int>(5), "array");
    one.start();
    one.join();
    check(counter == 13, "all arrived");
  });
}

TEST(ThreadingThread, that_nobody_joins_is_waited_for) {
  int done = 0;
  for_every_schedule(
      [&] {
        done = 0;
        Thread([&] {
          this_thread::yield();
          ++done;
        }).start();
      },
      [&](const Execution&, const ExecutionResult& result) {
        ASSERT_EQ(result.verdict, Verdict::passed);
        ASSERT_EQ(done, 1);
      });
}

TEST(ThreadingThread, joined_for_a_while_may_or_may_not_have_ended) {
  EXPECT_EQ(outcomes_of([] {
              bool done = false;
              Thread one([&] {
                this_thread::yield();
                done = true;
              });
              one.start();
              const auto deadline = steady_clock::now() + 5ms;
              const bool ended = one.join(5ms);
              check(!ended || done, "true only if it has");
              check(ended || steady_clock::now() >= deadline, "time has passed");
              one.join();
              check(one.join(0s) && one.join(-1s), "it has ended");
              return ended;
            }),
            (std::set<bool>{false, true}));
}

TEST(ThreadingThread, in_ideal_time_is_joined_before_its_time_is_out) {
  EXPECT_EQ(outcomes_of(
                [] {
                  Thread one([] { this_thread::sleep_for(1s); });
                  one.start();
                  return !one.join(500ms) && one.join(700ms);
                },
                {.time = TimeModel::ideal}),
            std::set<bool>{true});
}

TEST(ThreadingThread, may_join_the_main_thread) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    const auto body_has_ended = std::make_shared<bool>(false);
    Thread([body_has_ended] {
      threading::main_thread().join();
      check(*body_has_ended, "the body has ended");
      check(!threading::main_thread().is_alive(), "and is not alive");
    }).start();
    this_thread::yield();
    *body_has_ended = true;
  }));
}

TEST(ThreadingThread, used_against_its_order_throws) {
  const Trace trace = trace_of([] {
    Thread one([] {});
    check(throws<ThreadError>([&] { one.join(); }), "join before start");
    check(throws<ThreadError>([&] { one.join(1s); }), "timed join before start");
    check(throws<ThreadError>([] { threading::current_thread().join(); }), "join of the current thread");
    one.start();
    check(throws<ThreadError>([&] { one.start(); }), "started twice");
    check(throws<ThreadError>([&] { one.set_daemon(true); }), "made a daemon after the start");
    one.join();
    check(throws<ThreadError>([&] { one.start(); }), "started after its end");
  });
  EXPECT_EQ(failure_in(trace), "");
  const std::vector<Event> misuses = events_of(trace, OperationKind::join_misused);
  ASSERT_EQ(misuses.size(), 3U);
  EXPECT_EQ(misuses[0].operation.target, no_thread);
  EXPECT_EQ(misuses[2].operation.target, 0U);
}

TEST(ThreadingThread, ends_the_execution_when_an_exception_leaves_it) {
  EXPECT_EQ(verdicts_of([] {
              Thread one([] { throw std::runtime_error("nobody catches this"); });
              one.start();
              one.join();
            }),
            std::set<Verdict>{Verdict::crash});
}

TEST(ThreadingThread, frees_its_target_whether_it_runs_or_not) {
  const auto counted = std::make_shared<int>(0);
  for_every_schedule(
      [&] {
        Thread run([own = counted] {});
        Thread left([own = counted] {});
        Thread stuck([own = counted] { binary_semaphore(0).acquire(); });
        run.start();
        stuck.start();
        run.join();
        stuck.join();
      },
      [&](const Execution&, const ExecutionResult& result) {
        ASSERT_EQ(result.verdict, Verdict::deadlock);
        ASSERT_EQ(counted.use_count(), 1);
      },
      {.exhaustive_max = 20, .random_executions = 20});
}

// ---- Who is there ------------------------------------------------------------------------------------------------

TEST(ThreadingThread, is_alive_from_its_start_to_its_end) {
  EXPECT_EQ(outcomes_of([] {
              Thread one([] { this_thread::yield(); });
              check(!one.is_alive(), "not before its start");
              one.start();
              const bool alive = one.is_alive();
              one.join();
              check(!one.is_alive(), "not after its end");
              return alive;
            }),
            (std::set<bool>{false, true}));
}

TEST(ThreadingThread, that_is_polled_ends) {
  EXPECT_EQ(verdicts_of([] {
              Thread one([] { this_thread::yield(); });
              one.start();
              while (one.is_alive()) {}
              Thread two([] { this_thread::yield(); });
              two.start();
              while (threading::active_count() > 1) {}
              Thread three([] { this_thread::yield(); });
              three.start();
              while (!three.join(1ms)) {}
            }),
            std::set<Verdict>{Verdict::passed});
}

TEST(ThreadingThread, is_one_of_those_enumerated) {
  using Outcome = std::vector<std::string>;
  EXPECT_EQ(
      outcomes_of([] {
        Thread one({.name = "one"}, [] { this_thread::yield(); });
        Thread two({.name = "two", .daemon = true}, [] { this_thread::yield(); });
        check(threading::active_count() == 1 && threading::enumerate().front() == threading::main_thread(),
              "the main thread alone");
        one.start();
        two.start();
        Outcome names;
        for (const Thread& thread : threading::enumerate()) names.push_back(thread.name());
        one.join();
        two.join();
        check(threading::active_count() == 1, "the main thread alone again");
        return names;
      }),
      (std::set<Outcome>{{"MainThread", "one", "two"}, {"MainThread", "one"}, {"MainThread", "two"}, {"MainThread"}}));
}

TEST(ThreadingThread, knows_itself) {
  holds_under_every_schedule([] {
    check(threading::current_thread() == threading::main_thread(), "the body is the main thread");
    Thread one([&] {
      check(threading::current_thread() == one, "itself");
      check(threading::get_ident() == one.ident() && threading::get_native_id() == one.native_id(), "its number");
      check(threading::current_thread() != threading::main_thread(), "not the body");
      check(threading::main_thread().is_alive(), "which waits for it");
    });
    check(!one.ident().has_value(), "no number before the start");
    one.start();
    one.join();
    check(one.ident().has_value() && one.ident() != threading::get_ident(), "each has its own");
    check(threading::get_ident() != 0, "none is 0");
    const Thread copy = one;
    check(copy == one && copy != Thread([] {}), "copies refer to the same thread");
  });
}

// ---- Names -------------------------------------------------------------------------------------------------------

TEST(ThreadingThread, has_a_name_that_reports_show) {
  const Trace trace = trace_of([] {
    Thread given({.name = "writer"}, [] {});
    Thread set([] {});
    Thread none([] {});
    check(given.name() == "writer" && set.name() == "Thread", "before the start");
    set.set_name("reader");
    given.start();
    set.start();
    none.start();
    check(given.name() == "writer" && set.name() == "reader" && none.name() == "Thread-3", "after the start");
    set.set_name("late reader");
    check(set.name() == "late reader" && threading::main_thread().name() == "MainThread", "names");
    thread standard([] {});
    name(standard, "standard");
    jthread joining([] {});
    name(joining, "joining");
    standard.join();
  });
  EXPECT_EQ(failure_in(trace), "");
  EXPECT_EQ(display_name(trace, ThreadIndex{0}), "T0");
  EXPECT_EQ(display_name(trace, ThreadIndex{1}), "T1 (writer)");
  EXPECT_EQ(display_name(trace, ThreadIndex{2}), "T2 (late reader)");
  EXPECT_EQ(display_name(trace, ThreadIndex{3}), "T3");
  EXPECT_EQ(display_name(trace, ThreadIndex{4}), "T4 (standard)");
  EXPECT_EQ(display_name(trace, ThreadIndex{5}), "T5 (joining)");
}

TEST(Thread, that_is_none_cannot_be_named) {
  EXPECT_THROW(trace_of([] {
                 thread none;
                 name(none, "nobody");
               }),
               UsageError);
}

TEST(ThreadingThread, of_another_execution_cannot_be_used) {
  std::vector<Thread> kept;
  trace_of([&] { kept.emplace_back([] {}); });
  EXPECT_THROW(trace_of([&] { kept[0].start(); }), UsageError);
  EXPECT_THROW(trace_of([&] { kept[0].join(); }), UsageError);
}

// ---- Daemons -----------------------------------------------------------------------------------------------------

TEST(Daemon, is_what_its_maker_says_or_is) {
  holds_under_every_schedule([] {
    Thread plain([] {}), daemon({.daemon = true}, [] {});
    check(!plain.daemon() && daemon.daemon() && !threading::main_thread().daemon(), "as said");
    plain.set_daemon(true);
    check(plain.daemon(), "as said later");
    Thread maker({.daemon = true}, [] {
      Thread made([] {}), other({.daemon = false}, [] {});
      check(made.daemon() && !other.daemon(), "as its maker, unless said");
      check(threading::current_thread().daemon(), "itself");
    });
    maker.start();
    maker.join();
  });
}

TEST(Daemon, is_cut_off_wherever_it_stands) {
  const auto counted = std::make_shared<int>(0);
  std::set<int> reached;
  int steps = 0;
  for_every_schedule(
      [&] {
        steps = 0;
        const auto x = std::make_shared<atomic<int>>(0);
        Thread({.daemon = true}, [&, x, own = counted] {
          for (steps = 0; steps < 3; ++steps) x->store(steps);
        }).start();
        x->load();
      },
      [&](const Execution& execution, const ExecutionResult& result) {
        ASSERT_EQ(result.verdict, Verdict::passed);
        ASSERT_EQ(counted.use_count(), 1) << "it is unwound";
        const bool cut = !events_of(execution.trace(), OperationKind::cut_off).empty();
        ASSERT_EQ(cut, steps < 3);
        reached.insert(steps);
      });
  EXPECT_EQ(reached, (std::set<int>{0, 1, 2, 3}));
}

TEST(Daemon, that_is_blocked_for_ever_is_no_deadlock) {
  for_every_schedule(
      [] {
        const auto never_set = std::make_shared<threading::Event>();
        Thread({.daemon = true}, [never_set] { never_set->wait(); }).start();
        const auto jobs = std::make_shared<queue::Queue<int>>();
        Thread({.daemon = true}, [jobs] {
          for (;;) {
            jobs->get();
            jobs->task_done();
          }
        }).start();
        jobs->put(1);
        jobs->join();
      },
      [](const Execution& execution, const ExecutionResult& result) {
        ASSERT_EQ(result.verdict, Verdict::passed);
        ASSERT_EQ(result.parked, 0U);
        ASSERT_EQ(events_of(execution.trace(), OperationKind::cut_off).size(), 2U);
      });
}

TEST(Daemon, does_not_keep_the_others_from_deadlocking) {
  EXPECT_EQ(verdicts_of([] {
              const auto never_set = std::make_shared<threading::Event>();
              Thread({.daemon = true}, [never_set] { never_set->wait(); }).start();
              Thread([never_set] { never_set->wait(); }).start();
            }),
            std::set<Verdict>{Verdict::deadlock});
}

TEST(Daemon, is_not_cut_off_before_the_others_have_ended) {
  for_every_schedule(
      [] {
        const auto jobs = std::make_shared<queue::Queue<int>>();
        const auto answers = std::make_shared<queue::Queue<int>>();
        Thread({.daemon = true}, [=] {
          for (;;) answers->put(jobs->get() + 1);
        }).start();
        Thread([=] {
          jobs->put(1);
          check(answers->get() == 2, "the daemon answers");
        }).start();
      },
      [](const Execution& execution, const ExecutionResult& result) {
        ASSERT_EQ(result.verdict, Verdict::passed);
        ASSERT_EQ(failure_in(execution.trace()), "");
      });
}

// How many steps the daemon had taken when the invariant ran; and the invariant still works on snag's objects.
TEST(Daemon, is_gone_when_the_invariant_runs) {
  std::shared_ptr<shared<int>> steps;
  std::shared_ptr<mutex> lock;
  std::set<int> seen;
  int after_end = 0;
  const Scenario scenario{.name = "test",
                          .body =
                              [&] {
                                steps = std::make_shared<shared<int>>(0, "steps");
                                lock = std::make_shared<mutex>();
                                Thread({.daemon = true}, [&] {
                                  struct Late {
                                    shared<int>& steps;
                                    ~Late() { steps = 100; }
                                  } late{*steps};
                                  for (int i = 1; i < 3; ++i) *steps = i;
                                  for (;;) threading::current_thread().join(1ms);
                                }).start();
                              },
                          .invariant =
                              [&] {
                                const std::lock_guard guard(*lock);
                                seen.insert(steps->read());
                                after_end = steps->read();
                                check(threading::active_count() == 1,
                                      "nobody but the main thread, which always counts");
                              }};
  Execution execution;
  RandomStrategy strategy(1);
  const auto checkers = all_checkers();
  for (std::uint64_t number = 0; number < 200; ++number) {
    strategy.begin(number);
    const ExecutionResult result = execution.run(scenario, strategy, checkers);
    if (result.verdict == Verdict::finding) {
      ASSERT_EQ(result.findings.at(0).checker, "join-misuse") << "it came as far as joining itself";
      continue;
    }
    ASSERT_EQ(result.verdict, Verdict::passed);
    ASSERT_TRUE(result.findings.empty()) << result.findings[0].checker;
    ASSERT_LT(after_end, 100) << "its destructors do nothing any more";
  }
  EXPECT_TRUE(seen.contains(0) && seen.contains(1)) << "it is cut off early and late";
}

TEST(Daemon, in_a_noexcept_function_is_parked_and_started_afresh) {
  std::uint64_t parked = 0;
  for_every_schedule(
      [] {
        const auto never_set = std::make_shared<threading::Event>();
        Thread({.daemon = true}, [never_set]() noexcept { never_set->wait(); }).start();
        Thread one([] { this_thread::yield(); });
        one.start();
        one.join();
      },
      [&](const Execution&, const ExecutionResult& result) {
        ASSERT_EQ(result.verdict, Verdict::passed);
        parked += result.parked;
      },
      {.exhaustive_max = 100, .random_executions = 100});
  EXPECT_GE(parked, 100U);
}

TEST(Daemon, that_runs_for_ever_does_not_keep_the_program_from_its_end) {
  EXPECT_EQ(verdicts_of(
                [] {
                  const auto beats = std::make_shared<atomic<int>>(0);
                  Thread({.daemon = true}, [beats] {
                    for (;;) {
                      this_thread::sleep_for(1ms);
                      beats->fetch_add(1);
                    }
                  }).start();
                },
                {.exhaustive_max = 0}),
            std::set<Verdict>{Verdict::passed});
}

// ---- With the checkers -------------------------------------------------------------------------------------------

TEST(ThreadingThread, joined_often_and_late_is_silent) {
  EXPECT_EQ(findings_of([] {
              shared<int> x{0, "x"};
              Thread one([&] { x = 1; });
              one.start();
              one.join();
              one.join();
              one.join(1s);
              x = 2;
              threading::main_thread();
            }),
            Names{});
  EXPECT_EQ(findings_of([] { Thread([] { threading::main_thread().join(1s); }).start(); }), Names{});
}

TEST(ThreadingThread, seen_to_have_ended_has_done_all_it_does) {
  EXPECT_EQ(findings_of([] {
              shared<int> x{0, "x"};
              Thread one([&] { x = 1; });
              one.start();
              while (one.is_alive()) {}
              x = 2;
              Thread two([&] { x = 3; });
              two.start();
              while (threading::active_count() > 1) {}
              x = 4;
            }),
            Names{});
}

TEST(ThreadingThread, misused_is_a_finding) {
  EXPECT_EQ(findings_of([] { Thread([] {}).join(); }), Names{"join-misuse"});
  EXPECT_EQ(findings_of([] { threading::current_thread().join(); }), Names{"join-misuse"});
  EXPECT_EQ(findings_of([] {
              Thread one([] {});
              one.start();
              one.start();
            }),
            Names{"uncaught-exception"});
}

TEST(ThreadingThread, that_joins_and_is_joined_is_a_wait_cycle) {
  EXPECT_EQ(findings_of([] {
              const Thread body = threading::current_thread();
              Thread one([body] { Thread(body).join(); });
              one.start();
              one.join();
            }),
            Names{"wait-cycle"});
  EXPECT_EQ(findings_of(
                [] {
                  const Thread body = threading::current_thread();
                  Thread one([body] { Thread(body).join(); });
                  one.start();
                  one.join(1s);
                },
                300, TimeModel::ideal),
            Names{})
      << "a join that gives up closes no ring";
}

TEST(Daemon, that_holds_a_lock_at_the_end_has_leaked_nothing) {
  EXPECT_EQ(findings_of([] {
              const auto lock = std::make_shared<threading::RLock>();
              const auto never_set = std::make_shared<threading::Event>();
              Thread({.daemon = true}, [=] {
                lock->acquire();
                never_set->wait();
              }).start();
              this_thread::yield();
            }),
            Names{});
}

TEST(Daemon, that_outlives_what_it_uses_is_a_finding) {
  EXPECT_EQ(findings_of([] {
              queue::Queue<int> jobs;
              Thread({.daemon = true}, [&] { jobs.get(); }).start();
              this_thread::yield();
            }),
            Names{"destroyed-in-use"});
}

}  // namespace
}  // namespace snag
