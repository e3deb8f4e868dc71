// condition_variable_any with locks of several types, its waits that a stop ends, and notify_all_at_thread_exit.
#include "checkers/all.h"
#include "tests/support/every_schedule.h"

#include <gtest/gtest.h>
#include <snag/snag.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace snag {
namespace {

using namespace std::chrono_literals;
using namespace snag::testing;

// A lock of the program's own, with lock() and unlock() and no more.
struct OwnLock {
  explicit OwnLock(mutex& m) : m_(m) {}
  void lock() { m_.lock(); }
  void unlock() { m_.unlock(); }

 private:
  mutex& m_;
};

template <class Mutex, class Lock>
void hand_over_a_flag() {
  Mutex m;
  condition_variable_any ready;
  bool flag = false;
  thread waiter([&] {
    Lock lock(m);
    if constexpr (std::same_as<Lock, OwnLock>) lock.lock();
    ready.wait(lock, [&] { return flag; });
    check(flag, "the predicate holds");
    if constexpr (std::same_as<Lock, OwnLock>) lock.unlock();
  });
  thread notifier([&] {
    const std::lock_guard guard(m);
    flag = true;
    ready.notify_one();
  });
  waiter.join();
  notifier.join();
}

TEST(ConditionVariableAny, waits_with_locks_of_any_type) {
  EXPECT_TRUE(holds_under_every_schedule(&hand_over_a_flag<mutex, std::unique_lock<mutex>>));
  EXPECT_TRUE(holds_under_every_schedule(&hand_over_a_flag<mutex, OwnLock>));
  EXPECT_TRUE(holds_under_every_schedule(&hand_over_a_flag<recursive_mutex, std::unique_lock<recursive_mutex>>));
  EXPECT_TRUE(holds_under_every_schedule(&hand_over_a_flag<shared_mutex, std::shared_lock<shared_mutex>>));
}

TEST(ConditionVariableAny, survives_spurious_wake_ups_with_a_predicate_only) {
  const Search one_spurious{.exhaustive_max = 3'000, .options = {.spurious_max = 1}};
  EXPECT_TRUE(holds_under_every_schedule(&hand_over_a_flag<mutex, std::unique_lock<mutex>>, one_spurious));
  const auto without_a_predicate = [] {
    mutex m;
    condition_variable_any ready;
    std::unique_lock lock(m);
    ready.wait(lock);
  };
  EXPECT_EQ(verdicts_of(without_a_predicate), std::set<Verdict>{Verdict::deadlock});
  EXPECT_EQ(verdicts_of(without_a_predicate, one_spurious), (std::set<Verdict>{Verdict::passed, Verdict::deadlock}));
}

TEST(ConditionVariableAny, loses_no_notify_between_enqueueing_and_letting_go_of_the_lock) {
  // The notifier needs no lock: its notify may fall between any two steps of the wait.
  std::set<std::string> orders;
  for_every_schedule(
      [] {
        mutex m;
        condition_variable_any ready;
        thread notifier([&] { ready.notify_one(); });
        std::unique_lock lock(m);
        ready.wait(lock);
        check(lock.owns_lock(), "the lock is held again");
        lock.unlock();
        notifier.join();
      },
      [&](const Execution& execution, const ExecutionResult& result) {
        std::string order;
        for (const Event& event : execution.trace().events) {
          if (event.phase != Phase::done) continue;
          if (event.operation.kind == OperationKind::wait) order += 'w';
          if (event.operation.kind == OperationKind::notify_one) order += 'n';
          if (event.operation.kind == OperationKind::unlock && order.find('u') == std::string::npos) order += 'u';
        }
        orders.insert(order);
        const bool lost = order.starts_with('n');
        EXPECT_EQ(result.verdict, lost ? Verdict::deadlock : Verdict::passed) << order;
      });
  EXPECT_EQ(orders, (std::set<std::string>{"nwu", "wnu", "wun"}));
}

TEST(ConditionVariableAny, notify_one_may_wake_any_waiter_and_wakes_just_one) {
  EXPECT_EQ(outcomes_of(
                [] {
                  mutex m;
                  condition_variable_any ready;
                  int waiting = 0;
                  std::string order;
                  const auto wait = [&](char name) {
                    std::unique_lock lock(m);
                    ++waiting;
                    ready.wait(lock);
                    order += name;
                  };
                  thread one(wait, '1'), two(wait, '2');
                  for (;;) {
                    const std::lock_guard guard(m);
                    if (waiting == 2) break;
                  }
                  ready.notify_one();
                  for (;;) {
                    const std::lock_guard guard(m);
                    if (!order.empty()) break;
                  }
                  check(order.size() == 1, "just one");
                  ready.notify_all();
                  one.join();
                  two.join();
                  return order;
                },
                {.exhaustive_max = 2'000, .random_executions = 1'000}),
            (std::set<std::string>{"12", "21"}));
}

TEST(ConditionVariableAny, may_time_out_and_may_be_notified) {
  using Outcome = std::pair<cv_status, bool>;  // without a predicate, with one
  EXPECT_EQ(outcomes_of(
                [] {
                  shared_mutex m;
                  condition_variable_any ready;
                  bool flag = false;
                  Outcome outcome;
                  thread waiter([&] {
                    std::shared_lock lock(m);
                    const auto begin = steady_clock::now();
                    outcome.first = ready.wait_for(lock, 10ms);
                    check(lock.owns_lock(), "the lock is held again");
                    if (outcome.first == cv_status::timeout)
                      check(steady_clock::now() >= begin + 10ms, "time has passed");
                    outcome.second = ready.wait_until(lock, begin + 1s, [&] { return flag; });
                    check(outcome.second == flag, "the answer is what the predicate says");
                  });
                  thread notifier([&] {
                    ready.notify_all();
                    const std::lock_guard guard(m);
                    flag = true;
                    ready.notify_all();
                  });
                  waiter.join();
                  notifier.join();
                  return outcome;
                },
                {.exhaustive_max = 5'000, .random_executions = 1'000}),
            (std::set<Outcome>{{cv_status::timeout, false},
                               {cv_status::timeout, true},
                               {cv_status::no_timeout, false},
                               {cv_status::no_timeout, true}}));
}

TEST(ConditionVariableAny, that_timed_out_takes_no_notify_from_another) {
  EXPECT_EQ(verdicts_of([] {
              mutex m;
              condition_variable_any ready;
              bool timed_out = false;
              std::unique_lock lock(m);
              thread untimed([&] {
                std::unique_lock own(m);
                if (!timed_out) ready.wait(own);
              });
              timed_out = ready.wait_for(lock, 1s) == cv_status::timeout;
              check(timed_out, "nobody notifies while it waits");
              ready.notify_one();
              lock.unlock();
              untimed.join();
            }),
            std::set<Verdict>{Verdict::passed});
}

TEST(ConditionVariableAny, leaves_the_queue_when_the_lock_throws) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    mutex m;
    condition_variable_any ready;
    std::unique_lock<mutex> unlocked(m, std::defer_lock);
    bool refused = false;
    try {
      ready.wait(unlocked);
    } catch (const std::system_error& error) { refused = error.code() == std::errc::operation_not_permitted; }
    check(refused, "the lock's own error comes through");
    ready.notify_one();  // finds nobody
  }));
  const Trace trace = trace_of([] {
    mutex m;
    condition_variable_any ready;
    std::unique_lock<mutex> unlocked(m, std::defer_lock);
    try {
      ready.wait(unlocked);
    } catch (const std::system_error&) {}
    ready.notify_one();
  });
  ASSERT_EQ(events_of(trace, OperationKind::notify_one).size(), 1U);
  EXPECT_EQ(events_of(trace, OperationKind::notify_one)[0].before, 0U);
}

