// Suppressions: how their lines are read, what they fit, and how campaigns go on past what they fit.
#include "harness/campaign/suppressions.h"

#include "harness/campaign/campaign.h"

#include <snag/snag.h>

#include <gtest/gtest.h>

#include <csignal>
#include <functional>
#include <string>
#include <vector>

namespace snag {
namespace {

std::vector<Suppression> lines(std::string_view text) { return parse_suppressions(text, "snag.supp"); }

std::string complaint(std::string_view text) {
  try {
    lines(text);
  } catch (const UsageError& error) { return error.what(); }
  return "";
}

TEST(SuppressionLines, have_a_checker_and_a_pattern) {
  const std::vector<Suppression> read = lines("data-race:account.balance\n  lost-update : bank::Account::* \r\n*:x");
  ASSERT_EQ(read.size(), 3U);
  EXPECT_EQ(read[0].checker, "data-race");
  EXPECT_EQ(read[0].pattern, "account.balance");
  EXPECT_EQ(read[0].place, "snag.supp:1");
  EXPECT_EQ(read[1].checker, "lost-update");
  EXPECT_EQ(read[1].pattern, "bank::Account::*");
  EXPECT_EQ(read[2].place, "snag.supp:3");
}

TEST(SuppressionLines, are_counted_with_comments_and_blank_ones) {
  const std::vector<Suppression> read = lines("# known\n\n   # more: of it\ndata-race:mutex#2\n");
  ASSERT_EQ(read.size(), 1U);
  EXPECT_EQ(read[0].pattern, "mutex#2");
  EXPECT_EQ(read[0].place, "snag.supp:4");
  EXPECT_TRUE(lines("").empty());
}

TEST(SuppressionLines, that_are_broken_are_refused_with_place_and_mend) {
  for (const char* const broken : {"data-race", ":x", "data-race:", "data race:x", "data-race:  "}) {
    const std::string message = complaint("# a comment\n" + std::string(broken) + "\n");
    EXPECT_EQ(message.find("snag.supp:2: "), 0U) << broken << ": " << message;
    EXPECT_NE(message.find("write checker:pattern"), std::string::npos) << message;
  }
}

TEST(SuppressionFile, that_is_not_there_is_refused) {
  EXPECT_THROW(read_suppressions("/nowhere/snag.supp"), UsageError);
  EXPECT_THROW(read_suppressions("/"), UsageError);
}

TEST(SuppressionPattern, takes_a_star_for_anything_and_all_else_for_itself) {
  EXPECT_TRUE(fits("account.balance", "account.balance"));
  EXPECT_FALSE(fits("account", "account.balance"));
  EXPECT_TRUE(fits("account.*", "account.balance"));
  EXPECT_TRUE(fits("*.balance", "account.balance"));
  EXPECT_TRUE(fits("a*b*e", "account.balance"));
  EXPECT_FALSE(fits("a*b*x", "account.balance"));
  EXPECT_TRUE(fits("table[3].*", "table[3].count"));
  EXPECT_FALSE(fits("table[3].*", "table3.count"));
  EXPECT_FALSE(fits("?", "x"));
  EXPECT_TRUE(fits("**", ""));
  EXPECT_FALSE(fits("", "x"));
}

TEST(SuppressionPattern, fits_a_place_by_its_function_or_its_file) {
  const SourcePlace place{"/home/me/project/third_party/queue.h", 17, "push", "Queue::push"};
  for (const char* const meant : {"push", "Queue::*", "third_party/*", "queue.h", "*/queue.h", "queue.h:17",
                                  "/home/me/project/third_party/queue.h"})
    EXPECT_TRUE(fits_place(meant, place)) << meant;
  for (const char* const other : {"pus", "Queue", "party/*", "queue.h:1", "ueue.h", "project"})
    EXPECT_FALSE(fits_place(other, place)) << other;
  EXPECT_FALSE(fits_place("push", SourcePlace{}));
}

NamedFinding race_on(const std::string& object, std::vector<SourcePlace> places = {}) {
  return {"data-race", {object}, [places = std::move(places)] { return places; }};
}

TEST(Suppression, wants_checker_and_name_to_fit) {
  EXPECT_EQ(suppression_of(race_on("x"), lines("data-race:y\nlost-update:x\ndata-race:x\n*:x")), 2U);
  EXPECT_EQ(suppression_of(race_on("x"), lines("*:x")), 0U);
  EXPECT_EQ(suppression_of(race_on("x"), lines("data-*:x")), 0U);
  EXPECT_EQ(suppression_of(race_on("x"), lines("data-race:y\nlost-update:*")), std::nullopt);
  EXPECT_EQ(suppression_of(race_on("x", {{"a/b.cpp", 3, "f", "A::f"}}), lines("data-race:A::f")), 0U);
}

TEST(Suppression, of_everything_fits_what_names_nothing) {
  const NamedFinding nameless{"deadlock", {}, [] { return std::vector<SourcePlace>(); }};
  EXPECT_EQ(suppression_of(nameless, lines("deadlock:*")), 0U);
  EXPECT_EQ(suppression_of(nameless, lines("deadlock:?")), std::nullopt);
}

TEST(Suppression, looks_places_up_only_where_names_do_not_tell) {
  int looked = 0;
  const NamedFinding race{"data-race", {"x"}, [&] {
                            ++looked;
                            return std::vector<SourcePlace>();
                          }};
  suppression_of(race, lines("data-race:x\ndata-race:f"));
  suppression_of(race, lines("lost-update:f\nlost-*:g"));
  suppression_of(race, lines("data-race:*"));
  EXPECT_EQ(looked, 0);
  suppression_of(race, lines("data-race:f\ndata-race:g"));
  EXPECT_EQ(looked, 1);
}

// ---- Campaigns -------------------------------------------------------------------------------------------------

CampaignOptions options(std::string_view suppressions, std::size_t jobs = 0) {
  CampaignOptions options;
  options.executions = 400;
  options.jobs = jobs;
  options.suppressions = lines(suppressions);
  return options;
}

std::vector<std::string> names(const std::vector<Bug>& bugs) {
  std::vector<std::string> names;
  for (const Bug& bug : bugs)
    names.push_back(bug.finding.checker + "(" + display_name(bug.trace, bug.finding.objects.at(0)) + ")");
  return names;
}

void overwrite(shared<int>& variable) {
  const int seen = variable;
  variable = seen + 1;
}

const Scenario two_lost_updates{.name = "two", .body = [] {
                                  shared<int> first(0), second(0);
                                  name(first, "first");
                                  name(second, "second");
                                  snag::thread other([&] {
                                    overwrite(first);
                                    overwrite(second);
                                  });
                                  overwrite(first);
                                  overwrite(second);
                                  other.join();
                                }};

TEST(SuppressedFinding, does_not_end_the_campaign) {
  for (const std::size_t jobs : {0U, 2U}) {
    const CampaignResult result = explore(two_lost_updates, options("*:first\n", jobs));
    ASSERT_EQ(result.bugs.size(), 1U) << jobs;
    EXPECT_EQ(names(result.bugs).at(0).substr(names(result.bugs).at(0).find('(')), "(second)");
    EXPECT_FALSE(result.suppressed.empty());
    for (const Bug& bug : result.suppressed) EXPECT_EQ(bug.suppressed_by, 0U);
  }
}

TEST(SuppressedFinding, is_no_finding) {
  const CampaignResult result = explore(two_lost_updates, options("# all\n*:first\n*:second\n"));
  EXPECT_TRUE(result.bugs.empty());
  EXPECT_GE(result.suppressed.size(), 2U);
  EXPECT_TRUE(result.executions == 400 || result.exhausted);
}

TEST(SuppressedFinding, is_known_by_the_function_that_its_places_lie_in) {
  EXPECT_TRUE(explore(two_lost_updates, options("*:overwrite")).bugs.empty());
  EXPECT_TRUE(explore(two_lost_updates, options("*:campaign/suppressions_test.cpp")).bugs.empty());
  EXPECT_FALSE(explore(two_lost_updates, options("*:somewhere_else")).bugs.empty());
}

const Scenario crossed{.name = "crossed", .body = [] {
                         snag::mutex one, two;
                         name(one, "one");
                         name(two, "two");
                         snag::thread other([&] {
                           std::scoped_lock first(two);
                           std::scoped_lock second(one);
                         });
                         {
                           std::scoped_lock first(one);
                           std::scoped_lock second(two);
                         }
                         other.join();
                       }};

TEST(SuppressedFinding, may_end_executions_and_be_a_prediction) {
  const CampaignResult shown = explore(crossed, options(""));
  ASSERT_FALSE(shown.bugs.empty());
  const CampaignResult result = explore(crossed, options("wait-cycle:one\nlock-order-cycle:two\n"));
  EXPECT_TRUE(result.bugs.empty());
  EXPECT_FALSE(result.suppressed.empty());
}

TEST(SuppressedFinding, takes_the_prediction_of_itself_along) {
  const CampaignResult result = explore(crossed, options("wait-cycle:*\n"));
  EXPECT_TRUE(result.bugs.empty());
  ASSERT_EQ(result.suppressed.size(), 1U);
  EXPECT_EQ(result.suppressed[0].finding.checker, "wait-cycle");
}

// The first thing found may be a data race, and what it comes of may be found in another execution.
TEST(SuppressedFinding, keeps_no_other_name_of_the_bug_from_being_told) {
  const CampaignResult result = explore(two_lost_updates, options("lost-update:*\n"));
  ASSERT_FALSE(result.bugs.empty());
  for (const Bug& bug : result.bugs) EXPECT_NE(bug.finding.checker, "lost-update");
}

TEST(SuppressedFinding, of_a_prediction_is_not_hunted) {
  CampaignOptions one = options("lock-order-cycle:*\n");
  one.strategy = "listed";  // T0 goes first
  const CampaignResult result = explore(crossed, one);
  EXPECT_TRUE(result.bugs.empty());
  ASSERT_EQ(result.suppressed.size(), 1U);
  EXPECT_EQ(result.suppressed[0].hunts, 0U);
  one.suppressions.clear();
  EXPECT_FALSE(explore(crossed, one).bugs.empty());
}

void crash_if(bool wanted) {
  if (wanted) std::raise(SIGSEGV);
}

const Scenario crashing{.name = "crashing", .body = [] {
                          snag::atomic<int> stage(0);
                          shared<int> variable(0);
                          name(variable, "variable");
                          snag::thread other([&] {
                            stage = 1;
                            overwrite(variable);
                            stage = 2;
                          });
                          crash_if(stage == 1);
                          overwrite(variable);
                          other.join();
                        }};

TEST(SuppressedCrash, does_not_end_the_campaign) {
  CampaignOptions with_crash = options("crash:crash_if\n", 2);
  const CampaignResult result = explore(crashing, with_crash);
  ASSERT_EQ(result.bugs.size(), 1U);
  EXPECT_NE(result.bugs[0].finding.checker, "crash");
  with_crash.suppressions = lines("crash:crash_if\n*:variable\n");
  const CampaignResult nothing = explore(crashing, with_crash);
  EXPECT_TRUE(nothing.bugs.empty());
  EXPECT_EQ(nothing.executions, 400U);
  EXPECT_FALSE(nothing.crashed_too_often);
  EXPECT_FALSE(nothing.exhausted);
}

}  // namespace
}  // namespace snag
