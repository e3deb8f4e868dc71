// threading::Timer and RepeatingTimer under every schedule: they fire, and can be cancelled, until it is too late.
#include "tests/support/every_schedule.h"
#include "tests/support/findings_of.h"

#include <gtest/gtest.h>
#include <snag/snag.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace snag {
namespace {

using namespace std::chrono_literals;
using namespace snag::testing;
using threading::RepeatingTimer;
using threading::Timer;

TEST(ThreadingTimer, fires_once_after_its_interval) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    int fired = 0;
    const auto begin = steady_clock::now();
    Timer timer(
        5ms,
        [&](int& count, std::unique_ptr<int> by) {
          count += *by;
          check(steady_clock::now() >= begin + 5ms, "not before");
        },
        std::ref(fired), std::make_unique<int>(2));
    timer.start();
    timer.join();
    check(fired == 2 && !timer.is_alive(), "it has fired");
  }));
}

TEST(ThreadingTimer, that_is_not_started_does_not_fire) {
  holds_under_every_schedule([] {
    Timer timer(5ms, [] { check(false, "never"); });
    check(!timer.is_alive(), "it was not started");
    timer.cancel();
  });
}

TEST(ThreadingTimer, cancelled_may_or_may_not_have_fired) {
  EXPECT_EQ(outcomes_of([] {
              bool fired = false;
              Timer timer(5ms, [&] { fired = true; });
              timer.start();
              timer.cancel();
              timer.join();
              return fired;
            }),
            (std::set<bool>{false, true}));
}

TEST(ThreadingTimer, may_fire_after_a_cancel_that_came_too_late) {
  // Between the timer's question whether it was cancelled and its call there is room for the cancel.
  EXPECT_EQ(outcomes_of([] {
              bool cancelled = false, after_cancel = false;
              Timer timer(5ms, [&] {
                this_thread::yield();
                after_cancel = cancelled;
              });
              timer.start();
              timer.cancel();
              cancelled = true;
              timer.join();
              return after_cancel;
            }),
            (std::set<bool>{false, true}));
}

TEST(ThreadingTimer, cancelled_in_time_never_fires) {
  EXPECT_EQ(outcomes_of(
                [] {
                  bool fired = false;
                  Timer timer(2s, [&] { fired = true; });
                  timer.start();
                  this_thread::sleep_for(1s);
                  timer.cancel();
                  timer.join();
                  check(steady_clock::now() < steady_clock::time_point(2s), "the cancel wakes it");
                  return fired;
                },
                {.time = TimeModel::ideal}),
            std::set<bool>{false});
  EXPECT_EQ(outcomes_of([] {
              bool fired = false;
              Timer timer(0s, [&] { fired = true; });
              timer.cancel();
              timer.start();
              timer.join();
              return fired;
            }),
            std::set<bool>{false})
      << "cancelled before its start";
}

TEST(ThreadingTimer, cancelled_after_it_has_fired_or_twice_is_harmless) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    int fired = 0;
    Timer timer(5ms, [&] { ++fired; });
    timer.start();
    timer.join();
    timer.cancel();
    timer.cancel();
    check(fired == 1, "it has fired");
  }));
}

TEST(ThreadingTimer, may_be_cancelled_by_any_thread_and_by_any_copy) {
  EXPECT_EQ(outcomes_of([] {
              int fired = 0;
              Timer timer(5ms, [&] { ++fired; });
              timer.start();
              thread one([copy = timer]() mutable { copy.cancel(); });
              timer.cancel();
              timer.join();
              one.join();
              return fired;
            }),
            (std::set<int>{0, 1}));
}

TEST(ThreadingTimer, without_an_interval_may_fire_at_once) {
  const auto times = [](auto interval) {
    return outcomes_of([interval] {
      auto fired = steady_clock::time_point::max();
      Timer timer(interval, [&] { fired = steady_clock::now(); });
      timer.start();
      timer.join();
      return fired.time_since_epoch().count();
    });
  };
  EXPECT_EQ(times(0s), std::set<std::int64_t>{0});
  EXPECT_EQ(times(-5s), std::set<std::int64_t>{0});
}

TEST(ThreadingTimer, whose_interval_never_ends_fires_never) {
  EXPECT_EQ(verdicts_of([] {
              Timer timer(threading::TIMEOUT_MAX, [] { check(false, "never"); });
              timer.start();
              timer.join();
            }),
            std::set<Verdict>{Verdict::deadlock});
  EXPECT_TRUE(holds_under_every_schedule([] {
    Timer timer(std::chrono::hours::max(), [] { check(false, "never"); });
    timer.start();
    timer.cancel();
    timer.join();
  }));
}

