// snag::gtest from outside: a test program of its users (gtest_specimen.cpp) run as a child process, with GoogleTest's
// flags and snag's environment.
#include "tests/support/child.h"

#include <gtest/gtest.h>
#include <pugixml.hpp>

#include <cctype>
#include <chrono>
#include <regex>
#include <set>
#include <string>

namespace {

using snag::testing::ChildOutcome;
using snag::testing::count_of;

const std::string specimen = SNAG_SPECIMENS "/gtest_specimen";

class Gtest : public snag::testing::InFolder {
 protected:
  /// Runs the specimen's tests that the filter fits; `before` is the environment.
  ChildOutcome run(const std::string& filter, const std::string& flags = "", const std::string& before = "") const {
    return shell(before + " " + specimen + " --gtest_filter='" + filter + "' " + flags);
  }
  /// The line behind "See it again".
  static std::string replay_line(const std::string& report) {
    std::smatch match;
    return std::regex_search(report, match, std::regex(R"(See it again\n  (SNAG_REPLAY=[^\n]*)\n)")) ? match[1].str()
                                                                                                     : "false";
  }
  static std::string token_of(const std::string& report) {
    std::smatch match;
    return std::regex_search(report, match, std::regex(R"(SNAG_REPLAY=(1:\S+))")) ? match[1].str() : "";
  }
  /// The body of the report, without what differs between a search and a replay.
  static std::string picture_of(const std::string& report) {
    const std::size_t begin = report.find("What happened, step by step");
    return begin == std::string::npos ? "" : report.substr(begin, report.find("See it again") - begin);
  }
};

// ---- Verdicts ----------------------------------------------------------------------------------------------------

TEST_F(Gtest, passes_with_honest_words) {
  const ChildOutcome outcome = run("Right.adds_under_a_lock:Right.is_verified:Ordinary.passes");
  EXPECT_EQ(outcome.code, 0) << outcome.out;
  EXPECT_CONTAINS(outcome.out, "verified: every interleaving up to equivalence, in 2 executions");
  EXPECT_CONTAINS(outcome.out, "verified: every interleaving, in 3 executions");
  EXPECT_CONTAINS(run("Right.adds_under_a_lock", "", "SNAG_STRATEGY=random").out,
                  "no finding in 2,000 executions (strategy random, seed 1); not a proof");
  EXPECT_CONTAINS(outcome.out, "[  PASSED  ] 3 tests.");
}

TEST_F(Gtest, takes_well_under_a_second_for_a_small_body) {
  const ChildOutcome outcome = run("Right.adds_under_a_lock");
  std::smatch match;
  ASSERT_TRUE(std::regex_search(outcome.out, match, std::regex(R"(OK \] Right.adds_under_a_lock \((\d+) ms\))")));
  EXPECT_LT(std::stoi(match[1]), 10'000) << "a loaded machine under sanitizers; 30 ms without either";
}

TEST_F(Gtest, fails_with_the_whole_report) {
  const ChildOutcome outcome = run("Wrong.loses_an_update");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_CONTAINS(outcome.out, "lost-update in Wrong.loses_an_update");
  EXPECT_CONTAINS(outcome.out, "which T2 had written at gtest_specimen.cpp:");
  EXPECT_CONTAINS(outcome.out, "What happened, step by step");
  EXPECT_CONTAINS(outcome.out, "Hint");
  EXPECT_CONTAINS(outcome.out, "[  FAILED  ] Wrong.loses_an_update");
}

TEST_F(Gtest, names_exceptions_that_leave_a_thread) {
  const ChildOutcome outcome = run("Wrong.throws_in_a_thread");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_CONTAINS(outcome.out, "uncaught-exception in Wrong.throws_in_a_thread");
  EXPECT_CONTAINS(outcome.out, "thrown on purpose");
}

TEST_F(Gtest, fails_when_a_strict_test_is_inconclusive) {
  const ChildOutcome outcome = run("Wrong.is_inconclusive_when_strict");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_CONTAINS(outcome.out, "inconclusive, which fails a strict test");
}

TEST_F(Gtest, fails_with_the_mend_for_mistakes_and_nondeterminism) {
  const ChildOutcome strategy = run("Wrong.asks_for_an_unknown_strategy");
  EXPECT_EQ(strategy.code, 1);
  EXPECT_CONTAINS(strategy.out, "there is no strategy 'wishful': choose mixed,");
  const ChildOutcome nondeterminism = run("Wrong.is_not_deterministic");
  EXPECT_EQ(nondeterminism.code, 1);
  EXPECT_CONTAINS(nondeterminism.out, "is not deterministic");
}

// ---- Expectations ------------------------------------------------------------------------------------------------

TEST_F(Gtest, an_expectation_in_the_body_counts_once) {
  const ChildOutcome outcome = run("Wrong.expects_in_the_body");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_CONTAINS(outcome.out, "failed-expectation in Wrong.expects_in_the_body");
  EXPECT_CONTAINS(outcome.out, "An expectation failed in T0 at gtest_specimen.cpp:");
  EXPECT_CONTAINS(outcome.out, "    done.load()\n      Which is: 2\n    3\n  in the body\n");
  EXPECT_EQ(count_of(outcome.out, ": Failure\n"), 1U) << outcome.out;
}

TEST_F(Gtest, an_expectation_in_a_thread_counts_once_however_many_executions_fail) {
  for (const std::string executions : {"2000", "20000"}) {
    const ChildOutcome outcome = run("Wrong.expects_in_a_thread", "", "SNAG_EXECUTIONS=" + executions);
    EXPECT_EQ(outcome.code, 1);
    EXPECT_CONTAINS(outcome.out, "An expectation failed in T2 at gtest_specimen.cpp:");
    EXPECT_CONTAINS(outcome.out, "the other was faster");
    EXPECT_EQ(count_of(outcome.out, ": Failure\n"), 1U) << outcome.out;
  }
}

TEST_F(Gtest, a_failure_names_the_place_of_the_expectation) {
  const ChildOutcome outcome = run("Wrong.expects_in_a_thread");
  std::smatch report;
  std::smatch failure;
  ASSERT_TRUE(std::regex_search(outcome.out, report, std::regex(R"(in T2 at gtest_specimen.cpp:(\d+):)")));
  ASSERT_TRUE(std::regex_search(outcome.out, failure, std::regex(R"(gtest_specimen.cpp:(\d+): Failure)")));
  EXPECT_EQ(report[1], failure[1]);
}

TEST_F(Gtest, assertions_return_from_their_function_as_usual) {
  const ChildOutcome outcome = run("Wrong.asserts_in_a_thread");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_CONTAINS(outcome.out, "failed-expectation in Wrong.asserts_in_a_thread");
  EXPECT_LACKS(outcome.out, "FAIL returns from its function");
  EXPECT_EQ(count_of(outcome.out, ": Failure\n"), 1U);
}

TEST_F(Gtest, expectations_in_destructors_neither_hang_nor_end_the_program) {
  const ChildOutcome outcome = run("Wrong.expects_in_a_destructor:Ordinary.passes");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_CONTAINS(outcome.out, "  in a destructor\n");
  EXPECT_LACKS(outcome.out, "after it");
  EXPECT_EQ(count_of(outcome.out, ": Failure\n"), 1U);
}

TEST_F(Gtest, scoped_traces_are_shown_where_they_are_certain_and_else_said_to_be_left_out) {
  const ChildOutcome several = run("Wrong.fails_under_a_trace");
  EXPECT_CONTAINS(several.out, "between the two\n  (SCOPED_TRACE left out: it cannot tell controlled threads apart)");
  EXPECT_LACKS(several.out, "of the other");
  const ChildOutcome alone = run("Wrong.fails_under_a_trace_alone");
  EXPECT_CONTAINS(alone.out, "of the body");
}

TEST_F(Gtest, passing_results_do_not_add_up) {
  ASSERT_EQ(run("Right.adds_under_a_lock", "--gtest_output=xml:results.xml").code, 0);
  pugi::xml_document document;
  ASSERT_TRUE(document.load_file((folder / "results.xml").c_str()));
  EXPECT_EQ(document.child("testsuites").attribute("failures").as_int(-1), 0);
  EXPECT_LT(read("results.xml").size(), 2000U);
}

// ---- Skips and crashes -------------------------------------------------------------------------------------------

TEST_F(Gtest, a_body_that_skips_itself_skips_the_test) {
  const ChildOutcome outcome = run("Skips.in_the_body");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_CONTAINS(outcome.out, "not today");
  EXPECT_CONTAINS(outcome.out, "[  SKIPPED ] 1 test");
  EXPECT_LACKS(outcome.out, "no finding");
}

TEST_F(Gtest, a_crash_prints_the_line_that_replays_it) {
  const ChildOutcome outcome = run("Crashes.at_a_bad_pointer");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_CONTAINS(outcome.out, "crash in Crashes.at_a_bad_pointer: T");
  std::smatch match;
  ASSERT_TRUE(std::regex_search(outcome.out, match, std::regex(R"(replay with: (SNAG_REPLAY=[^\n]*)\n)")));
  const ChildOutcome again = shell(match[1]);
  EXPECT_EQ(again.code, 1);
  EXPECT_CONTAINS(again.out, "crash in Crashes.at_a_bad_pointer: T");
}

TEST_F(Gtest, exit_in_a_body_is_no_pass) {
  const ChildOutcome outcome = run("Crashes.by_exit");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_CONTAINS(outcome.out, "crash in Crashes.by_exit: T");
  EXPECT_CONTAINS(outcome.out, "ended the process with exit()");
}

// ---- Fixtures and matchers ---------------------------------------------------------------------------------------

TEST_F(Gtest, a_fixture_is_made_set_up_and_torn_down_in_each_execution) {
  const ChildOutcome outcome = run("Account.*", "", "SNAG_STRATEGY=random");
  EXPECT_EQ(outcome.code, 0) << outcome.out;
  EXPECT_CONTAINS(outcome.out, "no finding in 500 executions");
  EXPECT_CONTAINS(outcome.out, "suites 1, all torn down: 1, all with a body: 1, many: 1");
}

TEST_F(Gtest, a_set_up_that_fails_keeps_the_body_from_running) {
  const ChildOutcome outcome = run("BadSetUp.*");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_CONTAINS(outcome.out, "no account");
  EXPECT_LACKS(outcome.out, "the body ran");
}

TEST_F(Gtest, matchers_pass_where_they_match) {
  const ChildOutcome outcome = run("Matchers.pass");
  EXPECT_EQ(outcome.code, 0) << outcome.out;
}

TEST_F(Gtest, matchers_fail_with_the_report_and_explore_once) {
  const ChildOutcome outcome = run("Matchers.has_no_finding_fails");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_CONTAINS(outcome.out, "Value of: lose_an_update\nExpected: has no finding in any interleaving that is tried");
  EXPECT_CONTAINS(outcome.out, "lost-update in Matchers.has_no_finding_fails@2");
  EXPECT_EQ(count_of(outcome.out, "[   SNAG   ] 1 finding"), 1U) << outcome.out;
  EXPECT_CONTAINS(run("Matchers.finds_fails_for_another_object").out, "Expected: has the finding lost-update(sum)");
  EXPECT_CONTAINS(run("Matchers.finds_fails_when_there_is_nothing").out,
                  "which was not found: verified: every interleaving");
  EXPECT_CONTAINS(run("Matchers.is_verified_fails_when_the_search_cannot_end").out, "which is not verified: ");
}

TEST_F(Gtest, a_verification_is_not_changed_by_the_environment) {
  const ChildOutcome outcome = run("Matchers.pass", "", "SNAG_STRATEGY=random SNAG_EXECUTIONS=50");
  EXPECT_EQ(outcome.code, 0) << outcome.out;
  EXPECT_EQ(count_of(outcome.out, "verified: every interleaving, in"), 2U) << outcome.out;
  EXPECT_CONTAINS(outcome.out, "in 50 executions (strategy random, seed 1)");
}

// ---- The environment ---------------------------------------------------------------------------------------------

TEST_F(Gtest, the_environment_wins_over_the_code) {
  const ChildOutcome outcome =
      run("Right.adds_under_a_lock:Account.*", "", "SNAG_STRATEGY=pct SNAG_SEED=42 SNAG_EXECUTIONS=77");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(count_of(outcome.out, "no finding in 77 executions (strategy pct, seed 42)"), 2U) << outcome.out;
}

TEST_F(Gtest, a_time_cap_is_told_as_inconclusive_and_fails_when_strict) {
  const std::string capped = "SNAG_STRATEGY=random SNAG_SECONDS=0.05 SNAG_EXECUTIONS=1000000000";
  const ChildOutcome outcome = run("Right.adds_under_a_lock", "", capped);
  EXPECT_EQ(outcome.code, 0);
  EXPECT_CONTAINS(outcome.out, "the time cap ended the search before its budget: inconclusive");
  EXPECT_EQ(run("Right.adds_under_a_lock", "", capped + " SNAG_STRICT=1").code, 1);
}

TEST_F(Gtest, a_bad_value_fails_the_test_and_names_the_variable) {
  for (const std::string bad : {"SNAG_SEED=x", "SNAG_EXECUTIONS=0", "SNAG_SECONDS=-1", "SNAG_STRICT=2"}) {
    const ChildOutcome outcome = run("Right.adds_under_a_lock", "", bad);
    EXPECT_EQ(outcome.code, 1) << bad;
    EXPECT_CONTAINS(outcome.out, bad.substr(0, bad.find('=')) + " wants ");
  }
  const ChildOutcome token = run("Right.adds_under_a_lock", "", "SNAG_REPLAY=1:rubbish");
  EXPECT_EQ(token.code, 1);
  EXPECT_CONTAINS(token.out, "SNAG_REPLAY: this token is damaged at character");
}

// ---- Replay ------------------------------------------------------------------------------------------------------

TEST_F(Gtest, the_line_that_is_printed_replays_the_same_picture) {
  for (const std::string test : {"Wrong.loses_an_update", "Wrong.expects_in_a_thread", "Wrong.throws_in_a_thread",
                                 "Some/Threads.add_in_two_steps/1", "Matchers.has_no_finding_fails"}) {
    const ChildOutcome found = run(test);
    const std::string line = replay_line(found.out);
    EXPECT_CONTAINS(line, "--gtest_filter=" + test);
    const ChildOutcome replayed = shell(line);
    EXPECT_EQ(replayed.code, 1) << test;
    EXPECT_CONTAINS(replayed.out, "in the one execution that SNAG_REPLAY asks for");
    EXPECT_EQ(picture_of(replayed.out), picture_of(found.out));
    EXPECT_NE(picture_of(found.out), "");
  }
}

TEST_F(Gtest, a_token_without_a_filter_runs_only_its_test) {
  const std::string token = token_of(run("Wrong.loses_an_update").out);
  const ChildOutcome outcome = shell("SNAG_REPLAY=" + token + " " + specimen);
  EXPECT_EQ(outcome.code, 1);
  EXPECT_CONTAINS(outcome.out, "[  PASSED  ] 0 tests.");
  EXPECT_CONTAINS(outcome.out, "[  FAILED  ] 1 test, listed below:\n[  FAILED  ] Wrong.loses_an_update");
  EXPECT_LACKS(outcome.out, "no finding");
}

TEST_F(Gtest, a_token_of_no_test_is_an_error) {
  for (const std::string name : {"Wrong.is_gone", "Right.adds_under_a_lock@2"}) {
    const ChildOutcome outcome = shell("SNAG_REPLAY=1:" + name + ":p1::0 " + specimen);
    EXPECT_EQ(outcome.code, 1) << name;
    EXPECT_LACKS(outcome.out, "[       OK ]");
  }
  const std::string token = token_of(run("Wrong.loses_an_update").out);
  const ChildOutcome filtered = run("Right.*", "", "SNAG_REPLAY=" + token);
  EXPECT_EQ(filtered.code, 1);
  EXPECT_CONTAINS(filtered.out, "or its flags leave it out: nothing is replayed");
}

TEST_F(Gtest, a_token_that_no_longer_fits_says_where_and_is_no_pass) {
  const std::string token = token_of(run("Wrong.loses_an_update").out);
  std::string other = "1:Right.adds_under_a_lock" + token.substr(token.find(":g"));
  const ChildOutcome outcome = run("Right.adds_under_a_lock", "", "SNAG_REPLAY=" + other);
  EXPECT_EQ(outcome.code, 1);
  EXPECT_CONTAINS(outcome.out, "this token does not fit the test any more: at step");
}

// ---- GoogleTest's own flags --------------------------------------------------------------------------------------

TEST_F(Gtest, repeats_and_shuffles_like_any_test) {
  const ChildOutcome outcome = run("Right.*:Wrong.loses_an_update", "--gtest_repeat=3 --gtest_shuffle");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(count_of(outcome.out, "lost-update in Wrong.loses_an_update  (execution "), 3U) << outcome.out;
  EXPECT_EQ(count_of(outcome.out, "[       OK ] Right.adds_under_a_lock"), 3U);
}

TEST_F(Gtest, shards_run_each_test_once) {
  std::multiset<std::string> ran;
  const std::regex line(R"(\[ RUN      \] (\S+))");
  for (const std::string shard : {"0", "1", "2"}) {
    const ChildOutcome outcome = run("Right.*:Wrong.*", "", "GTEST_TOTAL_SHARDS=3 GTEST_SHARD_INDEX=" + shard);
    for (std::sregex_iterator at(outcome.out.begin(), outcome.out.end(), line), end; at != end; ++at)
      ran.insert((*at)[1]);
  }
  EXPECT_EQ(ran.size(), std::set<std::string>(ran.begin(), ran.end()).size());
  EXPECT_EQ(ran.size(), 13U);
}

TEST_F(Gtest, lists_its_tests_like_any_other) {
  const ChildOutcome outcome = shell(specimen + " --gtest_list_tests");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_CONTAINS(outcome.out, "Right.\n  adds_under_a_lock\n  is_verified\n");
  EXPECT_CONTAINS(outcome.out, "Account.\n  is_new_in_each_execution\n");
}

TEST_F(Gtest, xml_holds_the_report_once_and_what_was_done) {
  EXPECT_EQ(run("Wrong.loses_an_update:Right.adds_under_a_lock:Skips.*", "--gtest_output=xml:results.xml").code, 1);
  pugi::xml_document document;
  ASSERT_TRUE(document.load_file((folder / "results.xml").c_str()));
  const auto test = [&](const std::string& name) {
    return document.select_node(("//testcase[@name='" + name + "']").c_str()).node();
  };
  const pugi::xml_node wrong = test("loses_an_update");
  const std::string message = wrong.child("failure").attribute("message").as_string();
  EXPECT_CONTAINS(message, "lost-update in Wrong.loses_an_update");
  EXPECT_CONTAINS(message, "SNAG_REPLAY=1:");
  EXPECT_FALSE(wrong.child("failure").next_sibling("failure"));
  EXPECT_CONTAINS(std::string(wrong.attribute("line").as_string()), std::to_string(57));
  const std::string done = test("adds_under_a_lock")
                               .child("properties")
                               .find_child_by_attribute("property", "name", "snag")
                               .attribute("value")
                               .as_string();
  EXPECT_CONTAINS(done, "verified: every interleaving");
  EXPECT_TRUE(test("in_the_body").child("skipped"));
}

TEST_F(Gtest, breaks_on_failure_after_the_report_and_in_a_replay_at_the_expectation) {
  const ChildOutcome found = run("Wrong.expects_in_a_thread", "--gtest_break_on_failure");
  EXPECT_EQ(found.code, 128 + 5) << "SIGTRAP";
  const std::string token = token_of(found.out);
  EXPECT_NE(token, "") << found.out;
  const ChildOutcome replayed = run("Wrong.expects_in_a_thread", "--gtest_break_on_failure", "SNAG_REPLAY=" + token);
  EXPECT_EQ(replayed.code, 128 + 5);
  EXPECT_LACKS(replayed.out, "See it again");
}

TEST_F(Gtest, throwing_on_failure_does_not_hide_what_failed) {
  const ChildOutcome outcome = run("Wrong.expects_in_a_thread", "--gtest_throw_on_failure");
  EXPECT_NE(outcome.code, 0);
  EXPECT_CONTAINS(outcome.out, "failed-expectation in Wrong.expects_in_a_thread");
  EXPECT_LACKS(outcome.out, "uncaught-exception");
}

TEST_F(Gtest, catches_exceptions_or_not_with_the_same_finding) {
  for (const std::string flag : {"--gtest_catch_exceptions=0", "--gtest_catch_exceptions=1"}) {
    const ChildOutcome outcome = run("Wrong.throws_in_a_thread", flag);
    EXPECT_EQ(outcome.code, 1);
    EXPECT_CONTAINS(outcome.out, "uncaught-exception in Wrong.throws_in_a_thread");
  }
}

}  // namespace
