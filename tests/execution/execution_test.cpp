// The decision site: what is a choice, who is offered, how runs end.
#include "harness/execution/execution.h"

#include "checkers/all.h"
#include "harness/strategies/exhaustive.h"
#include "harness/strategies/mixed.h"
#include "harness/strategies/pct.h"
#include "harness/strategies/random.h"
#include "harness/strategies/replay.h"
#include "harness/strategies/round_robin.h"
#include "tests/support/scripted_strategy.h"

#include <gtest/gtest.h>
#include <snag/snag.h>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

#include <algorithm>
#include <array>
#include <cfenv>
#include <chrono>
#include <deque>
#include <mutex>
#include <set>
#include <vector>

namespace snag {
namespace {

using namespace std::chrono_literals;

// Watches and finds nothing: with a checker present the trace tells who waits.
class Onlooker : public Checker {
 public:
  void begin() override {}
  void observe(const Event&, const Observation&, Findings&) override {}
  void finish(const Outcome&, const Observation&, Findings&) override {}
};

ExecutionResult run(const std::function<void()>& body, Strategy& strategy, Execution& execution,
                    TimeModel time = TimeModel::adversarial) {
  std::vector<std::unique_ptr<Checker>> watching;
  watching.push_back(std::make_unique<Onlooker>());
  strategy.begin(0);
  return execution.run({.name = "test", .body = body, .time = time}, strategy, watching);
}

std::vector<OperationKind> kinds_of(const Trace& trace) {
  std::vector<OperationKind> kinds;
  for (const Event& event : trace.events) kinds.push_back(event.operation.kind);
  return kinds;
}

TEST(Execution, runs_newborns_to_their_first_operation_before_it_decides) {
  Execution execution;
  ScriptedStrategy script({2});
  run(
      [] {
        atomic<int> x{0};
        thread one([&] { x.store(1); }), two([&] { x.store(2); });
        one.join();
        two.join();
      },
      script, execution);
  ASSERT_EQ(script.offered.size(), 1U) << "both stores are published before the only choice";
  EXPECT_EQ(script.offered[0], (std::vector<ThreadIndex>{1, 2}));
  EXPECT_EQ(
      kinds_of(execution.trace()),
      (std::vector<OperationKind>{OperationKind::begin, OperationKind::spawn, OperationKind::spawn,
                                  OperationKind::begin, OperationKind::begin, OperationKind::join, OperationKind::store,
                                  OperationKind::end, OperationKind::store, OperationKind::end, OperationKind::join,
                                  OperationKind::join, OperationKind::end}));
}

TEST(Execution, counts_no_preemption_for_whoever_begins) {
  std::set<std::vector<int>> orders;
  ExhaustiveStrategy strategy(0);
  Execution execution;
  for (std::uint64_t number = 0; strategy.begin(number); ++number) {
    std::vector<int> order;
    const auto body = [&order] {
      atomic<int> steps{0};
      const auto work = [&order, &steps](int self) {
        for (int i = 0; i < 3; ++i) {
          steps.fetch_add(1);
          order.push_back(self);
        }
      };
      thread one(work, 1), two(work, 2);
      one.join();
      two.join();
    };
    const ExecutionResult result = execution.run({.name = "test", .body = body}, strategy, {});
    strategy.end(execution.schedule(), result.points);
    orders.insert(order);
  }
  EXPECT_TRUE(orders.contains({1, 1, 1, 2, 2, 2}));
  EXPECT_TRUE(orders.contains({2, 2, 2, 1, 1, 1}));
}

TEST(Execution, follows_the_script_thread_by_thread) {
  int value = 0;
  for (const auto& [script, expected] :
       {std::pair{std::vector<ThreadIndex>{1, 1, 2, 2}, 2}, std::pair{std::vector<ThreadIndex>{1, 2, 1, 2}, 1}}) {
    Execution execution;
    ScriptedStrategy strategy(script);
    run(
        [&] {
          shared<int> x{0};
          const auto add = [&] { x = x + 1; };
          thread one(add), two(add);
          one.join();
          two.join();
          value = x;
        },
        strategy, execution);
    EXPECT_EQ(value, expected);
  }
}

TEST(Execution, offers_no_thread_that_waits) {
  Execution execution;
  ScriptedStrategy script;
  run(
      [] {
        mutex m;
        m.lock();
        thread one([&] { std::lock_guard guard(m); });
        thread two([&] { std::lock_guard guard(m); });
        m.unlock();
        one.join();
        two.join();
      },
      script, execution);
  ASSERT_FALSE(script.offered.empty());
  EXPECT_EQ(script.offered[0], (std::vector<ThreadIndex>{1, 2}))
      << "while T0 held the lock it went alone; then it waits in join";
}

TEST(Execution, tells_a_waiting_thread_once) {
  Execution execution;
  ScriptedStrategy script({1, 1, 2});
  run(
      [] {
        mutex m;
        const auto work = [&] {
          std::lock_guard guard(m);
          this_thread::yield();
          this_thread::yield();
        };
        thread one(work), two(work);
        one.join();
        two.join();
      },
      script, execution);
  std::size_t waiting = 0;
  for (const Event& event : execution.trace().events)
    if (event.phase == Phase::waiting && event.operation.kind == OperationKind::lock) ++waiting;
  EXPECT_EQ(waiting, 1U);
}

TEST(Execution, ends_in_deadlock_when_nobody_can_go) {
  Execution execution;
  ScriptedStrategy script;
  const ExecutionResult result = run(
      [] {
        binary_semaphore never_released{0};
        thread one([&] { never_released.acquire(); });
        one.join();
      },
      script, execution);
  EXPECT_EQ(result.verdict, Verdict::deadlock);
}

TEST(Execution, waits_for_threads_that_nobody_joined) {
  bool done = false;
  Execution execution;
  ScriptedStrategy script;
  const ExecutionResult result = run(
      [&] {
        thread([&] {
          this_thread::yield();
          done = true;
        }).detach();
      },
      script, execution);
  EXPECT_TRUE(done);
  EXPECT_EQ(result.verdict, Verdict::passed);
}

TEST(Execution, counts_threads_that_never_reached_a_scheduling_point) {
  Execution execution;
  ScriptedStrategy script;
  int plain = 0;
  const ExecutionResult result = run(
      [&] {
        thread one([&] { plain = 1; });
        one.join();
      },
      script, execution);
  EXPECT_EQ(result.untested, 1U);
}

TEST(Execution, runs_the_invariant_after_all_threads) {
  std::vector<int> order;
  Execution execution;
  ScriptedStrategy script;
  script.begin(0);
  execution.run({.name = "test",
                 .body =
                     [&] {
                       thread([&] {
                         this_thread::yield();
                         order.push_back(1);
                       }).detach();
                     },
                 .invariant = [&] { order.push_back(2); }},
                script, {});
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
}

// ---- Spinning --------------------------------------------------------------------------------------------------

void wait_for_a_flag() {
  atomic<bool> flag{false};
  thread spinner([&] {
    while (!flag.load()) {}
  });
  thread setter([&] { flag.store(true); });
  spinner.join();
  setter.join();
}

void wait_politely_for_a_flag() {
  atomic<bool> flag{false};
  thread spinner([&] {
    while (!flag.load()) this_thread::yield();
  });
  thread setter([&] {
    this_thread::sleep_for(1s);
    flag.store(true);
  });
  spinner.join();
  setter.join();
}

TEST(Spinning, is_held_back_by_every_strategy) {
  std::vector<std::unique_ptr<Strategy>> strategies;
  strategies.push_back(std::make_unique<RandomStrategy>(1, 1.0));  // would never leave a thread that can go on
  strategies.push_back(std::make_unique<PctStrategy>(1, 3));
  strategies.push_back(std::make_unique<RoundRobinStrategy>());
  strategies.push_back(std::make_unique<ExhaustiveStrategy>());
  strategies.push_back(MixedStrategy::portfolio(1));
  for (const auto& strategy : strategies)
    for (const auto& body : {&wait_for_a_flag, &wait_politely_for_a_flag}) {
      Execution execution({.steps_max = 1000});
      for (std::uint64_t number = 0; number < 50 && strategy->begin(number); ++number) {
        const ExecutionResult result = execution.run({.name = "spin", .body = body}, *strategy, {});
        strategy->end(execution.schedule(), result.points);
        ASSERT_EQ(result.verdict, Verdict::passed);
        ASSERT_LT(result.points, 60U);
      }
    }
}

TEST(Spinning, lets_exhaustive_search_end) {
  ExhaustiveStrategy strategy;
  Execution execution({.steps_max = 1000});
  std::uint64_t executions = 0;
  while (strategy.begin(executions)) {
    const ExecutionResult result = execution.run({.name = "spin", .body = &wait_for_a_flag}, strategy, {});
    strategy.end(execution.schedule(), result.points);
    ASSERT_EQ(result.verdict, Verdict::passed);
    ASSERT_LT(++executions, 1000U);
  }
  EXPECT_TRUE(strategy.exhausted());
}

TEST(Spinning, by_one_thread_does_not_keep_another_one_going) {
  ExhaustiveStrategy strategy;
  Execution execution({.steps_max = 1000});
  std::uint64_t executions = 0;
  while (strategy.begin(executions)) {
    const ExecutionResult result = execution.run({.name = "spin",
                                                  .body =
                                                      [] {
                                                        atomic<bool> ready{false};
                                                        const auto wait = [&] {
                                                          while (!ready.load()) {}
                                                        };
                                                        thread one(wait), other(wait);
                                                        ready.store(true);
                                                        one.join();
                                                        other.join();
                                                      }},
                                                 strategy, {});
    strategy.end(execution.schedule(), result.points);
    ASSERT_EQ(result.verdict, Verdict::passed) << "the two pollers passed the turn to each other for ever";
    ASSERT_LT(++executions, 1000U);
  }
  EXPECT_TRUE(strategy.exhausted());
}

// T1 looks `looks` times at what nobody changes, then writes; T2 reads.
Scenario look_then_write(int looks, std::set<int>& read) {
  return {.name = "bounded", .body = [looks, &read] {
            atomic<int> x{0}, y{0};
            thread one([&] {
              for (int i = 0; i < looks; ++i) (void)x.load();
              y.store(1);
            });
            thread two([&] { read.insert(y.load()); });
            one.join();
            two.join();
          }};
}

TEST(Spinning, is_not_a_bounded_loop_that_looks_twice) {
  std::set<int> read;
  const Scenario scenario = look_then_write(2, read);
  ExhaustiveStrategy strategy;
  Execution execution;
  bool in_vain = false;
  for (std::uint64_t number = 0; strategy.begin(number); ++number) {
    const ExecutionResult result = execution.run(scenario, strategy, {});
    strategy.end(execution.schedule(), result.points);
    in_vain = in_vain || result.polled_in_vain;
  }
  EXPECT_EQ(read, (std::set<int>{0, 1}));
  EXPECT_FALSE(in_vain);
}

TEST(Spinning, that_turns_out_to_be_a_bounded_loop_is_owned_up_to) {
  std::set<int> read;
  const Scenario scenario = look_then_write(3, read);
  ExhaustiveStrategy strategy;
  Execution execution;
  bool in_vain = false;
  for (std::uint64_t number = 0; strategy.begin(number); ++number) {
    const ExecutionResult result = execution.run(scenario, strategy, {});
    strategy.end(execution.schedule(), result.points);
    in_vain = in_vain || result.polled_in_vain;
  }
  EXPECT_TRUE(in_vain) << "what was held back went on unchanged: not every interleaving was offered";
}

TEST(Spinning, on_what_changes_in_the_end_is_not_in_vain) {
  ExhaustiveStrategy strategy;
  Execution execution;
  for (std::uint64_t number = 0; strategy.begin(number); ++number) {
    const ExecutionResult result = execution.run({.name = "spin", .body = &wait_for_a_flag}, strategy, {});
    strategy.end(execution.schedule(), result.points);
    ASSERT_FALSE(result.polled_in_vain);
  }
}

std::string hint_of(const Finding& finding) { return std::get<std::string>(finding.hint.parts().front()); }

TEST(Spinning, on_what_nobody_changes_is_a_livelock) {
  Execution execution({.steps_max = 2000});
  RandomStrategy strategy(1);
  const ExecutionResult result = run(
      [] {
        atomic<bool> one_goes{false}, two_goes{false};
        thread one([&] {
          while (!two_goes.load()) this_thread::yield();
        });
        thread two([&] {
          while (!one_goes.load()) this_thread::yield();
        });
        one.join();
        two.join();
      },
      strategy, execution);
  EXPECT_EQ(result.verdict, Verdict::step_limit);
  ASSERT_EQ(result.findings.size(), 1U);
  EXPECT_EQ(result.findings[0].checker, "livelock");
  EXPECT_EQ(result.findings[0].threads, (std::vector<ThreadIndex>{1, 2}));
  EXPECT_EQ(result.findings[0].steps.size(), 4U) << "each thread's cycle, folded: a load and a yield";
  EXPECT_NE(hint_of(result.findings[0]).find("polls"), std::string::npos);
}

TEST(Spinning, tells_of_a_thread_that_waits_just_now_and_has_repeated_itself_with_the_others) {
  for (const Step limit : {2000U, 2002U, 2004U}) {  // whoever waits at the limit
    Execution execution({.steps_max = limit});
    RandomStrategy strategy(1);
    const ExecutionResult result = run(
        [] {
          binary_semaphore ping{1}, pong{0};
          thread idle([] {
            binary_semaphore never{0};
            never.acquire();
          });
          thread one([&] {
            for (;;) {
              ping.acquire();
              pong.release();
            }
          });
          thread two([&] {
            for (;;) {
              pong.acquire();
              ping.release();
            }
          });
          one.join();
        },
        strategy, execution);
    ASSERT_EQ(result.findings.size(), 1U);
    EXPECT_EQ(result.findings[0].checker, "livelock");
    EXPECT_EQ(result.findings[0].threads, (std::vector<ThreadIndex>{2, 3})) << "T1 waits, and did nothing";
    EXPECT_NE(hint_of(result.findings[0]).find("answer"), std::string::npos);
  }
}

// Each of `count` threads takes its own lock and its neighbour's, and backs off when the second is not free: by std::lock,
// or by a try_lock in a loop.
void neighbours(int count, bool by_std_lock) {
  std::deque<mutex> locks(static_cast<std::size_t>(count));
  std::vector<thread> threads;
  for (int i = 0; i < count; ++i) {
    threads.emplace_back([&, i] {
      mutex& own = locks[static_cast<std::size_t>(i)];
      mutex& next = locks[static_cast<std::size_t>((i + 1) % count)];
      if (by_std_lock) {
        std::lock(own, next);
      } else {
        for (;;) {
          own.lock();
          if (next.try_lock()) break;
          own.unlock();
        }
      }
      next.unlock();
      own.unlock();
    });
  }
  for (thread& each : threads) each.join();
}

TEST(Spinning, of_threads_that_back_off_in_step_ends) {
  for (int count = 2; count <= 6; ++count) {
    for (const bool by_std_lock : {false, true}) {
      RoundRobinStrategy strategy;
      Execution execution({.steps_max = 5'000});
      const auto body = [&] { neighbours(count, by_std_lock); };
      ASSERT_EQ(run(body, strategy, execution).verdict, Verdict::passed) << count << (by_std_lock ? " std::lock" : "");
      ASSERT_TRUE(execution.trace().paused || count == 2) << count << ": they never got in step";
      // As tokens made before there were pauses of different lengths must do it.
      ReplayStrategy again(execution.schedule(), Comparison::full);
      Execution second(
          {.steps_max = 5'000, .spinning = rule_followed(execution.trace(), execution.options().spinning)});
      const ExecutionResult replayed = run(body, again, second);
      ASSERT_FALSE(replayed.diverged) << count;
      ASSERT_EQ(second.trace().events.size(), execution.trace().events.size()) << count;
    }
  }
}

TEST(Spinning, under_the_plainer_rule_is_as_it_was_when_tokens_did_not_say_it) {
  RoundRobinStrategy strategy;
  Execution execution({.steps_max = 5'000, .spinning = SpinRule::after_a_step});
  EXPECT_EQ(run([] { neighbours(3, true); }, strategy, execution).verdict, Verdict::step_limit);
  EXPECT_FALSE(execution.trace().paused);
  EXPECT_EQ(rule_followed(execution.trace(), SpinRule::after_a_pause), SpinRule::after_a_step);
}

TEST(Spinning, is_not_confused_with_a_long_execution) {
  Execution execution({.steps_max = 2000});
  RandomStrategy strategy(1);
  const ExecutionResult result = run(
      [] {
        atomic<int> x{0};
        for (;;) x.fetch_add(1);
      },
      strategy, execution);
  EXPECT_EQ(result.verdict, Verdict::step_limit);
  EXPECT_TRUE(result.findings.empty()) << "inconclusive, not a livelock";
}

TEST(Spinning, on_the_clock_lets_time_pass) {
  Execution execution({.steps_max = 1000});
  RandomStrategy strategy(1);
  const ExecutionResult result = run(
      [] {
        const auto end = steady_clock::now() + 5ms;
        while (steady_clock::now() < end) {}
      },
      strategy, execution);
  EXPECT_EQ(result.verdict, Verdict::passed);
}

// ---- Time ------------------------------------------------------------------------------------------------------

TEST(Time, is_adversarial_a_long_sleep_may_end_before_a_short_one) {
  std::set<std::vector<int>> orders;
  for (const std::vector<ThreadIndex>& script : {std::vector<ThreadIndex>{1, 2}, std::vector<ThreadIndex>{2, 1}}) {
    Execution execution;
    ScriptedStrategy strategy(script);
    std::vector<int> order;
    run(
        [&] {
          thread one([&] {
            this_thread::sleep_for(1h);
            order.push_back(1);
          });
          thread two([&] {
            this_thread::sleep_for(1ms);
            order.push_back(2);
          });
          one.join();
          two.join();
        },
        strategy, execution);
    orders.insert(order);
  }
  EXPECT_EQ(orders.size(), 2U);
}

TEST(Time, that_is_ideal_wakes_the_earliest_deadline_first) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Execution execution;
    RandomStrategy strategy(seed);
    std::vector<int> order;
    std::int64_t end = 0;
    run(
        [&] {
          thread one([&] {
            this_thread::sleep_for(2s);
            order.push_back(1);
          });
          thread two([&] {
            this_thread::sleep_for(1s);
            order.push_back(2);
          });
          one.join();
          two.join();
          end = steady_clock::now().time_since_epoch().count();
        },
        strategy, execution, TimeModel::ideal);
    EXPECT_EQ(order, (std::vector<int>{2, 1}));
    EXPECT_EQ(end, 2'000'000'000);
  }
}

TEST(Time, only_moves_forward) {
  Execution execution;
  ScriptedStrategy strategy({1, 2, 1, 2});
  bool forward = true;
  run(
      [&] {
        const auto nap = [&](std::chrono::milliseconds duration) {
          const auto before = steady_clock::now();
          this_thread::sleep_for(duration);
          forward = forward && steady_clock::now() >= before + duration;
        };
        thread one(nap, 500ms), two(nap, 3ms);
        one.join();
        two.join();
      },
      strategy, execution);
  EXPECT_TRUE(forward);
}

// ---- What belongs to a fiber ---------------------------------------------------------------------------------------

TEST(Fibers, keep_their_own_exceptions_in_flight) {
  Execution execution;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    RandomStrategy strategy(seed);
    int mixed_up = 0;
    run(
        [&] {
          const auto work = [&](int number) {
            for (int i = 0; i < 3; ++i) try {
                throw number;
              } catch (int caught) {
                this_thread::yield();
                try {
                  this_thread::yield();
                  throw;
                } catch (int again) {
                  this_thread::yield();
                  if (again != caught || caught != number || std::uncaught_exceptions() != 0) ++mixed_up;
                }
              }
          };
          thread one(work, 1), two(work, 2), three(work, 3);
          one.join();
          two.join();
          three.join();
        },
        strategy, execution);
    ASSERT_EQ(mixed_up, 0);
  }
}

TEST(Fibers, keep_the_rounding_mode_of_each_thread) {
  Execution execution;
  ScriptedStrategy strategy({1, 2, 1, 2, 1, 2});
  bool kept = true;
  run(
      [&] {
        const auto work = [&](int mode) {
          std::fesetround(mode);
          for (int i = 0; i < 3; ++i) {
            this_thread::yield();
            kept = kept && std::fegetround() == mode;
          }
          std::fesetround(FE_TONEAREST);
        };
        thread one(work, FE_UPWARD), two(work, FE_DOWNWARD);
        one.join();
        two.join();
      },
      strategy, execution);
  EXPECT_TRUE(kept);
}

TEST(Fibers, begin_with_the_rounding_mode_of_who_started_them) {
  Execution execution;
  std::vector<int> seen;
  for (int i = 0; i < 2; ++i) {
    ScriptedStrategy strategy;
    run(
        [&] {
          seen.push_back(std::fegetround());
          std::fesetround(FE_UPWARD);
          thread one([&] {
            seen.push_back(std::fegetround());
            std::fesetround(FE_DOWNWARD);
          });
          one.join();
          seen.push_back(std::fegetround());
        },
        strategy, execution);
  }
  EXPECT_EQ(seen, (std::vector{FE_TONEAREST, FE_UPWARD, FE_UPWARD, FE_TONEAREST, FE_UPWARD, FE_UPWARD}));
  EXPECT_EQ(std::fegetround(), FE_TONEAREST);
}

#if defined(__x86_64__)
constexpr unsigned flush_to_zero = 0x8000;

TEST(Fibers, leave_the_flushing_of_small_numbers_to_zero_to_their_own_execution) {
  Execution execution;
  std::vector<bool> flushes;
  for (int i = 0; i < 2; ++i) {
    ScriptedStrategy strategy;
    run(
        [&] {
          flushes.push_back((_mm_getcsr() & flush_to_zero) != 0);
          thread one([] { _mm_setcsr(_mm_getcsr() | flush_to_zero); });
          one.join();
          flushes.push_back((_mm_getcsr() & flush_to_zero) != 0);
        },
        strategy, execution);
  }
  EXPECT_EQ(flushes, (std::vector{false, true, false, true}));
  EXPECT_EQ(_mm_getcsr() & flush_to_zero, 0U);
}
#endif

// ---- What is told of locks -------------------------------------------------------------------------------------------

// The lock that each event tells as the one taken last, of all that take one; no_object for those that tell none.
std::vector<ObjectIndex> told_outer(const std::function<void()>& body) {
  Execution execution;
  ScriptedStrategy strategy;
  run(body, strategy, execution);
  std::vector<ObjectIndex> told;
  for (const Event& event : execution.trace().events) {
    const OperationKind kind = event.operation.kind;
    if (event.phase != Phase::done) continue;
    if (kind == OperationKind::lock || kind == OperationKind::reacquire || kind == OperationKind::try_lock)
      told.push_back(event.outer);
  }
  return told;
}

TEST(TakingALock, tells_which_lock_was_taken_last) {
  EXPECT_EQ(told_outer([] {
              mutex a, b, c;
              a.lock();
              b.lock();
              a.unlock();
              c.lock();
              b.unlock();
              static_cast<void>(a.try_lock());
              c.unlock();
              a.unlock();
              b.lock();
              b.unlock();
            }),
            (std::vector<ObjectIndex>{no_object, 0, 1, 2, no_object}));
}

TEST(TakingALock, tells_it_after_a_wait_too) {
  EXPECT_EQ(told_outer([] {
              mutex a, b;
              condition_variable condition;
              std::unique_lock outer(a);
              std::unique_lock inner(b);
              thread wakes([&] { condition.notify_one(); });
              condition.wait(inner);
              wakes.join();
            }),
            (std::vector<ObjectIndex>{no_object, 0, 0}));
}

TEST(TakingALock, tells_nothing_where_there_are_locks_of_other_kinds) {
  EXPECT_EQ(told_outer([] {
              recursive_mutex a;
              mutex b, c;
              a.lock();
              b.lock();
              c.lock();
              c.unlock();
              b.unlock();
              a.unlock();
            }),
            (std::vector<ObjectIndex>{no_object, no_object, no_object}));
}

TEST(TakingALock, tells_nothing_of_more_locks_than_are_followed) {
  const std::vector<ObjectIndex> told = told_outer([] {
    std::array<mutex, locks_told + 2> locks;
    for (mutex& each : locks) each.lock();
    for (mutex& each : locks) each.unlock();
    locks[0].lock();
    locks[1].lock();
    locks[1].unlock();
    locks[0].unlock();
  });
  std::vector<ObjectIndex> expected{no_object, 0, 1, 2, 3, 4, 5, 6};
  expected.resize(locks_told + 4, no_object);
  EXPECT_EQ(told, expected);
}

// ---- Misuse of snag itself -------------------------------------------------------------------------------------------

TEST(Usage, outside_an_execution_tells_the_mend) {
  try {
    mutex m;
    FAIL() << "no error";
  } catch (const UsageError& error) {
    EXPECT_NE(std::string(error.what()).find("inside a scenario's body"), std::string::npos) << error.what();
  }
  EXPECT_THROW(check(true, "text"), UsageError);
  EXPECT_THROW(choose(2), UsageError);
  EXPECT_THROW(this_thread::yield(), UsageError);
  EXPECT_THROW(shared<int>{1}, UsageError);
  EXPECT_THROW(thread([] {}), UsageError);
}

TEST(Usage, of_an_object_from_another_execution_is_told) {
  Execution execution;
  ScriptedStrategy strategy;
  std::unique_ptr<mutex> kept;
  run([&] { kept = std::make_unique<mutex>(); }, strategy, execution);
  EXPECT_THROW(run([&] { kept->lock(); }, strategy, execution), UsageError);
  EXPECT_EQ(run(
                [] {
                  mutex m;
                  m.lock();
                  m.unlock();
                },
                strategy, execution)
                .verdict,
            Verdict::passed)
      << "the next run is unharmed";
}

TEST(Usage, of_an_execution_inside_another_is_refused) {
  Execution execution;
  ScriptedStrategy strategy;
  EXPECT_THROW(run(
                   [&] {
                     Execution inner;
                     ScriptedStrategy other;
                     run([] {}, other, inner);
                   },
                   strategy, execution),
               UsageError);
}

TEST(Replay, gives_the_same_trace_and_says_where_it_parts) {
  const auto body = [](int increments) {
    return [increments] {
      shared<int> x{0};
      const auto add = [&] {
        for (int i = 0; i < increments; ++i) x = x + 1;
      };
      thread one(add), two(add);
      one.join();
      two.join();
    };
  };
  Execution execution;
  RandomStrategy random(7);
  run(body(3), random, execution);
  const Schedule schedule = execution.schedule();
  const std::vector<OperationKind> kinds = kinds_of(execution.trace());

  ReplayStrategy same(schedule);
  EXPECT_FALSE(run(body(3), same, execution).diverged);
  EXPECT_EQ(kinds_of(execution.trace()), kinds);
  EXPECT_EQ(execution.schedule(), schedule);

  ReplayStrategy other(schedule);
  const ExecutionResult result = run(body(4), other, execution);
  EXPECT_TRUE(result.diverged);
  ASSERT_TRUE(other.divergence().has_value());
}

}  // namespace
}  // namespace snag
