// threading::Lock and RLock: what Python promises of them, under every schedule; in blocking, non-blocking and timed form.
#include "tests/support/every_schedule.h"
#include "tests/support/findings_of.h"

#include <gtest/gtest.h>
#include <snag/snag.h>

#include <chrono>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace snag {
namespace {

using namespace std::chrono_literals;
using namespace snag::testing;
using threading::Lock;
using threading::RLock;
using threading::ThreadError;

template <class AnyLock>
void one_at_a_time() {
  EXPECT_TRUE(holds_under_every_schedule([] {
    AnyLock lock;
    int inside = 0;
    const auto work = [&] {
      lock.acquire();
      check(++inside == 1, "one at a time");
      this_thread::yield();
      --inside;
      lock.release();
      const std::lock_guard guard(lock);
      check(++inside == 1, "one at a time under a guard");
      --inside;
    };
    thread one(work), two(work);
    one.join();
    two.join();
  }));
}

TEST(ThreadingLock, lets_in_one_at_a_time) { one_at_a_time<Lock>(); }
TEST(ThreadingRLock, lets_in_one_at_a_time) { one_at_a_time<RLock>(); }

TEST(ThreadingLock, fits_the_guards_of_the_standard) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    Lock one, two;
    {
      const std::scoped_lock both(one, two);
      check(one.locked() && two.locked(), "both are locked");
    }
    std::unique_lock guard(one, std::try_to_lock);
    check(guard.owns_lock() && !two.locked(), "one is locked");
  }));
}

TEST(ThreadingLock, blocks_even_who_has_acquired_it) {
  EXPECT_EQ(verdicts_of([] {
              Lock lock;
              lock.acquire();
              lock.acquire();
            }),
            std::set<Verdict>{Verdict::deadlock});
}

TEST(ThreadingLock, may_be_released_by_any_thread) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    Lock lock;
    lock.acquire();
    bool released = false;
    thread other([&] {
      released = true;
      lock.release();
    });
    lock.acquire();
    check(released, "the other thread has released it");
    lock.release();
    other.join();
    check(!lock.locked(), "nobody holds it");
  }));
}

// ---- Non-blocking ------------------------------------------------------------------------------------------------

TEST(ThreadingLock, tries_without_waiting) {
  EXPECT_TRUE(holds_under_every_schedule(
      [] {
        Lock lock;
        check(lock.try_acquire(), "it is unlocked");
        check(!lock.try_acquire() && !lock.try_lock(), "it is locked");
        lock.release();
        check(lock.try_acquire(), "it was released, and does not fail without cause");
        lock.release();
      },
      {.options = {.spurious_max = 5}}));
}

TEST(ThreadingLock, that_is_tried_may_or_may_not_be_free) {
  EXPECT_EQ(outcomes_of([] {
              Lock lock;
              thread other([&] { const std::lock_guard guard(lock); });
              const bool taken = lock.try_acquire();
              if (taken) lock.release();
              other.join();
              return taken;
            }),
            (std::set<bool>{false, true}));
}

TEST(ThreadingRLock, tries_without_waiting) {
  EXPECT_EQ(outcomes_of([] {
              RLock lock;
              const std::lock_guard guard(lock);
              check(lock.try_acquire(), "its owner may");
              lock.release();
              bool taken = false;
              thread other([&] {
                taken = lock.try_acquire();
                if (taken) lock.release();
              });
              other.join();
              return taken;
            }),
            std::set<bool>{false});
}

// ---- Timed -------------------------------------------------------------------------------------------------------

template <class AnyLock>
std::set<bool> timed_outcomes() {
  return outcomes_of([] {
    AnyLock lock;
    thread other([&] { const std::lock_guard guard(lock); });
    const auto deadline = steady_clock::now() + 5ms;
    const bool taken = lock.acquire_for(5ms);
    check(taken || steady_clock::now() >= deadline, "time has passed");
    if (taken) lock.release();
    other.join();
    return taken;
  });
}

TEST(ThreadingLock, waits_until_its_time_is_out) { EXPECT_EQ(timed_outcomes<Lock>(), (std::set<bool>{false, true})); }
TEST(ThreadingRLock, waits_until_its_time_is_out) { EXPECT_EQ(timed_outcomes<RLock>(), (std::set<bool>{false, true})); }

