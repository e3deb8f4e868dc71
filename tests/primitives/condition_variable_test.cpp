// condition_variable: wake-ups, spurious wake-ups and misuse, under every schedule. Timed waits: timed_wait_test.cpp.
#include "tests/support/every_schedule.h"

#include <gtest/gtest.h>
#include <snag/snag.h>

#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <system_error>
#include <vector>

namespace snag {
namespace {

using namespace snag::testing;

TEST(ConditionVariable, wakes_whoever_waits_for_the_predicate) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    mutex m;
    condition_variable ready;
    bool flag = false;
    thread waiter([&] {
      std::unique_lock lock(m);
      ready.wait(lock, [&] { return flag; });
      check(flag && lock.owns_lock(), "the predicate holds and so does the lock");
    });
    thread notifier([&] {
      const std::lock_guard guard(m);
      flag = true;
      ready.notify_one();
    });
    waiter.join();
    notifier.join();
  }));
}

TEST(ConditionVariable, releases_the_mutex_and_waits_as_one) {
  // Were there a gap between unlock and wait, the notification would be lost in it.
  holds_under_every_schedule([] {
    mutex m;
    condition_variable ready;
    int inside = 0;
    std::unique_lock lock(m);
    thread notifier([&] {
      const std::lock_guard guard(m);
      check(inside == 0, "the waiter has let go of the mutex");
      ready.notify_one();
    });
    ++inside;
    this_thread::yield();
    --inside;
    ready.wait(lock);
    lock.unlock();
    notifier.join();
  });
}

TEST(ConditionVariable, holds_the_mutex_alone_after_a_wait) {
  holds_under_every_schedule([] {
    mutex m;
    condition_variable ready;
    bool flag = false;
    int inside = 0;
    const auto wait = [&] {
      std::unique_lock lock(m);
      ready.wait(lock, [&] { return flag; });
      check(++inside == 1, "one at a time");
      this_thread::yield();
      --inside;
    };
    thread one(wait), two(wait);
    {
      const std::lock_guard guard(m);
      flag = true;
    }
    ready.notify_all();
    one.join();
    two.join();
  });
}

// Three wait; one notify_one. Which waiter was woken first?
std::string woken_first() {
  mutex m;
  condition_variable ready;
  int waiting = 0;
  std::string order;
  const auto wait = [&](char name) {
    std::unique_lock lock(m);
    ++waiting;
    ready.wait(lock);
    order += name;
  };
  thread one(wait, '1'), two(wait, '2'), three(wait, '3');
  for (;;) {
    const std::lock_guard guard(m);
    if (waiting == 3) break;
  }
  ready.notify_one();
  for (;;) {
    const std::lock_guard guard(m);
    if (order.size() == 1) break;
  }
  ready.notify_all();
  one.join();
  two.join();
  three.join();
  return order.substr(0, 1);
}

TEST(ConditionVariable, notify_one_may_wake_any_waiter) {
  EXPECT_EQ(outcomes_of(&woken_first), (std::set<std::string>{"1", "2", "3"}));
}

TEST(ConditionVariable, notify_one_wakes_just_one) {
  EXPECT_EQ(verdicts_of([] {
              mutex m;
              condition_variable ready;
              const auto wait = [&] {
                std::unique_lock lock(m);
                ready.wait(lock);
              };
              thread one(wait), two(wait);
              ready.notify_one();
              one.join();
              two.join();
            }),
            std::set<Verdict>{Verdict::deadlock});
}

TEST(ConditionVariable, forgets_a_notification_that_nobody_waits_for) {
  EXPECT_EQ(verdicts_of([] {
              mutex m;
              condition_variable ready;
              thread waiter([&] {
                std::unique_lock lock(m);
                ready.wait(lock);
              });
              ready.notify_one();
              waiter.join();
            }),
            (std::set<Verdict>{Verdict::passed, Verdict::deadlock}));
}

// ---- Spurious wake-ups -------------------------------------------------------------------------------------------

// Whether a wait that nobody has notified came back.
bool wakes_unnotified() {
  mutex m;
  condition_variable ready;
  bool notified = false;
  bool early = false;
  thread waiter([&] {
    std::unique_lock lock(m);
    if (notified) return;
    ready.wait(lock);
    early = !notified;
  });
  {
    const std::lock_guard guard(m);
    notified = true;
    ready.notify_one();
  }
  waiter.join();
  return early;
}

TEST(SpuriousWakeUps, happen_within_their_budget_only) {
  EXPECT_EQ(outcomes_of(&wakes_unnotified), std::set<bool>{false});
  EXPECT_EQ(outcomes_of(&wakes_unnotified, {.options = {.spurious_max = 1}}), (std::set<bool>{false, true}));
}

