// threading::Condition: what Python promises of it, under every schedule, over each kind of lock; timed and untimed.
#include "tests/support/every_schedule.h"
#include "tests/support/findings_of.h"

#include <gtest/gtest.h>
#include <snag/snag.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace snag {
namespace {

using namespace std::chrono_literals;
using namespace snag::testing;
using threading::Condition;
using threading::Lock;
using threading::RLock;
using threading::ThreadError;

// ---- Waiting and waking ------------------------------------------------------------------------------------------

void wait_for_a_flag(Condition& ready) {
  bool flag = false;
  thread waiter([&] {
    const std::lock_guard guard(ready);
    ready.wait_for([&] { return flag; });
    check(flag, "the predicate holds");
  });
  thread notifier([&] {
    const std::lock_guard guard(ready);
    flag = true;
    ready.notify();
  });
  waiter.join();
  notifier.join();
}

TEST(ThreadingCondition, wakes_whoever_waits_for_the_predicate) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    Condition ready;
    wait_for_a_flag(ready);
  }));
  EXPECT_TRUE(holds_under_every_schedule([] {
    Lock lock;
    Condition ready(lock);
    wait_for_a_flag(ready);
  }));
  EXPECT_TRUE(holds_under_every_schedule([] {
    RLock lock;
    Condition ready(lock);
    wait_for_a_flag(ready);
  }));
}

TEST(ThreadingCondition, shares_its_lock_with_others) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    Lock lock;
    Condition full(lock), empty(lock);
    std::optional<int> slot;
    thread producer([&] {
      for (int i = 0; i < 2; ++i) {
        const std::lock_guard guard(lock);
        empty.wait_for([&] { return !slot; });
        slot = i;
        full.notify();
      }
    });
    for (int i = 0; i < 2; ++i) {
      const std::lock_guard guard(full);
      full.wait_for([&] { return slot.has_value(); });
      check(slot == i, "in their order");
      slot.reset();
      empty.notify();
    }
    producer.join();
  }));
}

TEST(ThreadingCondition, releases_an_rlock_wholly_and_restores_it) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    Condition ready;
    bool flag = false;
    thread waiter([&] {
      ready.acquire();
      ready.acquire();
      if (!flag) ready.wait();
      check(flag, "somebody else had the lock");
      ready.release();
      check(!throws<ThreadError>([&] { ready.notify(); }), "one level is left");
      ready.release();
      check(throws<ThreadError>([&] { ready.notify(); }), "none is left");
    });
    {
      const std::lock_guard guard(ready);
      flag = true;
      ready.notify_all();
    }
    waiter.join();
  }));
}

TEST(ThreadingCondition, holds_the_lock_alone_after_a_wait) {
  holds_under_every_schedule([] {
    Condition ready;
    bool flag = false;
    int inside = 0;
    const auto wait = [&] {
      const std::lock_guard guard(ready);
      ready.wait_for([&] { return flag; });
      check(++inside == 1, "one at a time");
      this_thread::yield();
      --inside;
    };
    thread one(wait), two(wait);
    {
      const std::lock_guard guard(ready);
      flag = true;
      ready.notify_all();
    }
    one.join();
    two.join();
  });
}

TEST(ThreadingCondition, has_the_ways_of_its_lock) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    Lock lock;
    Condition ready(lock);
    ready.acquire();
    check(!ready.try_acquire() && !ready.acquire_for(1s) && !lock.try_acquire(), "it is the same lock");
    check(ready.locked() && lock.locked(), "it is locked");
    ready.release();
    check(!ready.locked(), "it is not");
    check(ready.try_lock(), "it is free");
    ready.unlock();
    ready.lock();
    ready.release();
    check(ready.acquire_for(1s), "it is free");
    ready.release();
  }));
}

