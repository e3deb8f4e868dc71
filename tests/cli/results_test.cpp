// Where `snag run` writes its results: files that are replaced whole, what is open already, and what becomes of them when
// nobody reads standard output, or the command is ended.
#include "tests/support/child.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>

namespace snag::testing {
namespace {

class Results : public InFolder {
 protected:
  static constexpr const char* run = SNAG_COMMAND " run --no-corpus ";
  ChildOutcome snag(const std::string& arguments) const { return shell(run + arguments); }
  nlohmann::json json(const std::string& name) const { return nlohmann::json::parse(read(name)); }
};

TEST_F(Results, go_to_what_is_open_already_without_harm_to_it) {
  for (const std::string target : {"/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"}) {
    shell("{ echo before; " + (run + ("ticket/broken --json " + target)) + "; echo after; } > log.txt");
    const std::string log = read("log.txt");
    EXPECT_TRUE(log.starts_with("before\n")) << target << log;
    EXPECT_TRUE(log.ends_with("after\n")) << target << log;
    EXPECT_CONTAINS(log, "ticket/broken  found lost-update");
    EXPECT_CONTAINS(log, "\"unfinished\": false");
  }
  EXPECT_CONTAINS(snag("ticket/broken --json /dev/stdout | cat").out, "\"unfinished\": false");
}

TEST_F(Results, of_two_kinds_want_two_files) {
  const ChildOutcome refused = snag("ticket --json same --junit ./same");
  EXPECT_EQ(refused.code, 2);
  EXPECT_CONTAINS(refused.out, "--junit and --json both name ./same: give each a file of its own");
}

TEST_F(Results, are_written_although_nobody_reads_standard_output) {
  const ChildOutcome outcome = snag("ticket --json r.json --junit r.xml | true");
  EXPECT_EQ(json("r.json")["unfinished"], false) << outcome.out;
  EXPECT_CONTAINS(read("r.xml"), "ticket/broken");
}

TEST_F(Results, hold_what_was_known_when_the_command_was_ended) {
  const ChildOutcome ended =
      shell(std::string(SNAG_COMMAND) +
            " explore ticket/fixed --strategy random --executions 1000000000 --json r.json & pid=$!; " +
            "until grep -q unfinished r.json 2>/dev/null; do :; done; kill -TERM $pid; wait $pid");
  EXPECT_EQ(ended.code, 130) << ended.out;
  EXPECT_EQ(json("r.json")["unfinished"], false);
}

TEST_F(Results, need_a_pattern_that_says_something) {
  const ChildOutcome refused = snag("''");
  EXPECT_EQ(refused.code, 2);
  EXPECT_CONTAINS(refused.out, "a pattern is empty");
}

TEST_F(Results, of_a_replay_do_not_mind_the_blanks_of_pasting) {
  const std::string line = shell(std::string(SNAG_COMMAND) + " explore ticket/broken --no-corpus").out;
  const std::size_t begin = line.find(" replay 1:") + 8;
  const std::string token = line.substr(begin, line.find('\n', begin) - begin);
  EXPECT_EQ(shell(std::string(SNAG_COMMAND) + " replay ' " + token + " '").code, 1);
  const ChildOutcome refused = shell(std::string(SNAG_COMMAND) + " replay .");
  EXPECT_EQ(refused.code, 2);
  EXPECT_CONTAINS(refused.out, ". is a folder: name a token, or a file that holds one");
}

}  // namespace
}  // namespace snag::testing
