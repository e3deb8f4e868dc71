// Tests of GoogleTest in a program: how their list is read and asked for, and what one of them is run with.
#include "harness/cli/googletest.h"

#include "harness/cli/select.h"
#include "harness/execution/execution.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

namespace snag {
namespace {

using Names = std::vector<std::string>;

TEST(TestListText, names_suites_and_tests) {
  EXPECT_EQ(
      parse_test_list("Running main() from gtest_main.cc\n"
                      "Queue.\n  Pushes\n  DISABLED_Pops\n"
                      "Typed/0.  # TypeParam = std::vector<int, std::allocator<int> >\n  Holds\n"
                      "Sizes/Queue.\n  Holds/0  # GetParam() = (1, \"a b\")\n  Holds/big  # GetParam() = 2\n"),
      (Names{"Queue.Pushes", "Queue.DISABLED_Pops", "Typed/0.Holds", "Sizes/Queue.Holds/0", "Sizes/Queue.Holds/big"}));
}

TEST(TestListText, leaves_out_what_the_program_prints_besides) {
  EXPECT_EQ(parse_test_list("  indented\nloading plug-ins.\n  one two\n  three\nQueue.\n  Pushes"),
            Names{"Queue.Pushes"});
  EXPECT_TRUE(parse_test_list("").empty());
}

TEST(DisabledTest, is_known_by_its_name_or_its_suites) {
  EXPECT_TRUE(is_disabled("Queue.DISABLED_Pops"));
  EXPECT_TRUE(is_disabled("DISABLED_Queue.Pops"));
  EXPECT_TRUE(is_disabled("Sizes/DISABLED_Queue.Pops/0"));
  EXPECT_FALSE(is_disabled("Queue.Pops_DISABLED_"));
  EXPECT_FALSE(is_disabled("Sizes/Queue.Pops/0"));
}

TEST(ArgumentsOfOneTest, have_a_filter_in_place_of_the_users) {
  EXPECT_EQ(arguments_for("Queue.Pops", {"./tests", "--gtest_filter=Queue.*", "data.txt", "--gtest_repeat=2"}),
            (Names{"./tests", "--gtest_filter=Queue.Pops", "data.txt", "--gtest_repeat=2"}));
  EXPECT_EQ(arguments_for("Queue.DISABLED_Pops", {"./tests"}),
            (Names{"./tests", "--gtest_filter=Queue.DISABLED_Pops", "--gtest_also_run_disabled_tests"}));
  EXPECT_EQ(without_filter({"./tests", "--gtest_filter=A", "x", "--gtest_filter=B"}), (Names{"./tests", "x"}));
}

TEST(GoogleTestInAProgram, is_seen_by_its_symbols_or_its_text) {
  EXPECT_TRUE(has_googletest("..._ZN7testing8internal23MakeAndRegisterTestInfoEPKcS2_..."));
  EXPECT_TRUE(has_googletest("...--gtest_also_run_disabled_tests..."));
  EXPECT_FALSE(has_googletest("main pthread_create"));
}

// A main that knows of two tests, one of them disabled.
int tells_its_tests(int count, char** arguments) {
  const std::string last = arguments[count - 1];
  if (last != "--gtest_list_tests") return 7;
  std::string filter = "*";
  for (int i = 1; i < count; ++i)
    if (const std::string word = arguments[i]; word.starts_with("--gtest_filter=")) filter = word.substr(15);
  if (filter == "none") return 0;
  std::puts("Queue.\n  Pushes\n  DISABLED_Pops");
  return 0;
}

TEST(ListOfTests, is_what_main_prints_less_what_is_disabled) {
  const TestList list = list_tests({"./tests", "--gtest_filter=Queue.*"}, tells_its_tests);
  EXPECT_EQ(list.all, (Names{"Queue.Pushes", "Queue.DISABLED_Pops"}));
  EXPECT_EQ(list.wanted, Names{"Queue.Pushes"});
  EXPECT_EQ(list_tests({"./tests", "--gtest_also_run_disabled_tests"}, tells_its_tests).wanted, list.all);
  EXPECT_EQ(list_tests({"./tests", "--gtest_also_run_disabled_tests=0"}, tells_its_tests).wanted, list.wanted);
}

TEST(ListOfTests, that_a_filter_makes_empty_is_an_error) {
  EXPECT_THROW(list_tests({"./tests", "--gtest_filter=none"}, tells_its_tests), NothingMatched);
}

TEST(ListOfTests, is_dealt_out_to_shards_in_turns) {
  const CallMain three = [](int, char**) {
    std::puts("Queue.\n  One\n  DISABLED_None\n  Two\n  Three");
    return 0;
  };
  setenv("GTEST_TOTAL_SHARDS", "2", 1);
  setenv("GTEST_SHARD_INDEX", "0", 1);
  EXPECT_EQ(list_tests({"./tests"}, three).wanted, (Names{"Queue.One", "Queue.Three"}));
  setenv("GTEST_SHARD_INDEX", "1", 1);
  const TestList list = list_tests({"./tests"}, three);
  EXPECT_EQ(list.wanted, Names{"Queue.Two"});
  EXPECT_EQ(list.all.size(), 4U);
  forget_shards();
  EXPECT_EQ(std::getenv("GTEST_TOTAL_SHARDS"), nullptr);
}

std::string refusal(const CallMain& main) {
  try {
    list_tests({"./tests"}, main);
  } catch (const UsageError& error) { return error.what(); }
  return "";
}

TEST(ListOfTests, that_cannot_be_had_is_an_error_with_the_mend) {
  const CallMain runs_them = [](int, char**) {
    std::puts("[==========] Running 2 tests from 1 test suite.");
    return 0;
  };
  const CallMain says_nothing = [](int, char**) { return 0; };
  const CallMain fails = [](int, char**) { return 5; };
  const CallMain aborts = [](int, char**) -> int { std::abort(); };
  const std::vector<std::pair<CallMain, std::string>> cases = {{runs_them, "it ran them"},
                                                               {says_nothing, "it printed no list"},
                                                               {fails, "its exit code was 5"},
                                                               {aborts, "Aborted ended it"}};
  for (const auto& [main, why] : cases) {
    const std::string message = refusal(main);
    EXPECT_NE(message.find(why), std::string::npos) << message;
    EXPECT_NE(message.find("--together"), std::string::npos) << message;
  }
}

}  // namespace
}  // namespace snag
