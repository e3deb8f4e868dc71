// Schedules as values of RapidCheck's, and bodies run under them. Properties that must fail are checked by hand, with a
// seed of their own, so that what they shrink to can be looked at.
#include <snag/rapidcheck.h>
#include <snag/snag.h>

#include "tests/support/child.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <set>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

namespace {

using snag::rapidcheck::run_under;
using snag::rapidcheck::Schedule;
using snag::rapidcheck::smaller;

std::string text_of(const Schedule& schedule) { return rc::toString(schedule); }

std::size_t switches_in(const Schedule& schedule) {
  return static_cast<std::size_t>(
      std::ranges::count_if(schedule.choices, [](std::uint32_t choice) { return choice != 0; }));
}

/// Checks a property with this seed; the counterexample if it fails, else a failure of the test.
template <class Property>
rc::detail::FailureResult failure_of(Property property, std::uint64_t seed = 1) {
  rc::detail::TestParams params;
  params.seed = seed;
  const auto result = rc::detail::checkTestable(property, rc::detail::TestMetadata(), params);
  if (!result.template is<rc::detail::FailureResult>()) {
    std::ostringstream text;
    rc::detail::printResultMessage(result, text);
    ADD_FAILURE() << "the property should fail: " << text.str();
    return {};
  }
  return result.template get<rc::detail::FailureResult>();
}

void lose_an_update() {
  snag::atomic<int> count{0};
  const auto add = [&] { count.store(count.load() + 1); };
  snag::thread first(add);
  snag::thread second(add);
  first.join();
  second.join();
}

// ---- The value ---------------------------------------------------------------------------------------------------

TEST(Schedule, is_shown_by_its_switches) {
  EXPECT_EQ(text_of({}), "no switch");
  EXPECT_EQ(text_of({{0, 0}}), "no switch");
  EXPECT_EQ(text_of({{0, 0, 1, 0, 7}}), "switch at choice 3 (1), 5 (7)");
}

TEST(Schedule, shrinks_to_fewer_switches_first_then_to_earlier_ones_then_to_the_first_of_the_others) {
  const std::vector<Schedule> all = smaller({{0, 0, 2, 0, 1}});
  const std::vector<Schedule> expected = {
      {},                 // no switch
      {{0, 0, 2}},        // the first
      {{0, 0, 0, 0, 1}},  // the second
      {{0, 0, 2}},        //
      {{2, 0, 1}},        // earlier by 2
      {{0, 2, 0, 1}},     // by 1
      {{0, 0, 2, 1}},     // the second
      {{0, 0, 1, 0, 1}},  // another number
  };
  EXPECT_EQ(all, expected);
  EXPECT_TRUE(smaller({}).empty());
}

RC_GTEST_PROP(ScheduleProperty, every_shrink_is_smaller_so_shrinking_ends, (const Schedule& schedule)) {
  const auto measure = [](const Schedule& one) {
    std::uint64_t sum = 0;
    for (const std::uint32_t choice : one.choices) sum += choice;
    return std::tuple(switches_in(one), one.choices.size(), sum);
  };
  for (const Schedule& less : smaller(schedule)) RC_ASSERT(measure(less) < measure(schedule));
}

TEST(Schedule, shrinks_to_what_matters) {
  // Fails when two numbers somewhere are not 0: two switches, at the first two choices, to the first of the others.
  const auto failure = failure_of([](const Schedule& schedule) { RC_ASSERT(switches_in(schedule) < 2); });
  ASSERT_EQ(failure.counterExample.size(), 1U);
  EXPECT_EQ(failure.counterExample.front().second, "(switch at choice 1 (1), 2 (1))");
}

TEST(Schedule, is_generated_with_few_switches_and_with_many) {
  std::set<std::size_t> tenths;
  rc::detail::TestParams params;
  params.seed = 1;
  const auto result = rc::detail::checkTestable(
      [&](const Schedule& schedule) {
        if (schedule.choices.size() >= 40) tenths.insert(10 * switches_in(schedule) / schedule.choices.size());
      },
      rc::detail::TestMetadata(), params);
  EXPECT_TRUE(result.is<rc::detail::SuccessResult>());
  EXPECT_TRUE(tenths.contains(0));
  EXPECT_TRUE(tenths.contains(5));
}

// ---- Bodies ------------------------------------------------------------------------------------------------------

RC_GTEST_PROP(RunUnder, passes_what_is_right_under_every_schedule, (const Schedule& schedule)) {
  run_under("right", schedule, [] {
    snag::atomic<int> count{0};
    snag::thread other([&] { count.fetch_add(1); });
    count.fetch_add(1);
    other.join();
    RC_ASSERT(count.load() == 2);
  });
}

TEST(RunUnder, fails_with_the_report_and_shrinks_to_one_switch) {
  const auto failure = failure_of([](const Schedule& schedule) { run_under("lost", schedule, lose_an_update); });
  ASSERT_EQ(failure.counterExample.size(), 1U);
  EXPECT_EQ(snag::testing::count_of(failure.counterExample.front().second, "("), 2U)
      << failure.counterExample.front().second;
  EXPECT_CONTAINS(failure.description, "lost-update in property/lost");
  EXPECT_CONTAINS(failure.description, "What happened, step by step");
  EXPECT_CONTAINS(failure.description, "SNAG_REPLAY=1:property/lost:");
}

TEST(RunUnder, takes_choices_between_values_from_the_schedule) {
  const auto failure = failure_of([](const Schedule& schedule) {
    run_under("values", schedule, [] { snag::check(snag::choose(3) != 2, "never two"); });
  });
  EXPECT_EQ(failure.counterExample.front().second, "(switch at choice 1 (2))");
  EXPECT_CONTAINS(failure.description, "never two");
}

TEST(RunUnder, counts_rc_assert_from_any_thread) {
  for (const bool in_thread : {false, true}) {
    const auto failure = failure_of([in_thread](const Schedule& schedule) {
      run_under("asserts", schedule, [in_thread] {
        snag::atomic<int> turn{0};
        const auto look = [&] { RC_ASSERT(turn.load() == 0); };
        const snag::jthread other([&] { turn.store(1); });
        const snag::jthread looker([&] {
          if (in_thread) look();
        });
        if (!in_thread) look();
      });
    });
    EXPECT_CONTAINS(failure.description, "failed-expectation in property/asserts");
    EXPECT_CONTAINS(failure.description, "RC_ASSERT(turn.load() == 0)");
    EXPECT_CONTAINS(failure.description, "rapidcheck_test.cpp:");
  }
}

TEST(RunUnder, discards_a_case_that_a_body_discards) {
  rc::detail::TestParams params;
  params.seed = 1;
  const auto result = rc::detail::checkTestable(
      [](const Schedule& schedule) {
        run_under("discards", schedule, [] {
          snag::thread other([] { RC_DISCARD("not this one"); });
          other.join();
          snag::check(false, "what comes after means nothing");
        });
      },
      rc::detail::TestMetadata(), params);
  ASSERT_TRUE(result.is<rc::detail::GaveUpResult>());
  EXPECT_CONTAINS(result.get<rc::detail::GaveUpResult>().description, "not this one");
}

TEST(RunUnder, names_what_other_exceptions_are) {
  const auto failure = failure_of(
      [](const Schedule& schedule) { run_under("throws", schedule, [] { snag::thread([] { throw 7; }).join(); }); });
  EXPECT_CONTAINS(failure.description, "uncaught-exception in property/throws");
}

TEST(RunUnder, tells_a_body_that_is_not_deterministic) {
  int executions = 0;
  const auto failure = failure_of([&](const Schedule& schedule) {
    run_under("changes", schedule, [&] {
      snag::atomic<int> count{0};
      ++executions;
      snag::thread other([&] { count.load(); });
      for (int i = 0; i < executions; ++i) count.fetch_add(1);
      other.join();
    });
  });
  EXPECT_CONTAINS(failure.description, "is not deterministic");
}

TEST(RunUnder, is_not_changed_by_the_environment_of_searches) {
  ASSERT_EQ(setenv("SNAG_STRATEGY", "random", 1), 0);
  ASSERT_EQ(setenv("SNAG_EXECUTIONS", "500", 1), 0);
  int executions = 0;
  run_under("once", {}, [&] { ++executions; });
  unsetenv("SNAG_STRATEGY");
  unsetenv("SNAG_EXECUTIONS");
  EXPECT_EQ(executions, 2) << "once, and once more for the determinism guard";
}

// ---- From outside ------------------------------------------------------------------------------------------------

const std::string specimen = SNAG_SPECIMENS "/rapidcheck_specimen";

class Rapidcheck : public snag::testing::InFolder {};

TEST_F(Rapidcheck, the_reproduce_string_shows_the_same_failure_again) {
  const auto found = shell("RC_PARAMS='seed=3' " + specimen + " lost");
  EXPECT_EQ(found.code, 1);
  EXPECT_CONTAINS(found.out, "lost-update in property/lost");
  const std::size_t begin = found.out.find("reproduce=");
  ASSERT_NE(begin, std::string::npos) << found.out;
  const std::string reproduce = found.out.substr(begin, found.out.find('"', begin) - begin);
  const auto again = shell("RC_PARAMS='" + reproduce + "' " + specimen + " lost");
  EXPECT_EQ(again.code, 1);
  const auto report = [](const std::string& out) {
    const std::size_t at = out.find("lost-update in property/lost");
    return out.substr(at, out.find("SNAG_REPLAY", at) - at);
  };
  EXPECT_EQ(report(again.out), report(found.out));
}

TEST_F(Rapidcheck, a_seed_gives_the_same_answer_each_time) {
  const std::string command = "RC_PARAMS='seed=3' " + specimen + " lost";
  EXPECT_EQ(shell(command).out, shell(command).out);
}

TEST_F(Rapidcheck, a_token_replays_just_its_execution) {
  const auto found = shell("RC_PARAMS='seed=3' " + specimen + " lost");
  const std::size_t begin = found.out.find("SNAG_REPLAY=");
  ASSERT_NE(begin, std::string::npos);
  const std::string token = found.out.substr(begin, found.out.find(' ', begin) - begin);
  const auto replayed = shell(token + " " + specimen + " lost");
  EXPECT_EQ(replayed.code, 1);
  EXPECT_CONTAINS(replayed.out, "lost-update in property/lost");
  EXPECT_CONTAINS(replayed.out, "Falsifiable after 1 test");
  const auto other = shell(token + " " + specimen + " right");
  EXPECT_EQ(other.code, 0) << other.out;
}

TEST_F(Rapidcheck, a_token_that_fits_no_case_is_no_pass) {
  const auto outcome = shell("SNAG_REPLAY=1:property/lost:p1:1abc2defg:12345678 " + specimen + " lost");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_CONTAINS(outcome.out, "this token does not fit the test any more");
}

}  // namespace
