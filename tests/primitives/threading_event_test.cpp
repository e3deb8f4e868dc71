// threading::Event: what Python promises of it, under every schedule; waits untimed and timed.
#include "tests/support/every_schedule.h"
#include "tests/support/findings_of.h"

#include <gtest/gtest.h>
#include <snag/snag.h>

#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace snag {
namespace {

using namespace std::chrono_literals;
using namespace snag::testing;

TEST(ThreadingEvent, lets_nobody_through_before_it_is_set) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    threading::Event ready;
    bool set = false;
    const auto wait = [&] {
      ready.wait();
      check(set, "not before");
    };
    thread one(wait), two(wait);
    set = true;
    ready.set();
    one.join();
    two.join();
    ready.wait();
  }));
}

TEST(ThreadingEvent, that_is_never_set_makes_waiters_wait_for_ever) {
  EXPECT_EQ(verdicts_of([] { threading::Event().wait(); }), std::set<Verdict>{Verdict::deadlock});
  EXPECT_EQ(verdicts_of([] { threading::Event().wait(std::chrono::hours::max()); }),
            std::set<Verdict>{Verdict::deadlock});
}

TEST(ThreadingEvent, wakes_those_that_wait_even_if_it_is_cleared_at_once) {
  std::set<Verdict> verdicts;
  for_every_schedule(
      [] {
        threading::Event ready;
        thread waiter([&] { ready.wait(); });
        ready.set();
        ready.clear();
        waiter.join();
      },
      [&](const Execution& execution, const ExecutionResult& result) {
        verdicts.insert(result.verdict);
        const Event set = events_of(execution.trace(), OperationKind::event_set).at(0);
        const std::vector<Event> waits = events_of(execution.trace(), OperationKind::event_wait);
        const bool in_time = !waits.empty() && waits[0].step < set.step;
        const bool through = result.verdict == Verdict::passed;
        ASSERT_EQ(through, in_time || waits.at(0).success) << "who waits at the set is woken, who comes late is not";
      });
  EXPECT_EQ(verdicts, (std::set<Verdict>{Verdict::passed, Verdict::deadlock}));
}

TEST(ThreadingEvent, tells_whether_it_is_set) {
  EXPECT_EQ(outcomes_of([] {
              threading::Event ready;
              check(!ready.is_set(), "not at first");
              thread setter([&] { ready.set(); });
              const bool set = ready.is_set();
              setter.join();
              check(ready.is_set(), "it stays so");
              ready.clear();
              check(!ready.is_set(), "until it is cleared");
              return set;
            }),
            (std::set<bool>{false, true}));
}

TEST(ThreadingEvent, that_is_polled_lets_others_go_on) {
  for (const auto poll : {+[](threading::Event& ready) {
                            while (!ready.is_set()) {}
                          },
                          +[](threading::Event& ready) {
                            while (!ready.wait(1ms)) {}
                          }}) {
    EXPECT_EQ(verdicts_of([poll] {
                threading::Event ready;
                thread setter([&] {
                  this_thread::yield();
                  ready.set();
                });
                poll(ready);
                setter.join();
              }),
              std::set<Verdict>{Verdict::passed});
  }
}

// ---- Timed -------------------------------------------------------------------------------------------------------

TEST(ThreadingEvent, waits_until_it_is_set_or_its_time_is_out) {
  EXPECT_EQ(outcomes_of([] {
              threading::Event ready;
              thread setter([&] { ready.set(); });
              const auto deadline = steady_clock::now() + 10ms;
              const bool set = ready.wait(10ms);
              check(set || steady_clock::now() >= deadline, "time has passed");
              setter.join();
              check(ready.wait(0ms), "it is set by now");
              return set;
            }),
            (std::set<bool>{false, true}));
}

TEST(ThreadingEvent, with_no_time_to_wait_tells_whether_it_is_set) {
  EXPECT_EQ(outcomes_of([] {
              threading::Event ready;
              const bool before = ready.wait(0s) || ready.wait(-1s);
              ready.set();
              return !before && ready.wait(0s) && ready.wait(-1s);
            }),
            std::set<bool>{true});
}