TEST(ConditionVariableAny, terminates_when_the_lock_cannot_be_taken_again) {
  struct Broken {
    void lock() { throw std::runtime_error("cannot lock"); }
    void unlock() {}
  };
  EXPECT_EQ(verdicts_of([] {
              condition_variable_any ready;
              Broken lock;
              ready.wait_for(lock, 1ms);
            }),
            std::set<Verdict>{Verdict::crash});
}

// ---- Stop ------------------------------------------------------------------------------------------------------

TEST(ConditionVariableAny, is_woken_by_a_stop_whenever_it_comes) {
  using Outcome = std::pair<bool, bool>;  // the answer, the flag
  EXPECT_EQ(outcomes_of(
                [] {
                  mutex m;
                  condition_variable_any ready;
                  bool flag = false;
                  Outcome outcome;
                  jthread waiter([&](const stop_token& token) {
                    std::unique_lock lock(m);
                    outcome.first = ready.wait(lock, token, [&] { return flag; });
                    outcome.second = flag;
                    check(lock.owns_lock(), "the lock is held again");
                  });
                  thread setter([&] {
                    const std::lock_guard guard(m);
                    flag = true;
                    ready.notify_one();
                  });
                  waiter.request_stop();
                  waiter.join();
                  setter.join();
                  return outcome;
                },
                {.exhaustive_max = 20'000, .random_executions = 1'000}),
            (std::set<Outcome>{{false, false}, {true, true}}));
}

