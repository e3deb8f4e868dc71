// threading::Semaphore and BoundedSemaphore: what Python promises of them, under every schedule; in blocking,
// non-blocking and timed form.
#include "tests/support/every_schedule.h"
#include "tests/support/findings_of.h"

#include <gtest/gtest.h>
#include <snag/snag.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
#include <vector>

namespace snag {
namespace {

using namespace std::chrono_literals;
using namespace snag::testing;
using threading::BoundedSemaphore;
using threading::Semaphore;

template <class AnySemaphore>
void two_at_a_time() {
  int most = 0;
  EXPECT_TRUE(holds_under_every_schedule(
      [&] {
        AnySemaphore places(2);
        int inside = 0;
        const auto work = [&] {
          const std::lock_guard guard(places);
          check(++inside <= 2, "two at a time");
          most = std::max(most, inside);
          this_thread::yield();
          --inside;
        };
        thread one(work), two(work), three(work);
        one.join();
        two.join();
        three.join();
      },
      {.exhaustive_max = 20'000}));
  EXPECT_EQ(most, 2) << "in some schedule two are inside";
}

TEST(ThreadingSemaphore, lets_in_as_many_as_it_counts) { two_at_a_time<Semaphore>(); }
TEST(ThreadingBoundedSemaphore, lets_in_as_many_as_it_counts) { two_at_a_time<BoundedSemaphore>(); }

TEST(ThreadingSemaphore, counts_one_when_nothing_is_said) {
  holds_under_every_schedule([] {
    Semaphore one;
    BoundedSemaphore other;
    check(one.try_acquire() && !one.try_acquire() && other.try_acquire() && !other.try_acquire(), "one each");
  });
}

TEST(ThreadingSemaphore, release_wakes_as_many_as_it_gives) {
  const auto verdicts_with = [](std::ptrdiff_t permits) {
    return verdicts_of([permits] {
      Semaphore semaphore(0);
      thread one([&] { semaphore.acquire(); }), two([&] { semaphore.acquire(); });
      semaphore.release(permits);
      one.join();
      two.join();
    });
  };
  EXPECT_EQ(verdicts_with(1), std::set<Verdict>{Verdict::deadlock});
  EXPECT_EQ(verdicts_with(2), std::set<Verdict>{Verdict::passed});
}

TEST(ThreadingSemaphore, may_be_released_by_whoever_has_not_acquired_it) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    Semaphore ready(0);
    bool set = false;
    thread giver([&] {
      set = true;
      ready.release();
    });
    ready.acquire();
    check(set, "not before");
    giver.join();
  }));
}

TEST(ThreadingSemaphore, tries_without_waiting_and_never_fails_without_cause) {
  EXPECT_TRUE(holds_under_every_schedule(
      [] {
        Semaphore semaphore(1);
        check(semaphore.try_acquire() && !semaphore.try_acquire() && !semaphore.try_lock(), "one is there");
        semaphore.release(2);
        check(semaphore.try_lock() && semaphore.try_acquire() && !semaphore.try_acquire(), "two were given");
        semaphore.unlock();
        semaphore.lock();
      },
      {.options = {.spurious_max = 5}}));
}

TEST(ThreadingSemaphore, waits_until_its_time_is_out) {
  EXPECT_EQ(outcomes_of([] {
              Semaphore semaphore(0);
              thread giver([&] { semaphore.release(); });
              const auto deadline = steady_clock::now() + 5ms;
              const bool taken = semaphore.acquire_for(5ms);
              check(taken || steady_clock::now() >= deadline, "time has passed");
              giver.join();
              check(semaphore.acquire_for(-1s) == !taken, "it is there, or it was taken");
              return taken;
            }),
            (std::set<bool>{false, true}));
}

TEST(ThreadingSemaphore, refuses_what_python_refuses) {
  const Trace trace = trace_of([] {
    check(throws<std::invalid_argument>([] { Semaphore semaphore(-1); }), "a negative value");
    Semaphore semaphore(0);
    check(throws<std::invalid_argument>([&] { semaphore.release(0); }), "a release of none");
    check(!semaphore.try_acquire(), "nothing was given");
    for (int i = 0; i < 5; ++i) semaphore.release();
  });
  EXPECT_EQ(failure_in(trace), "");
}

TEST(ThreadingBoundedSemaphore, released_over_its_bound_is_recorded_and_throws) {
  const Trace trace = trace_of([] {
    BoundedSemaphore semaphore(2);
    check(throws<std::invalid_argument>([&] { semaphore.release(); }), "it is full");
    semaphore.acquire();
    check(throws<std::invalid_argument>([&] { semaphore.release(2); }), "one too many");
    check(semaphore.try_acquire() && !semaphore.try_acquire(), "the count is as it was");
    semaphore.release(2);
  });
  EXPECT_EQ(failure_in(trace), "");
  EXPECT_EQ(trace.objects.at(0).limit, 2);
  const std::vector<Event> releases = events_of(trace, OperationKind::release);
  ASSERT_EQ(releases.size(), 3U);
  EXPECT_EQ(releases[0].before, 2U);
  EXPECT_EQ(releases[0].after, 2U);
  EXPECT_EQ(releases[2].after, 2U);
}

TEST(ThreadingSemaphore, that_is_waited_for_for_ever_is_unwound) {
  const auto counted = std::make_shared<int>(0);
  const auto run = [&](auto wait) {
    for_every_schedule(
        [&] {
          Semaphore semaphore(0);
          thread waiter([&, own = counted] { wait(semaphore); });
          waiter.join();
        },
        [&](const Execution&, const ExecutionResult& result) {
          ASSERT_EQ(result.verdict, Verdict::deadlock);
          ASSERT_EQ(result.parked, 0U);
          ASSERT_EQ(counted.use_count(), 1);
        },
        {.exhaustive_max = 10, .random_executions = 10});
  };
  run([](Semaphore& semaphore) { semaphore.acquire(); });
  run([](Semaphore& semaphore) { static_cast<void>(semaphore.acquire_for(std::chrono::hours::max())); });
}

TEST(ThreadingBoundedSemaphore, over_its_bound_is_a_finding) {
  EXPECT_EQ(findings_of([] { BoundedSemaphore(1).release(); }), Names{"semaphore-overflow"});
  EXPECT_EQ(findings_of([] { Semaphore(1).release(100); }), Names{});
  EXPECT_EQ(findings_of([] {
              Semaphore semaphore(0);
              thread one([&] { semaphore.acquire(); });
              one.join();
            }),
            Names{"deadlock"});
}

}  // namespace
}  // namespace snag