TEST(ThreadingEvent, in_ideal_time_is_not_overtaken_by_its_time_out) {
  EXPECT_EQ(outcomes_of(
                [] {
                  threading::Event ready;
                  thread setter([&] {
                    this_thread::sleep_for(1s);
                    ready.set();
                  });
                  const bool early = ready.wait(500ms);
                  const bool late = ready.wait(700ms);
                  setter.join();
                  return !early && late;
                },
                {.time = TimeModel::ideal}),
            std::set<bool>{true});
}

// ---- Ends --------------------------------------------------------------------------------------------------------

TEST(ThreadingEvent, that_is_waited_for_for_ever_is_unwound) {
  const auto counted = std::make_shared<int>(0);
  const auto run = [&](auto wait) {
    for_every_schedule(
        [&] {
          threading::Event never_set;
          thread waiter([&, own = counted] { wait(never_set); });
          waiter.join();
        },
        [&](const Execution&, const ExecutionResult& result) {
          ASSERT_EQ(result.verdict, Verdict::deadlock);
          ASSERT_EQ(result.parked, 0U);
          ASSERT_EQ(counted.use_count(), 1);
        },
        {.exhaustive_max = 10, .random_executions = 10});
  };
  run([](threading::Event& event) { event.wait(); });
  run([](threading::Event& event) { event.wait(std::chrono::hours::max()); });
  run([](threading::Event& event) {
    struct Late {
      threading::Event& event;
      ~Late() {
        event.set();
        event.wait();
        event.clear();
        static_cast<void>(event.is_set());
      }
    } late{event};
    event.wait();
  });
}

TEST(ThreadingEvent, destroyed_while_somebody_waits_is_a_finding) {
  EXPECT_EQ(findings_of([] {
              std::optional<threading::Event> ready(std::in_place);
              thread waiter([&] { ready->wait(); });
              this_thread::yield();
              ready.reset();
            }),
            Names{"destroyed-in-use"});
}

TEST(ThreadingEvent, records_its_flag_and_deadline) {
  const Trace trace = trace_of([] {
    threading::Event ready;
    name(ready, "ready");
    ready.wait(1s);
    ready.set();
    ready.set();
    ready.wait();
    ready.clear();
  });
  EXPECT_EQ(trace.objects.at(0).kind, ObjectKind::event);
  EXPECT_EQ(display_name(trace, ObjectIndex{0}), "ready");
  const std::vector<Event> waits = events_of(trace, OperationKind::event_wait);
  ASSERT_EQ(waits.size(), 2U);
  EXPECT_FALSE(waits[0].success);
  EXPECT_EQ(waits[0].operation.argument, 1'000'000'000U);
  EXPECT_TRUE(waits[1].success);
  EXPECT_EQ(waits[1].operation.argument, 0U);
  const std::vector<Event> resumes = events_of(trace, OperationKind::event_resume);
  ASSERT_EQ(resumes.size(), 1U);
  EXPECT_FALSE(resumes[0].success) << "timed out";
  const std::vector<Event> sets = events_of(trace, OperationKind::event_set);
  EXPECT_EQ(sets.at(0).before, 0U);
  EXPECT_EQ(sets.at(1).before, 1U);
  EXPECT_EQ(events_of(trace, OperationKind::event_clear).at(0).before, 1U);
}

// ---- With the checkers -------------------------------------------------------------------------------------------

TEST(ThreadingEvent, orders_what_was_done_before_the_set_before_the_wait) {
  EXPECT_EQ(findings_of([] {
              threading::Event ready;
              shared<int> data{0, "data"};
              thread writer([&] {
                data = 1;
                ready.set();
              });
              ready.wait();
              check(data.read() == 1, "it is there");
              writer.join();
            }),
            Names{});
  EXPECT_EQ(findings_of([] {
              threading::Event ready;
              shared<int> data{0, "data"};
              thread writer([&] {
                data = 1;
                ready.set();
              });
              if (!ready.wait(1s)) data = 2;
              writer.join();
            }),
            Names{"data-race"});
}

TEST(ThreadingEvent, never_set_is_a_deadlock) {
  EXPECT_EQ(findings_of([] {
              threading::Event ready;
              thread waiter([&] { ready.wait(); });
              waiter.join();
            }),
            Names{"deadlock"});
}

}  // namespace
}  // namespace snag