TEST(ThreadingLock, that_is_free_is_never_missed_for_the_time) {
  EXPECT_EQ(outcomes_of([] {
              Lock lock;
              RLock own;
              const std::lock_guard guard(own);
              const bool taken = lock.acquire_for(0s) && own.acquire_for(0s);
              lock.release();
              own.release();
              return taken;
            }),
            std::set<bool>{true});
}

TEST(ThreadingLock, refuses_a_negative_time) {
  holds_under_every_schedule([] {
    Lock lock;
    RLock own;
    check(throws<std::invalid_argument>([&] { static_cast<void>(lock.acquire_for(-1s)); }), "Lock");
    check(throws<std::invalid_argument>([&] { static_cast<void>(own.acquire_for(-1s)); }), "RLock");
    check(!lock.locked(), "it is not taken");
  });
}

TEST(ThreadingLock, as_good_as_for_ever_is_for_ever) {
  const auto verdicts_with = [](auto timeout) {
    return verdicts_of([timeout] {
      Lock lock;
      lock.acquire();
      static_cast<void>(lock.acquire_for(timeout));
    });
  };
  EXPECT_EQ(verdicts_with(threading::TIMEOUT_MAX), std::set<Verdict>{Verdict::deadlock});
  EXPECT_EQ(verdicts_with(std::chrono::hours::max()), std::set<Verdict>{Verdict::deadlock})
      << "longer than the longest";
  EXPECT_EQ(verdicts_with(std::chrono::hours(24 * 365 * 100)), std::set<Verdict>{Verdict::passed}) << "a century ends";
}

// ---- Looking -----------------------------------------------------------------------------------------------------

TEST(ThreadingLock, tells_whether_it_is_locked) {
  EXPECT_EQ(outcomes_of([] {
              Lock lock;
              check(!lock.locked(), "nobody holds it");
              thread other([&] {
                lock.acquire();
                check(lock.locked(), "it is held");
              });
              const bool locked = lock.locked();
              other.join();
              lock.release();
              return locked;
            }),
            (std::set<bool>{false, true}));
}

TEST(ThreadingRLock, tells_whether_it_is_locked) {
  EXPECT_EQ(outcomes_of([] {
              RLock lock;
              check(!lock.locked(), "nobody owns it");
              thread other([&] {
                lock.acquire();
                lock.acquire();
                lock.release();
                check(lock.locked(), "one level is left");
                lock.release();
              });
              const bool locked = lock.locked();
              other.join();
              check(!lock.locked(), "no level is left");
              return locked;
            }),
            (std::set<bool>{false, true}));
}

TEST(ThreadingLock, that_is_polled_lets_others_go_on) {
  EXPECT_EQ(verdicts_of([] {
              Lock lock;
              lock.acquire();
              thread other([&] { lock.release(); });
              while (lock.locked()) {}
              other.join();
            }),
            std::set<Verdict>{Verdict::passed});
}

// ---- Levels ------------------------------------------------------------------------------------------------------

TEST(ThreadingRLock, is_free_when_released_as_often_as_acquired) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    RLock lock;
    int inside = 0;
    const auto work = [&] {
      lock.acquire();
      lock.acquire();
      check(++inside == 1, "one at a time");
      lock.release();
      check(inside == 1, "still owned");
      --inside;
      lock.release();
    };
    thread one(work), two(work);
    one.join();
    two.join();
  }));
}

TEST(ThreadingRLock, records_its_levels) {
  const Trace trace = trace_of([] {
    RLock lock;
    lock.acquire();
    check(lock.try_acquire(), "its owner may");
    lock.release();
    lock.release();
  });
  const auto levels = [&](OperationKind kind) {
    std::vector<std::uint64_t> found;
    for (const Event& event : events_of(trace, kind)) found.insert(found.end(), {event.before, event.after});
    return found;
  };
  EXPECT_EQ(levels(OperationKind::lock), (std::vector<std::uint64_t>{0, 1}));
  EXPECT_EQ(levels(OperationKind::try_lock), (std::vector<std::uint64_t>{1, 2}));
  EXPECT_EQ(levels(OperationKind::unlock), (std::vector<std::uint64_t>{2, 1, 1, 0}));
  EXPECT_EQ(trace.objects[0].kind, ObjectKind::recursive_mutex);
}