TEST(SpuriousWakeUps, are_no_more_than_the_budget_in_one_execution) {
  const auto early_returns = [] {
    mutex m;
    condition_variable ready;
    bool stop = false;
    int early = 0;
    thread waiter([&] {
      std::unique_lock lock(m);
      while (!stop) {
        ready.wait(lock);
        if (!stop) ++early;
      }
    });
    {
      const std::lock_guard guard(m);
      stop = true;
      ready.notify_one();
    }
    waiter.join();
    return early;
  };
  EXPECT_EQ(outcomes_of(early_returns, {.options = {.spurious_max = 2}}), (std::set<int>{0, 1, 2}));
}

TEST(SpuriousWakeUps, keep_the_mutex_exclusive) {
  holds_under_every_schedule(
      [] {
        mutex m;
        condition_variable ready;
        bool flag = false;
        int inside = 0;
        const auto wait = [&] {
          std::unique_lock lock(m);
          while (!flag) {
            ready.wait(lock);
            check(++inside == 1, "one at a time");
            this_thread::yield();
            --inside;
          }
        };
        thread one(wait), two(wait);
        {
          const std::lock_guard guard(m);
          flag = true;
          ready.notify_all();
        }
        one.join();
        two.join();
      },
      {.options = {.spurious_max = 2}});
}

// ---- Events ------------------------------------------------------------------------------------------------------

TEST(ConditionVariable, records_a_notification_that_wakes_nobody) {
  const Trace trace = trace_of([] {
    condition_variable ready;
    ready.notify_one();
    ready.notify_all();
  });
  for (const OperationKind kind : {OperationKind::notify_one, OperationKind::notify_all}) {
    const std::vector<Event> notifications = events_of(trace, kind);
    ASSERT_EQ(notifications.size(), 1U);
    EXPECT_EQ(notifications[0].before, 0U);
    EXPECT_EQ(notifications[0].operation.target, no_thread);
  }
}

TEST(ConditionVariable, records_whom_it_woke) {
  std::uint64_t woken = 0;
  for_every_schedule([] { wakes_unnotified(); },
                     [&](const Execution& execution, const ExecutionResult&) {
                       const Trace& trace = execution.trace();
                       const std::vector<Event> waits = events_of(trace, OperationKind::wait);
                       const std::vector<Event> notifications = events_of(trace, OperationKind::notify_one);
                       ASSERT_EQ(notifications.size(), 1U);
                       ASSERT_EQ(notifications[0].before, waits.size());
                       ASSERT_EQ(notifications[0].operation.target, waits.empty() ? no_thread : ThreadIndex{1});
                       const std::vector<Event> again = events_of(trace, OperationKind::reacquire);
                       ASSERT_EQ(again.size(), waits.size());
                       if (waits.empty()) return;
                       ASSERT_EQ(waits[0].operation.object, again[0].operation.second) << "the condition variable";
                       ASSERT_EQ(waits[0].operation.second, again[0].operation.object) << "the mutex";
                       ASSERT_LT(notifications[0].step, again[0].step);
                       ++woken;
                     });
  EXPECT_GT(woken, 0U);
}

TEST(ConditionVariable, records_a_wait_without_the_lock_and_throws) {
  const Trace trace = trace_of([] {
    mutex m;
    condition_variable ready;
    std::unique_lock lock(m, std::defer_lock);
    try {
      ready.wait(lock);
      check(false, "an error was due");
    } catch (const std::system_error& error) {
      check(error.code() == std::errc::operation_not_permitted, "operation_not_permitted");
    }
  });
  EXPECT_EQ(failure_in(trace), "");
  EXPECT_EQ(events_of(trace, OperationKind::wait_unlocked).size(), 1U);
}

TEST(ConditionVariable, destroyed_while_somebody_waits_is_recorded) {
  for_every_schedule(
      [] {
        mutex m;
        bool waiting = false;
        std::optional<condition_variable> ready(std::in_place);
        thread waiter([&] {
          std::unique_lock lock(m);
          waiting = true;
          ready->wait(lock);
        });
        for (;;) {
          const std::lock_guard guard(m);
          if (waiting) break;
        }
        ready.reset();
        waiter.join();
      },
      [](const Execution& execution, const ExecutionResult&) {
        const std::vector<Event> destroyed = events_of(execution.trace(), OperationKind::destroy);
        ASSERT_EQ(destroyed.size(), 1U);
        const ObjectIndex object = destroyed[0].operation.object;
        ASSERT_EQ(execution.trace().objects[object].kind, ObjectKind::condition_variable);
        ASSERT_EQ(destroyed[0].operation.argument, 1U) << "one waits in it";
      });
}

}  // namespace
}  // namespace snag
