// Clocks and sleeps: virtual time that only moves forward, adversarial or ideal.
#include "tests/support/every_schedule.h"

#include <gtest/gtest.h>
#include <snag/snag.h>

#include <chrono>
#include <limits>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

namespace snag {
namespace {

using namespace std::chrono_literals;
using namespace snag::testing;

static_assert(steady_clock::is_steady && !system_clock::is_steady && high_resolution_clock::is_steady);
static_assert(std::chrono::is_clock_v<steady_clock> && std::chrono::is_clock_v<system_clock>);
static_assert(std::is_same_v<steady_clock::time_point::clock, steady_clock>);

TEST(Clocks, begin_at_the_same_point_in_every_execution) {
  holds_under_every_schedule([] {
    check(steady_clock::now().time_since_epoch() == 0ns, "the beginning of the execution");
    const std::time_t begin = system_clock::to_time_t(system_clock::now());
    check(begin == 946'684'800, "1 January 2000");
    check(system_clock::from_time_t(begin) == system_clock::now(), "there and back");
  });
}

TEST(Clocks, agree_on_what_has_passed) {
  holds_under_every_schedule([] {
    const auto steady = steady_clock::now();
    const auto system = system_clock::now();
    this_thread::sleep_for(1500ms);
    check(steady_clock::now() - steady == 1500ms && system_clock::now() - system == 1500ms, "the sleep, no more");
  });
}

TEST(Clocks, are_read_as_events) {
  const Trace trace = trace_of([] {
    this_thread::sleep_for(2us);
    static_cast<void>(steady_clock::now());
  });
  const std::vector<Event> slept = events_of(trace, OperationKind::sleep);
  ASSERT_EQ(slept.size(), 1U);
  EXPECT_EQ(slept[0].operation.argument, 2000U);
  EXPECT_EQ(slept[0].before, 0U);
  EXPECT_EQ(slept[0].after, 2000U);
  const std::vector<Event> read = events_of(trace, OperationKind::read_clock);
  ASSERT_EQ(read.size(), 1U);
  EXPECT_EQ(read[0].after, 2000U);
}

TEST(Sleep, lasts_at_least_as_long_as_asked) {
  holds_under_every_schedule([] {
    const auto nap = [](auto duration) {
      const auto begin = steady_clock::now();
      this_thread::sleep_for(duration);
      check(steady_clock::now() - begin >= duration, "for");
      const auto deadline = system_clock::now() + duration;
      this_thread::sleep_until(deadline);
      check(system_clock::now() >= deadline, "until");
    };
    thread one([&] { nap(3s); }), two([&] { nap(1ms); });
    one.join();
    two.join();
  });
}

TEST(Sleep, that_is_over_already_takes_no_time) {
  holds_under_every_schedule([] {
    this_thread::sleep_for(1s);
    const auto before = steady_clock::now();
    this_thread::sleep_for(-5s);
    this_thread::sleep_for(0ns);
    this_thread::sleep_until(before - 1ms);
    this_thread::sleep_until(steady_clock::time_point::min());
    this_thread::sleep_until(system_clock::time_point::min());
    this_thread::sleep_until(system_clock::from_time_t(0));
    check(steady_clock::now() == before, "the clock stands still");
  });
}

TEST(Sleep, takes_any_unit) {
  holds_under_every_schedule([] {
    this_thread::sleep_for(std::chrono::duration<double>(0.5));
    this_thread::sleep_for(std::chrono::duration<float, std::milli>(1.5F));
    check(steady_clock::now().time_since_epoch() == 501'500us, "fractions of a second");
    using Third = std::chrono::duration<int, std::ratio<1, 3>>;
    this_thread::sleep_for(Third(1));
    check(steady_clock::now().time_since_epoch() == 834'833'334ns, "rounded up");
  });
}

template <class Call>
void expect_never_over(Call call) {
  for (const TimeModel time : {TimeModel::adversarial, TimeModel::ideal})
    EXPECT_EQ(verdicts_of(call, {.time = time}), std::set<Verdict>{Verdict::deadlock});
}

TEST(Sleep, as_long_as_can_be_said_is_never_over) {
  expect_never_over([] { this_thread::sleep_for(std::chrono::hours::max()); });
  expect_never_over([] { this_thread::sleep_for(std::chrono::nanoseconds::max()); });
  expect_never_over([] { this_thread::sleep_for(std::chrono::duration<double>(1e30)); });
  expect_never_over([] { this_thread::sleep_until(steady_clock::time_point::max()); });
  using Days = std::chrono::duration<std::int64_t, std::ratio<86400>>;
  expect_never_over([] { this_thread::sleep_until(std::chrono::time_point<system_clock, Days>::max()); });
}

constexpr std::chrono::hours century(24 * 365 * 100);

TEST(Sleep, of_centuries_keeps_the_clocks_forward) {
  holds_under_every_schedule([] {
    const auto begin = system_clock::now();
    this_thread::sleep_for(2 * century);
    check(system_clock::now() - begin == 2 * century, "the clocks go that far");
    this_thread::sleep_for(century / 2);
    check(system_clock::now() - begin == 5 * century / 2, "and a little farther");
  });
  expect_never_over([] {
    this_thread::sleep_for(2 * century);
    this_thread::sleep_for(2 * century);  // beyond what a clock can tell
  });
}

TEST(AdversarialTime, lets_the_longer_sleep_end_first) {
  const auto order_of_waking = [] {
    std::string order;
    thread one([&] {
      this_thread::sleep_for(1h);
      order += '1';
    });
    thread two([&] {
      this_thread::sleep_for(1ms);
      order += '2';
    });
    one.join();
    two.join();
    return order;
  };
  EXPECT_EQ(outcomes_of(order_of_waking), (std::set<std::string>{"12", "21"}));
  EXPECT_EQ(outcomes_of(order_of_waking, {.time = TimeModel::ideal}), std::set<std::string>{"21"});
}

TEST(AdversarialTime, makes_no_synchronisation_of_a_sleep) {
  const auto seen_after_a_sleep = [] {
    atomic<int> x{0};
    thread writer([&] { x.store(1); });
    this_thread::sleep_for(10s);
    const int seen = x.load();
    writer.join();
    return seen;
  };
  EXPECT_EQ(outcomes_of(seen_after_a_sleep), (std::set<int>{0, 1}));
  EXPECT_EQ(outcomes_of(seen_after_a_sleep, {.time = TimeModel::ideal}), std::set<int>{1});
}

}  // namespace
}  // namespace snag