TEST(ThreadingTimer, is_alive_from_its_start_until_it_has_fired_or_was_cancelled) {
  EXPECT_EQ(outcomes_of([] {
              Timer timer(5ms, [] {});
              check(!timer.is_alive(), "not yet");
              timer.start();
              const bool alive = timer.is_alive();
              const bool ended = timer.join(1ms);
              check(alive || ended, "what has ended can be joined at once");
              timer.cancel();
              timer.join();
              check(!timer.is_alive(), "not any more");
              return std::vector<bool>{alive, ended};
            }),
            (std::set<std::vector<bool>>{{true, false}, {true, true}, {false, true}}));
}

TEST(ThreadingTimer, whose_function_throws_ends_the_execution) {
  const auto run = [](auto make) {
    for_every_schedule(
        [&] {
          auto timer = make();
          timer.start();
          timer.join();
        },
        [](const Execution& execution, const ExecutionResult& result) {
          ASSERT_EQ(result.verdict, Verdict::crash);
          ASSERT_EQ(failure_in(execution.trace()), "no function");
        });
  };
  const auto fail = [] { throw std::logic_error("no function"); };
  run([&] { return Timer(1ms, fail); });
  run([&] { return RepeatingTimer(1ms, fail); });
}

TEST(ThreadingTimer, that_is_a_daemon_may_be_cut_off_before_it_fires) {
  std::set<int> seen;
  for_every_schedule(
      [&] {
        const auto fired = std::make_shared<int>(0);
        Timer timer(1ms, [fired] { *fired = 1; });
        timer.set_daemon(true);
        timer.start();
        this_thread::yield();
        at_end([&seen, fired] { seen.insert(*fired); });
      },
      [](const Execution&, const ExecutionResult& result) { ASSERT_EQ(result.verdict, Verdict::passed); });
  EXPECT_EQ(seen, (std::set<int>{0, 1}));
}

TEST(ThreadingTimer, is_a_thread) {
  holds_under_every_schedule([] {
    bool alone = false;
    Timer timer(1ms, [&] { alone = threading::current_thread().name() == "alarm"; });
    timer.set_name("alarm");
    timer.set_daemon(true);
    check(timer.daemon(), "a daemon");
    timer.start();
    check(throws<threading::ThreadError>([&] { timer.start(); }), "started twice");
    check(throws<threading::ThreadError>([&] { timer.set_daemon(false); }), "too late");
    timer.join();
    check(alone && timer.join(0s), "its function ran on it");
  });
}

TEST(ThreadingTimer, that_is_left_alone_is_waited_for) {
  int fired = 0;
  for_every_schedule(
      [&] {
        fired = 0;
        Timer(1s, [&] { ++fired; }).start();
      },
      [&](const Execution&, const ExecutionResult& result) {
        ASSERT_EQ(result.verdict, Verdict::passed);
        ASSERT_EQ(fired, 1);
      });
}

TEST(RepeatingTimer, fires_until_it_is_cancelled) {
  std::set<int> seen;
  for_every_schedule(
      [&] {
        int fired = 0;
        RepeatingTimer timer(
            5ms,
            [&](int by) {
              fired += by;
              this_thread::yield();
            },
            1);
        timer.start();
        this_thread::yield();
        timer.cancel();
        timer.join();
        seen.insert(fired);
      },
      [](const Execution&, const ExecutionResult& result) { ASSERT_EQ(result.verdict, Verdict::passed); },
      {.exhaustive_max = 0, .random_executions = 500});
  EXPECT_TRUE(seen.contains(0) && seen.contains(1) && seen.contains(2));
}

TEST(RepeatingTimer, fires_at_most_once_more_after_its_cancel_and_never_after_its_join) {
  std::set<int> late;
  for_every_schedule(
      [&] {
        bool cancelled = false, joined = false;
        int after_cancel = 0;
        RepeatingTimer timer(1ms, [&] {
          check(!joined, "it has ended");
          this_thread::yield();
          if (cancelled) ++after_cancel;
        });
        timer.start();
        this_thread::yield();
        timer.cancel();
        cancelled = true;
        timer.join();
        joined = true;
        check(after_cancel <= 1, "it asks each time");
        this_thread::sleep_for(1s);
        late.insert(after_cancel);
      },
      [](const Execution& execution, const ExecutionResult& result) {
        ASSERT_EQ(result.verdict, Verdict::passed) << failure_in(execution.trace());
      },
      {.exhaustive_max = 300, .random_executions = 500});
  EXPECT_EQ(late, (std::set<int>{0, 1}));
}

