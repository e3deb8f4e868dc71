// counting_semaphore and binary_semaphore: what the standard promises of them, under every schedule.
#include "tests/support/every_schedule.h"

#include <gtest/gtest.h>
#include <snag/snag.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <vector>

namespace snag {
namespace {

using namespace std::chrono_literals;
using namespace snag::testing;

TEST(Semaphore, lets_in_as_many_as_it_counts) {
  int most = 0;
  EXPECT_TRUE(holds_under_every_schedule(
      [&] {
        counting_semaphore<2> places(2);
        int inside = 0;
        const auto work = [&] {
          places.acquire();
          check(++inside <= 2, "two at a time");
          most = std::max(most, inside);
          this_thread::yield();
          --inside;
          places.release();
        };
        thread one(work), two(work), three(work);
        one.join();
        two.join();
        three.join();
      },
      {.exhaustive_max = 20'000}));
  EXPECT_EQ(most, 2) << "in some schedule two are inside";
}

TEST(Semaphore, release_wakes_as_many_as_it_gives) {
  const auto verdicts_with = [](std::ptrdiff_t permits) {
    return verdicts_of([permits] {
      counting_semaphore<> semaphore(0);
      thread one([&] { semaphore.acquire(); }), two([&] { semaphore.acquire(); });
      semaphore.release(permits);
      one.join();
      two.join();
    });
  };
  EXPECT_EQ(verdicts_with(1), std::set<Verdict>{Verdict::deadlock});
  EXPECT_EQ(verdicts_with(2), std::set<Verdict>{Verdict::passed});
}

TEST(Semaphore, wakes_any_waiter_first) {
  EXPECT_EQ(outcomes_of([] {
              binary_semaphore semaphore(0);
              std::string order;
              const auto work = [&](char name) {
                semaphore.acquire();
                order += name;
                semaphore.release();
              };
              thread one(work, '1'), two(work, '2');
              semaphore.release();
              one.join();
              two.join();
              return order;
            }),
            (std::set<std::string>{"12", "21"}));
}

TEST(Semaphore, try_acquire_takes_what_is_there) {
  holds_under_every_schedule([] {
    counting_semaphore<3> semaphore(1);
    check(semaphore.try_acquire(), "one is there");
    check(!semaphore.try_acquire(), "none is left");
    semaphore.release(2);
    check(semaphore.try_acquire() && semaphore.try_acquire() && !semaphore.try_acquire(), "two were given back");
  });
}

TEST(Semaphore, try_acquire_fails_without_cause_only_within_the_budget) {
  const auto body = [] {
    binary_semaphore semaphore(1);
    return semaphore.try_acquire();
  };
  EXPECT_EQ(outcomes_of(body), std::set<bool>{true});
  EXPECT_EQ(outcomes_of(body, {.options = {.spurious_max = 1}}), (std::set<bool>{false, true}));
}

TEST(Semaphore, timed_acquire_may_time_out_and_may_succeed) {
  const std::set<bool> both{false, true};
  EXPECT_EQ(outcomes_of([] {
              binary_semaphore semaphore(0);
              thread giver([&] { semaphore.release(); });
              const auto deadline = steady_clock::now() + 5ms;
              const bool taken = semaphore.try_acquire_for(5ms);
              check(taken || steady_clock::now() >= deadline, "time has passed");
              giver.join();
              return taken;
            }),
            both);
  EXPECT_EQ(outcomes_of([] {
              binary_semaphore semaphore(0);
              thread giver([&] { semaphore.release(); });
              const bool taken = semaphore.try_acquire_until(system_clock::now() + 5ms);
              giver.join();
              return taken;
            }),
            both);
}

TEST(Semaphore, timed_acquire_never_leaves_what_is_there) {
  EXPECT_EQ(outcomes_of([] {
              binary_semaphore semaphore(1);
              return semaphore.try_acquire_for(0ms);
            }),
            std::set<bool>{true});
}

TEST(Semaphore, knows_its_maximum) {
  static_assert(binary_semaphore::max() == 1);
  static_assert(counting_semaphore<7>::max() == 7);
  static_assert(counting_semaphore<>::max() > 1'000'000);
}

TEST(Semaphore, records_counts_and_its_limit) {
  const Trace trace = trace_of([] {
    counting_semaphore<2> semaphore(1);
    semaphore.acquire();
    semaphore.release(3);
    check(semaphore.try_acquire(), "there is one to take");
  });
  ASSERT_EQ(trace.objects.size(), 1U);
  EXPECT_EQ(trace.objects[0].kind, ObjectKind::semaphore);
  EXPECT_EQ(trace.objects[0].limit, 2);
  const Event acquired = events_of(trace, OperationKind::acquire).at(0);
  EXPECT_EQ(acquired.before, 1U);
  EXPECT_EQ(acquired.after, 0U);
  const Event released = events_of(trace, OperationKind::release).at(0);
  EXPECT_EQ(released.operation.argument, 3U);
  EXPECT_EQ(released.after, 3U) << "over its limit: the checkers' business";
  const Event tried = events_of(trace, OperationKind::try_acquire).at(0);
  EXPECT_TRUE(tried.success);
  EXPECT_EQ(tried.after, 2U);
}

}  // namespace
}  // namespace snag