TEST(ConditionVariableAny, waits_for_a_stop_and_nothing_else) {
  EXPECT_TRUE(holds_under_every_schedule(
      [] {
        mutex m;
        condition_variable_any never_notified;
        jthread waiter([&](const stop_token& token) {
          std::unique_lock lock(m);
          check(!never_notified.wait(lock, token, [] { return false; }), "only the stop ends it");
        });
        waiter.request_stop();
      },
      {.exhaustive_max = 20'000}));
}

TEST(ConditionVariableAny, timed_waits_end_by_stop_notify_or_time_out) {
  EXPECT_EQ(outcomes_of(
                [] {
                  mutex m;
                  condition_variable_any ready;
                  bool flag = false;
                  bool answers[2] = {};
                  const auto begin = steady_clock::now();
                  jthread waiter([&](const stop_token& token) {
                    std::unique_lock lock(m);
                    answers[0] = ready.wait_for(lock, token, 1s, [&] { return flag; });
                    answers[1] = ready.wait_until(lock, token, begin + 2s, [&] { return flag; });
                    if (!answers[1]) check(token.stop_requested() || steady_clock::now() >= begin + 2s, "a reason");
                  });
                  {
                    const std::lock_guard guard(m);
                    flag = true;
                  }
                  ready.notify_one();
                  waiter.request_stop();
                  waiter.join();
                  return std::pair(answers[0], answers[1]);
                },
                {.exhaustive_max = 3'000, .random_executions = 1'000}),
            (std::set<std::pair<bool, bool>>{{false, false}, {false, true}, {true, true}}));
}

TEST(ConditionVariableAny, in_ideal_time_times_out_only_when_nobody_can_go_on) {
  EXPECT_EQ(outcomes_of(
                [] {
                  mutex m;
                  condition_variable_any ready;
                  bool flag = false;
                  thread setter([&] {
                    this_thread::sleep_for(1s);
                    const std::lock_guard guard(m);
                    flag = true;
                    ready.notify_one();
                  });
                  std::unique_lock lock(m);
                  const bool soon = ready.wait_for(lock, 1ms, [&] { return flag; });
                  const bool later = ready.wait_for(lock, 2s, [&] { return flag; });
                  lock.unlock();
                  setter.join();
                  return std::pair(soon, later);
                },
                {.time = TimeModel::ideal}),
            (std::set<std::pair<bool, bool>>{{false, true}}));
}

// ---- Findings, and an execution that is abandoned ----------------------------------------------------------------

TEST(ConditionVariableAny, shows_a_lost_wake_up) {
  const Scenario scenario{.name = "test", .body = [] {
                            mutex m;
                            condition_variable_any ready;
                            thread notifier([&] { ready.notify_one(); });
                            std::unique_lock lock(m);
                            ready.wait(lock);
                            lock.unlock();
                            notifier.join();
                          }};
  const auto checkers = all_checkers();
  std::set<std::string> names;
  Execution execution;
  ExhaustiveStrategy strategy;
  for (std::uint64_t number = 0; strategy.begin(number); ++number) {
    const ExecutionResult result = execution.run(scenario, strategy, checkers);
    strategy.end(execution.schedule(), result.points);
    for (const Finding& finding : result.findings) names.insert(finding.checker);
  }
  EXPECT_EQ(names, (std::set<std::string>{"deadlock", "lost-wakeup"}));
}

TEST(ConditionVariableAny, waits_are_abandoned_cleanly) {
  const auto alive = std::make_shared<int>();
  for_every_schedule(
      [&] {
        mutex m;
        condition_variable_any ready;
        const auto keep = alive;
        const auto wait = [&m, &ready, keep] {
          std::unique_lock lock(m);
          ready.wait(lock);
        };
        jthread stoppable([&m, &ready, keep](const stop_token&) {
          stop_source never_stopped;
          std::unique_lock lock(m);
          ready.wait(lock, never_stopped.get_token(), [] { return false; });
        });
        thread one(wait), two(wait);
        one.join();
        two.join();
        stoppable.join();
      },
      [&](const Execution&, const ExecutionResult& result) {
        EXPECT_EQ(result.verdict, Verdict::deadlock);
        EXPECT_EQ(alive.use_count(), 1) << "all threads gave back what they held";
      },
      {.exhaustive_max = 100, .random_executions = 50});
}

// ---- At the end of a thread --------------------------------------------------------------------------------------

TEST(NotifyAllAtThreadExit, lets_go_of_the_lock_and_notifies_when_the_thread_ends) {
  EXPECT_TRUE(holds_under_every_schedule(
      [] {
        mutex m;
        condition_variable ready;
        bool flag = false;
        int inside = 0;
        thread worker([&] {
          std::unique_lock lock(m);
          flag = true;
          ++inside;
          notify_all_at_thread_exit(ready, std::move(lock));
          check(!lock.owns_lock(), "the lock was handed over");
          this_thread::yield();
          --inside;  // still under the lock
        });
        {
          std::unique_lock lock(m);
          ready.wait(lock, [&] { return flag; });
          check(inside == 0, "the thread has come to its end");
        }
        worker.join();
      },
      {.exhaustive_max = 5'000}));
}

}  // namespace
}  // namespace snag