// ---- Misuse ------------------------------------------------------------------------------------------------------

TEST(ThreadingLock, released_unlocked_is_recorded_and_throws) {
  const Trace trace = trace_of([] {
    Lock lock;
    check(throws<ThreadError>([&] { lock.release(); }), "an error was due");
    lock.acquire();
    lock.release();
    check(throws<ThreadError>([&] { lock.unlock(); }), "once too often");
    check(lock.try_acquire(), "it still works");
  });
  EXPECT_EQ(failure_in(trace), "");
  EXPECT_EQ(events_of(trace, OperationKind::unlock).size(), 3U);
}

TEST(ThreadingRLock, released_by_another_or_too_often_throws_and_stays_as_it_was) {
  const Trace trace = trace_of([] {
    RLock lock;
    check(throws<ThreadError>([&] { lock.release(); }), "nobody owns it");
    lock.acquire();
    thread other([&] { check(throws<ThreadError>([&] { lock.release(); }), "another owns it"); });
    other.join();
    lock.release();
    check(throws<ThreadError>([&] { lock.release(); }), "once too often");
  });
  EXPECT_EQ(failure_in(trace), "");
}

TEST(ThreadingLock, abandoned_threads_are_unwound) {
  for_every_schedule(
      [] {
        Lock lock;
        RLock own;
        lock.acquire();
        thread one([&] {
          const std::lock_guard guard(own);
          const std::lock_guard waits(lock);
        });
        thread two([&] { const std::scoped_lock both(own, lock); });
        one.join();
        two.join();
      },
      [](const Execution&, const ExecutionResult& result) { ASSERT_EQ(result.verdict, Verdict::deadlock); },
      {.exhaustive_max = 100, .random_executions = 20});
}

// ---- With the checkers -------------------------------------------------------------------------------------------

TEST(ThreadingLock, handed_over_is_no_misuse) {
  EXPECT_EQ(findings_of([] {
              Lock ping, pong;
              pong.acquire();
              const auto play = [](Lock& mine, Lock& theirs) {
                for (int i = 0; i < 2; ++i) {
                  mine.acquire();
                  theirs.release();
                }
              };
              thread one([&] { play(ping, pong); }), two([&] { play(pong, ping); });
              one.join();
              two.join();
            }),
            Names{});
}

TEST(ThreadingLock, in_a_ring_is_a_wait_cycle) {
  EXPECT_EQ(findings_of([] {
              Lock a, b;
              thread one([&] { const std::lock_guard first(a), second(b); });
              thread two([&] { const std::lock_guard first(b), second(a); });
              one.join();
              two.join();
            }),
            (Names{"lock-order-cycle", "wait-cycle"}));
}

TEST(ThreadingLock, in_a_ring_that_a_third_thread_opens_is_none) {
  EXPECT_EQ(findings_of([] {
              Lock lock;
              lock.acquire();
              thread other([&] { lock.release(); });
              lock.acquire();
              lock.release();
              other.join();
            }),
            Names{});
}

TEST(ThreadingLock, that_an_ended_thread_keeps_is_leaked_when_others_want_it) {
  EXPECT_EQ(findings_of([] {
              Lock lock;
              thread one([&] { lock.acquire(); });
              one.join();
              lock.acquire();
            }),
            Names{"lock-leaked"});
  EXPECT_EQ(findings_of([] {
              Lock lock;
              thread one([&] { lock.acquire(); });
              one.join();
            }),
            Names{});
}

TEST(ThreadingLock, misused_is_a_finding) {
  EXPECT_EQ(findings_of([] { Lock().release(); }), Names{"release-unlocked"});
  EXPECT_EQ(findings_of([] { RLock().release(); }), Names{"release-unlocked"});
  EXPECT_EQ(findings_of([] {
              RLock lock;
              lock.acquire();
              thread one([&] { lock.release(); });
              one.join();
            }),
            Names{"release-not-owner"});
  EXPECT_EQ(findings_of([] {
              RLock lock;
              thread one([&] { lock.acquire(); });
              one.join();
              lock.acquire();
            }),
            Names{"lock-leaked"});
  EXPECT_EQ(findings_of([] {
              std::optional<RLock> lock(std::in_place);
              lock->acquire();
              lock.reset();
            }),
            Names{"destroyed-in-use"});
}

}  // namespace
}  // namespace snag
