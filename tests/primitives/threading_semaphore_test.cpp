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
#include <optional>
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

TEST(ThreadingSemaphore, that_is_free_is_never_missed_for_the_time) {
  EXPECT_EQ(outcomes_of([] {
              Semaphore semaphore(3);
              BoundedSemaphore bounded(1);
              const bool taken = semaphore.acquire_for(0s) && semaphore.acquire_for(-1s) && semaphore.acquire_for(1s);
              return taken && bounded.acquire_for(0s);
            }),
            std::set<bool>{true});
}

TEST(ThreadingSemaphore, with_no_time_to_wait_tries) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    Semaphore semaphore(0);
    check(!semaphore.acquire_for(0s) && !semaphore.acquire_for(-1s), "none is there");
    check(steady_clock::now() == steady_clock::time_point(), "no time has passed");
  }));
}

TEST(ThreadingSemaphore, in_ideal_time_is_not_overtaken_by_its_time_out) {
  EXPECT_EQ(outcomes_of(
                [] {
                  Semaphore semaphore(0);
                  thread giver([&] {
                    this_thread::sleep_for(1s);
                    semaphore.release();
                  });
                  const bool early = semaphore.acquire_for(500ms);
                  check(steady_clock::now() == steady_clock::time_point(500ms), "just so long");
                  const bool late = semaphore.acquire_for(1s);
                  check(steady_clock::now() == steady_clock::time_point(1s), "no longer than needed");
                  giver.join();
                  return !early && late;
                },
                {.time = TimeModel::ideal}),
            std::set<bool>{true});
}

TEST(ThreadingSemaphore, as_good_as_for_ever_is_for_ever) {
  EXPECT_EQ(verdicts_of([] { static_cast<void>(Semaphore(0).acquire_for(threading::TIMEOUT_MAX)); }),
            std::set<Verdict>{Verdict::deadlock});
}

TEST(ThreadingSemaphore, given_to_one_that_gives_up_is_left_for_the_others) {
  // One release, one that waits for ever and one that may give up: whoever does not get it leaves it to the other.
  using Outcome = std::vector<bool>;  // did the impatient one get it; did the patient one without the second release
  EXPECT_EQ(outcomes_of([] {
              Semaphore semaphore(0);
              bool impatient_got = false, patient_got = false, second = false, without_second = false;
              thread impatient([&] { impatient_got = semaphore.acquire_for(1ms); });
              thread patient([&] {
                semaphore.acquire();
                patient_got = true;
                without_second = !second;
              });
              semaphore.release();
              impatient.join();
              check(!(impatient_got && patient_got), "there is but one");
              second = true;
              if (impatient_got) semaphore.release();
              patient.join();
              check(!semaphore.try_acquire(), "none is left");
              return Outcome{impatient_got, without_second};
            }),
            (std::set<Outcome>{{false, false}, {false, true}, {true, false}}));
}

TEST(ThreadingSemaphore, that_is_polled_lets_others_go_on) {
  EXPECT_EQ(verdicts_of([] {
              Semaphore semaphore(0);
              thread giver([&] { semaphore.release(2); });
              while (!semaphore.try_acquire()) {}
              while (!semaphore.acquire_for(0s)) {}
              giver.join();
            }),
            std::set<Verdict>{Verdict::passed});
}

TEST(ThreadingSemaphore, refuses_what_python_refuses) {
  const Trace trace = trace_of([] {
    check(throws<std::invalid_argument>([] { Semaphore semaphore(-1); }), "a negative value");
    check(throws<std::invalid_argument>([] { BoundedSemaphore semaphore(-1); }), "a negative bound");
    Semaphore semaphore(0);
    check(throws<std::invalid_argument>([&] { semaphore.release(0); }), "a release of none");
    check(throws<std::invalid_argument>([&] { semaphore.release(-1); }), "a release of less");
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

TEST(ThreadingBoundedSemaphore, released_by_two_over_its_bound_refuses_one_of_them) {
  EXPECT_EQ(outcomes_of([] {
              BoundedSemaphore semaphore(1);
              semaphore.acquire();
              bool refused[2] = {false, false};
              const auto give = [&](int self) {
                refused[self] = throws<std::invalid_argument>([&] { semaphore.release(); });
              };
              thread other([&] { give(1); });
              give(0);
              other.join();
              check(refused[0] != refused[1], "one of them");
              check(semaphore.try_acquire() && !semaphore.try_acquire(), "the count is the bound");
              return refused[0];
            }),
            (std::set<bool>{false, true}));
}

TEST(ThreadingBoundedSemaphore, refused_a_release_wakes_nobody) {
  EXPECT_EQ(verdicts_of([] {
              BoundedSemaphore semaphore(1);
              semaphore.acquire();
              thread waiter([&] { semaphore.acquire(); });
              check(throws<std::invalid_argument>([&] { semaphore.release(2); }), "one too many");
              waiter.join();
            }),
            std::set<Verdict>{Verdict::deadlock});
}

TEST(ThreadingSemaphore, records_its_count_and_deadline) {
  const Trace trace = trace_of([] {
    Semaphore semaphore(1);
    name(semaphore, "places");
    semaphore.acquire();
    static_cast<void>(semaphore.acquire_for(5ms));
    semaphore.release(3);
    static_cast<void>(semaphore.try_acquire());
  });
  EXPECT_EQ(display_name(trace, ObjectIndex{0}), "places");
  const std::vector<Event> acquires = events_of(trace, OperationKind::acquire);
  ASSERT_EQ(acquires.size(), 1U);
  EXPECT_EQ(acquires[0].before, 1U);
  EXPECT_EQ(acquires[0].after, 0U);
  const std::vector<Event> tries = events_of(trace, OperationKind::try_acquire);
  ASSERT_EQ(tries.size(), 2U);
  EXPECT_FALSE(tries[0].success);
  EXPECT_EQ(tries[0].operation.argument, 5'000'000U) << "virtual ns";
  EXPECT_TRUE(tries[1].success);
  EXPECT_EQ(tries[1].operation.argument, 0U) << "it does not wait";
  const std::vector<Event> releases = events_of(trace, OperationKind::release);
  ASSERT_EQ(releases.size(), 1U);
  EXPECT_EQ(releases[0].operation.argument, 3U);
  EXPECT_EQ(releases[0].before, 0U);
  EXPECT_EQ(releases[0].after, 3U);
}

TEST(ThreadingSemaphore, destroyed_while_somebody_waits_is_a_finding) {
  EXPECT_EQ(findings_of([] {
              std::optional<Semaphore> semaphore(std::in_place, 0);
              thread waiter([&] { semaphore->acquire(); });
              this_thread::yield();
              semaphore.reset();
            }),
            Names{"destroyed-in-use"});
}

TEST(ThreadingSemaphore, orders_what_was_done_before_the_release_before_what_is_done_after_the_acquire) {
  const auto findings_with = [](auto take) {
    return findings_of([take] {
      shared<int> x{0, "x"};
      Semaphore ready(0);
      thread giver([&] {
        x = 1;
        ready.release();
      });
      if (take(ready)) static_cast<void>(x.read());
      giver.join();
    });
  };
  EXPECT_EQ(findings_with([](Semaphore& ready) { return ready.acquire(), true; }), Names{});
  EXPECT_EQ(findings_with([](Semaphore& ready) { return ready.try_acquire(); }), Names{});
  EXPECT_EQ(findings_with([](Semaphore& ready) { return ready.acquire_for(1ms); }), Names{});
  EXPECT_EQ(findings_with([](Semaphore& ready) { return !ready.acquire_for(1ms); }), Names{"data-race"})
      << "a time that is out orders nothing";
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