// Three wait, n are notified; how many are woken?
std::size_t woken_by(std::size_t n) {
  std::set<std::size_t> woken;
  for_every_schedule(
      [n] {
        Condition ready;
        int waiting = 0;
        const auto wait = [&] {
          const std::lock_guard guard(ready);
          ++waiting;
          ready.wait();
        };
        thread one(wait), two(wait), three(wait);
        for (;;) {
          const std::lock_guard guard(ready);
          if (waiting < 3) continue;
          ready.notify(n);
          break;
        }
        one.join();
        two.join();
        three.join();
      },
      [&](const Execution& execution, const ExecutionResult& result) {
        const std::size_t count = events_of(execution.trace(), OperationKind::reacquire).size();
        woken.insert(count);
        ASSERT_EQ(result.verdict, n < 3 ? Verdict::deadlock : Verdict::passed);
        ASSERT_EQ(events_of(execution.trace(), OperationKind::notify_one).size(), count);
      },
      {.exhaustive_max = 200, .random_executions = 50});
  EXPECT_EQ(woken.size(), 1U);
  return *woken.begin();
}

TEST(ThreadingCondition, notify_wakes_as_many_as_asked) {
  EXPECT_EQ(woken_by(0), 0U);
  EXPECT_EQ(woken_by(1), 1U);
  EXPECT_EQ(woken_by(2), 2U);
  EXPECT_EQ(woken_by(3), 3U);
  EXPECT_EQ(woken_by(9), 3U);
}

TEST(ThreadingCondition, notify_may_wake_any_waiter) {
  EXPECT_EQ(outcomes_of(
                [] {
                  Condition ready;
                  int waiting = 0;
                  std::string order;
                  const auto wait = [&](char name) {
                    const std::lock_guard guard(ready);
                    ++waiting;
                    ready.wait();
                    order += name;
                    ready.notify();
                  };
                  thread one(wait, '1'), two(wait, '2');
                  for (;;) {
                    const std::lock_guard guard(ready);
                    if (waiting < 2) continue;
                    ready.notify();
                    break;
                  }
                  one.join();
                  two.join();
                  return order;
                },
                {.exhaustive_max = 2'000}),
            (std::set<std::string>{"12", "21"}));
}

TEST(ThreadingCondition, forgets_a_notification_that_nobody_waits_for) {
  EXPECT_EQ(verdicts_of([] {
              Condition ready;
              thread waiter([&] {
                const std::lock_guard guard(ready);
                ready.wait();
              });
              {
                const std::lock_guard guard(ready);
                ready.notify();
              }
              waiter.join();
            }),
            (std::set<Verdict>{Verdict::passed, Verdict::deadlock}));
}

TEST(ThreadingCondition, never_wakes_without_cause) {
  EXPECT_EQ(verdicts_of(
                [] {
                  Condition ready;
                  const std::lock_guard guard(ready);
                  ready.wait();
                },
                {.options = {.spurious_max = 5}}),
            std::set<Verdict>{Verdict::deadlock});
}

// ---- Timed -------------------------------------------------------------------------------------------------------

TEST(ThreadingCondition, waits_until_notified_or_its_time_is_out) {
  EXPECT_EQ(outcomes_of([] {
              Condition ready;
              bool woken = false;
              thread waiter([&] {
                ready.acquire();
                ready.acquire();
                const auto deadline = steady_clock::now() + 10ms;
                woken = ready.wait(10ms);
                check(woken || steady_clock::now() >= deadline, "time has passed");
                ready.release();
                ready.release();
              });
              thread notifier([&] {
                const std::lock_guard guard(ready);
                ready.notify();
              });
              waiter.join();
              notifier.join();
              return woken;
            }),
            (std::set<bool>{false, true}));
}

TEST(ThreadingCondition, with_a_predicate_tells_whether_it_holds) {
  using Outcome = std::pair<bool, bool>;  // the answer; what the predicate said then
  EXPECT_EQ(outcomes_of([] {
              Condition ready;
              bool flag = false;
              Outcome outcome;
              thread waiter([&] {
                const std::lock_guard guard(ready);
                outcome.first = ready.wait_for([&] { return flag; }, 1s);
                outcome.second = flag;
              });
              thread setter([&] {
                const std::lock_guard guard(ready);
                flag = true;
                ready.notify();
              });
              waiter.join();
              setter.join();
              return outcome;
            }),
            (std::set<Outcome>{{false, false}, {true, true}}));
}

TEST(ThreadingCondition, that_timed_out_takes_no_notification_from_another) {
  EXPECT_EQ(verdicts_of([] {
              Condition ready;
              bool timed_out = false;
              ready.acquire();
              thread untimed([&] {
                const std::lock_guard guard(ready);
                if (!timed_out) ready.wait();
              });
              timed_out = !ready.wait(1s);
              check(timed_out, "nobody notifies while it waits");
              ready.notify();
              ready.release();
              untimed.join();
            }),
            std::set<Verdict>{Verdict::passed});
}

TEST(ThreadingCondition, as_good_as_for_ever_is_for_ever) {
  EXPECT_EQ(verdicts_of([] {
              Condition ready;
              const std::lock_guard guard(ready);
              ready.wait(std::chrono::hours::max());
            }),
            std::set<Verdict>{Verdict::deadlock});
}

// ---- Misuse ------------------------------------------------------------------------------------------------------

TEST(ThreadingCondition, used_without_its_lock_is_recorded_and_throws) {
  const Trace trace = trace_of([] {
    Condition ready;
    check(throws<ThreadError>([&] { ready.wait(); }), "wait");
    check(throws<ThreadError>([&] { ready.wait(1s); }), "timed wait");
    check(throws<ThreadError>([&] { ready.notify(); }), "notify");
    check(throws<ThreadError>([&] { ready.notify_all(); }), "notify_all");
    Lock lock;
    Condition other(lock);
    check(throws<ThreadError>([&] { other.notify(); }), "notify over a Lock");
  });
  EXPECT_EQ(failure_in(trace), "");
  EXPECT_EQ(events_of(trace, OperationKind::wait_unlocked).size(), 2U);
  EXPECT_EQ(events_of(trace, OperationKind::notify_unlocked).size(), 3U);
}

TEST(ThreadingCondition, over_a_lock_asks_not_who_has_locked_it) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    Lock lock;
    Condition ready(lock);
    lock.acquire();
    thread other([&] { ready.notify(); });
    other.join();
    lock.release();
  }));
}

