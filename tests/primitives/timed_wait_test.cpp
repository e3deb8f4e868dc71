// Timed waits on a condition_variable: time-outs and notifications, in adversarial and in ideal time.
#include "tests/support/every_schedule.h"

#include <gtest/gtest.h>
#include <snag/snag.h>

#include <chrono>
#include <mutex>
#include <set>
#include <utility>

namespace snag {
namespace {

using namespace std::chrono_literals;
using namespace snag::testing;

TEST(TimedWait, may_time_out_and_may_be_notified) {
  EXPECT_EQ(outcomes_of([] {
              mutex m;
              condition_variable ready;
              cv_status status{};
              thread waiter([&] {
                std::unique_lock lock(m);
                const auto begin = steady_clock::now();
                status = ready.wait_for(lock, 10ms);
                check(lock.owns_lock(), "the lock is held again");
                if (status == cv_status::timeout) check(steady_clock::now() >= begin + 10ms, "time has passed");
              });
              thread notifier([&] { ready.notify_one(); });
              waiter.join();
              notifier.join();
              return status;
            }),
            (std::set<cv_status>{cv_status::timeout, cv_status::no_timeout}));
}

TEST(TimedWait, until_a_point_may_time_out_and_may_be_notified) {
  EXPECT_EQ(outcomes_of([] {
              mutex m;
              condition_variable ready;
              const auto deadline = system_clock::now() + 1s;
              cv_status status{};
              thread waiter([&] {
                std::unique_lock lock(m);
                status = ready.wait_until(lock, deadline);
              });
              thread notifier([&] { ready.notify_all(); });
              waiter.join();
              notifier.join();
              check(status == cv_status::no_timeout || system_clock::now() >= deadline, "not before its time");
              return status;
            }),
            (std::set<cv_status>{cv_status::timeout, cv_status::no_timeout}));
}

TEST(TimedWait, with_a_predicate_tells_whether_it_holds) {
  using Outcome = std::pair<bool, bool>;  // the answer; what the predicate said then
  const auto outcomes = outcomes_of([] {
    mutex m;
    condition_variable ready;
    bool flag = false;
    Outcome outcome;
    thread waiter([&] {
      std::unique_lock lock(m);
      outcome.first = ready.wait_for(lock, 1s, [&] { return flag; });
      outcome.second = flag;
    });
    thread setter([&] {
      const std::lock_guard guard(m);
      flag = true;
      ready.notify_one();
    });
    waiter.join();
    setter.join();
    return outcome;
  });
  EXPECT_EQ(outcomes, (std::set<Outcome>{{false, false}, {true, true}}));
}

TEST(TimedWait, that_nobody_ends_times_out_where_an_untimed_one_deadlocks) {
  const auto wait_for = [](auto duration) {
    return [duration] {
      mutex m;
      condition_variable ready;
      std::unique_lock lock(m);
      ready.wait_for(lock, duration);
    };
  };
  for (const TimeModel time : {TimeModel::adversarial, TimeModel::ideal}) {
    EXPECT_EQ(verdicts_of(wait_for(1h), {.time = time}), std::set<Verdict>{Verdict::passed});
    EXPECT_EQ(verdicts_of(wait_for(std::chrono::hours::max()), {.time = time}), std::set<Verdict>{Verdict::deadlock})
        << "a wait as good as for ever";
  }
}

TEST(TimedWait, in_ideal_time_is_not_overtaken_by_its_time_out) {
  EXPECT_EQ(outcomes_of(
                [] {
                  mutex m;
                  condition_variable ready;
                  bool flag = false;
                  bool in_time = false;
                  thread waiter([&] {
                    std::unique_lock lock(m);
                    in_time = ready.wait_for(lock, 2s, [&] { return flag; });
                  });
                  thread setter([&] {
                    this_thread::sleep_for(1s);
                    const std::lock_guard guard(m);
                    flag = true;
                    ready.notify_one();
                  });
                  waiter.join();
                  setter.join();
                  return in_time;
                },
                {.time = TimeModel::ideal}),
            std::set<bool>{true});
}

TEST(TimedWait, that_timed_out_takes_no_notification_from_another) {
  // Two waiters, one timed; a notification after the time-out must reach the other.
  const auto verdicts = verdicts_of([] {
    mutex m;
    condition_variable ready;
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
  });
  EXPECT_EQ(verdicts, std::set<Verdict>{Verdict::passed});
}

}  // namespace
}  // namespace snag