TEST(RepeatingTimer, cancelled_before_its_start_never_fires) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    RepeatingTimer timer(0s, [] { check(false, "never"); });
    timer.cancel();
    timer.start();
    timer.join();
    check(throws<threading::ThreadError>([&] { timer.start(); }), "started twice");
  }));
}

TEST(RepeatingTimer, begins_its_interval_anew_after_each_call) {
  EXPECT_EQ(outcomes_of(
                [] {
                  std::vector<int> times;
                  RepeatingTimer timer(2s, [&] {
                    times.push_back(static_cast<int>(steady_clock::now().time_since_epoch() / 1s));
                    this_thread::sleep_for(3s);
                  });
                  timer.start();
                  this_thread::sleep_for(13s);
                  timer.cancel();
                  timer.join();
                  return times;
                },
                {.time = TimeModel::ideal}),
            (std::set<std::vector<int>>{{2, 7, 12}}));
}

TEST(RepeatingTimer, keeps_its_interval) {
  EXPECT_EQ(outcomes_of(
                [] {
                  std::vector<int> times;
                  RepeatingTimer timer(
                      2s, [&] { times.push_back(static_cast<int>(steady_clock::now().time_since_epoch() / 1s)); });
                  timer.start();
                  this_thread::sleep_for(7s);
                  timer.cancel();
                  timer.join();
                  return times;
                },
                {.time = TimeModel::ideal}),
            (std::set<std::vector<int>>{{2, 4, 6}}));
}

TEST(RepeatingTimer, may_cancel_itself) {
  holds_under_every_schedule([] {
    int fired = 0;
    std::function<void()> cancel;
    RepeatingTimer timer(1ms, [&] {
      if (++fired == 3) cancel();
    });
    cancel = [&] { timer.cancel(); };
    timer.start();
    timer.join();
    check(fired == 3, "three times");
  });
}

TEST(RepeatingTimer, that_is_a_daemon_is_cut_off) {
  for_every_schedule(
      [] {
        const auto beats = std::make_shared<atomic<int>>(0);
        RepeatingTimer timer(1ms, [beats] { beats->fetch_add(1); });
        timer.set_daemon(true);
        timer.start();
        this_thread::yield();
      },
      [](const Execution& execution, const ExecutionResult& result) {
        ASSERT_EQ(result.verdict, Verdict::passed);
        ASSERT_EQ(events_of(execution.trace(), OperationKind::cut_off).size(), 1U);
      },
      {.exhaustive_max = 0});
}

TEST(ThreadingTimer, is_unwound_wherever_it_stands) {
  const auto counted = std::make_shared<int>(0);
  const auto run = [&](auto interval) {
    for_every_schedule(
        [&] {
          Timer timer(interval, [own = counted] { binary_semaphore(0).acquire(); });
          timer.start();
          timer.join();
        },
        [&](const Execution&, const ExecutionResult& result) {
          ASSERT_EQ(result.verdict, Verdict::deadlock);
          ASSERT_EQ(result.parked, 0U);
          ASSERT_EQ(counted.use_count(), 1);
        },
        {.exhaustive_max = 10, .random_executions = 10});
  };
  run(1ms);
  run(std::chrono::hours::max());
}

TEST(ThreadingTimer, does_its_operations_at_the_place_that_started_it) {
  const Trace trace = trace_of([] {
    Timer timer(1ms, [] {});
    timer.start();
    timer.join();
  });
  const void* started = nullptr;
  int operations = 0;
  for (const Event& event : trace.events) {
    if (event.operation.kind == OperationKind::spawn) started = event.operation.place;
    if (event.thread != 1 || event.operation.kind == OperationKind::begin || event.operation.kind == OperationKind::end)
      continue;
    ++operations;
    EXPECT_EQ(event.operation.place, started) << name_of(event.operation.kind);
  }
  EXPECT_NE(started, nullptr);
  EXPECT_GE(operations, 4) << "wait, go on, ask, set";
}

TEST(ThreadingTimer, hands_what_was_done_before_its_start_to_its_function) {
  EXPECT_EQ(findings_of([] {
              shared<int> x{0, "x"};
              Timer timer(1ms, [&] { x = x.read() + 1; });
              x = 1;
              timer.start();
              timer.join();
              check(x.read() == 2, "after the join");
            }),
            Names{});
  EXPECT_EQ(findings_of([] {
              shared<bool> gone{false, "gone"};
              Timer timer(1ms, [&] { check(!gone.read(), "it is still there"); });
              timer.start();
              timer.cancel();
              gone = true;
              timer.join();
            }),
            Names{"data-race"})
      << "a cancel does not wait for a function that runs already";
}

}  // namespace
}  // namespace snag