TEST(ThreadingCondition, that_waits_for_ever_is_unwound) {
  const auto counted = std::make_shared<int>(0);
  const auto run = [&](auto wait) {
    for_every_schedule(
        [&] {
          Condition ready;
          thread waiter([&, own = counted] {
            const std::lock_guard guard(ready);
            wait(ready);
          });
          waiter.join();
        },
        [&](const Execution&, const ExecutionResult& result) {
          ASSERT_EQ(result.verdict, Verdict::deadlock);
          ASSERT_EQ(result.parked, 0U);
          ASSERT_EQ(counted.use_count(), 1);
        },
        {.exhaustive_max = 10, .random_executions = 10});
  };
  run([](Condition& ready) { ready.wait(); });
  run([](Condition& ready) { ready.wait(std::chrono::hours::max()); });
  run([](Condition& ready) { ready.wait_for([] { return false; }); });
  run([](Condition& ready) {
    struct Late {
      Condition& ready;
      ~Late() {
        ready.notify();
        ready.wait();
      }
    } late{ready};
    ready.wait();
  });
}

TEST(ThreadingCondition, destroyed_while_somebody_waits_is_recorded) {
  for_every_schedule(
      [] {
        Lock lock;
        bool waiting = false;
        std::optional<Condition> ready(std::in_place, lock);
        thread waiter([&] {
          const std::lock_guard guard(lock);
          waiting = true;
          ready->wait();
        });
        for (;;) {
          const std::lock_guard guard(lock);
          if (waiting) break;
        }
        ready.reset();
        waiter.join();
      },
      [](const Execution& execution, const ExecutionResult&) {
        const std::vector<Event> destroyed = events_of(execution.trace(), OperationKind::destroy);
        ASSERT_EQ(destroyed.size(), 1U);
        ASSERT_EQ(destroyed[0].operation.argument, 1U) << "one waits in it";
      });
}

// ---- Events ------------------------------------------------------------------------------------------------------

TEST(ThreadingCondition, records_the_levels_that_it_releases_and_restores) {
  const Trace trace = trace_of([] {
    Condition ready;
    name(ready, "ready");
    ready.acquire();
    ready.acquire();
    ready.wait(1s);
    ready.release();
    ready.release();
  });
  const Event wait = events_of(trace, OperationKind::wait).at(0);
  EXPECT_EQ(levels_of(wait), 2U);
  EXPECT_EQ(wait.operation.argument, 1'000'000'000U) << "the deadline";
  EXPECT_EQ(levels_of(events_of(trace, OperationKind::lock).at(2)), 2U);
  EXPECT_FALSE(events_of(trace, OperationKind::resume).at(0).success);
  EXPECT_EQ(display_name(trace, wait.operation.object), "ready");
  EXPECT_EQ(display_name(trace, wait.operation.second), "ready's lock");
}

// ---- With the checkers -------------------------------------------------------------------------------------------

TEST(ThreadingCondition, used_rightly_is_silent) {
  EXPECT_EQ(findings_of([] {
              Condition ready;
              wait_for_a_flag(ready);
            }),
            Names{});
  EXPECT_EQ(findings_of([] {
              Condition ready;
              shared<bool> flag{false, "flag"};
              thread waiter([&] {
                const std::lock_guard outer(ready), inner(ready);
                ready.wait_for([&] { return flag.read(); });
              });
              {
                const std::lock_guard guard(ready);
                flag = true;
                ready.notify();
              }
              waiter.join();
            }),
            Names{});
}

TEST(ThreadingCondition, misused_is_a_finding) {
  EXPECT_EQ(findings_of([] { Condition().notify(); }), Names{"notify-unlocked"});
  EXPECT_EQ(findings_of([] { Condition().notify_all(); }), Names{"notify-unlocked"});
  EXPECT_EQ(findings_of([] { Condition().wait(); }), Names{"wait-unlocked"});
  EXPECT_EQ(findings_of([] {
              Lock lock;
              Condition(lock).wait(1s);
            }),
            Names{"wait-unlocked"});
}

template <class AnyLock>
void notify_too_early() {
  AnyLock lock;
  Condition ready(lock);
  thread waiter([&] {
    const std::lock_guard guard(lock);
    ready.wait();
  });
  {
    const std::lock_guard guard(lock);
    ready.notify();
  }
  waiter.join();
}

TEST(ThreadingCondition, notified_too_early_is_a_lost_wakeup) {
  EXPECT_EQ(findings_of(&notify_too_early<Lock>), Names{"lost-wakeup"});
  EXPECT_EQ(findings_of(&notify_too_early<RLock>), Names{"lost-wakeup"});
}

TEST(ThreadingCondition, waited_for_under_another_lock_is_a_deadlock) {
  EXPECT_EQ(findings_of([] {
              Lock outer;
              Condition ready;
              bool flag = false;
              thread waiter([&] {
                const std::scoped_lock nested(outer);
                const std::lock_guard guard(ready);
                ready.wait_for([&] { return flag; });
              });
              {
                const std::scoped_lock nested(outer);
                const std::lock_guard guard(ready);
                flag = true;
                ready.notify();
              }
              waiter.join();
            }),
            Names{"deadlock"});
}

}  // namespace
}  // namespace snag
