// The command from outside: exit codes, messages, files.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>

#include <sys/wait.h>

namespace {

namespace fs = std::filesystem;

struct Outcome {
  int code;
  std::string out;  // standard output and standard error
};

/// Each test has an empty folder to run the command in.
class Command : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "snag-cli-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder = name;
  }
  void TearDown() override { fs::remove_all(folder); }

  /// Runs "snag <arguments>" by the shell.
  Outcome snag(const std::string& arguments) const {
    return shell(std::string(SNAG_COMMAND) + " " + arguments + " 2>&1");
  }
  Outcome shell(const std::string& command) const {
    std::FILE* const pipe = popen(("cd " + folder.string() + " && " + command).c_str(), "r");
    std::string out;
    std::array<char, 4096> buffer{};
    for (std::size_t count = 0; (count = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
      out.append(buffer.data(), count);
    const int status = pclose(pipe);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), out};
  }
  std::string read(const std::string& name) const {
    std::ifstream stream(folder / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  void write(const std::string& name, const std::string& text) const { std::ofstream(folder / name) << text; }
  std::string token_of(const std::string& report) const {
    std::smatch match;
    return std::regex_search(report, match, std::regex(R"(replay (1:\S+))")) ? match[1].str() : "";
  }

  fs::path folder;
};

#define EXPECT_CONTAINS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

TEST_F(Command, lists_variants_with_what_they_must_give) {
  const Outcome all = snag("list");
  EXPECT_EQ(all.code, 0);
  EXPECT_CONTAINS(all.out, "reference-count/broken");
  EXPECT_CONTAINS(all.out, "lost-update(count)");
  const auto document = nlohmann::json::parse(snag("list races --json").out);
  for (const auto& variant : document["variants"]) EXPECT_EQ(variant["group"], "races");
  EXPECT_GT(document["variants"].size(), 2U);
}

// Only times and the name of the program may differ, and the program is the same.
TEST_F(Command, gives_the_same_whatever_the_number_of_workers) {
  const auto json = [&](const std::string& jobs) {
    EXPECT_EQ(snag("run races deadlocks --executions 300 --json a.json --jobs " + jobs).code, 0);
    return std::regex_replace(read("a.json"), std::regex(R"("seconds": [^,\n]*)"), "");
  };
  const std::string one = json("1");
  EXPECT_GT(nlohmann::json::parse(read("a.json"))["variants"].size(), 10U);
  EXPECT_EQ(json("0"), one);
  EXPECT_EQ(json("3"), one);
}

TEST_F(Command, says_what_it_has_seen_where_it_found_nothing) {
  const Outcome clean = snag("explore withdraw/fixed_lock --strategy random --executions 200 --json a.json");
  EXPECT_EQ(clean.code, 0) << clean.out;
  EXPECT_CONTAINS(clean.out, "seen: ");
  EXPECT_CONTAINS(clean.out, "the next random execution shows a new behaviour with a chance of about ");
  const auto coverage = nlohmann::json::parse(read("a.json"))["variants"][0]["coverage"];
  EXPECT_GT(coverage["behaviours"], 0);
  EXPECT_GT(coverage["races"], 0);
  EXPECT_TRUE(coverage["chance_of_a_new_behaviour"].is_number());
}

TEST_F(Command, refuses_numbers_of_workers_and_limits_that_make_no_sense) {
  for (const std::string flag : {"--jobs -1", "--jobs many", "--hang 0", "--memory 1K", "--memory 1M"}) {
    const Outcome refused = snag("explore withdraw/broken " + flag);
    EXPECT_EQ(refused.code, 2) << flag;
    EXPECT_CONTAINS(refused.out, flag.substr(0, flag.find(' ')) + " wants ");
  }
}

TEST_F(Command, selects_by_name_part_group_and_glob) {
  const auto names = [&](const std::string& pattern) {
    std::vector<std::string> found;
    const auto document = nlohmann::json::parse(snag("list --json " + pattern).out);
    for (const auto& variant : document["variants"]) found.push_back(variant["name"]);
    return found;
  };
  const std::vector<std::string> counts = {"reference-count/broken", "reference-count/fixed_atomic",
                                           "reference-count/fixed_lock"};
  EXPECT_EQ(names("reference-count"), counts);
  EXPECT_EQ(names("'reference-count/*'"), counts);
  EXPECT_EQ(names("'races/reference-*/*'"), counts);
  EXPECT_EQ(names("self-compare/broken"), std::vector<std::string>{"self-compare/broken"})
      << "a whole name means itself, not self-compare/broken_atomic, too";
  EXPECT_EQ(names("reference-count/broken reference-count/broken").size(), 1U);
}

TEST_F(Command, nothing_matched_is_an_error_that_names_near_ones) {
  for (const std::string command : {"run", "list", "explore"}) {
    const Outcome outcome = snag(command + " reference-cuont/broken");
    EXPECT_EQ(outcome.code, 3) << command;
    EXPECT_CONTAINS(outcome.out, "nothing matched");
    EXPECT_CONTAINS(outcome.out, "did you mean reference-count/broken?");
  }
}

TEST_F(Command, run_is_content_when_each_variant_gives_what_it_declares) {
  const Outcome outcome = snag("run reference-count --executions 300");
  EXPECT_EQ(outcome.code, 0) << outcome.out;
  EXPECT_CONTAINS(outcome.out, "found lost-update(count) as declared");
  EXPECT_CONTAINS(outcome.out, "verified: every interleaving up to equivalence (");
  EXPECT_CONTAINS(outcome.out, "3 as declared");
}

TEST_F(Command, run_fails_when_a_declared_finding_is_missing) {
  const Outcome outcome = snag("run reference-count/broken --strategy exhaustive --bound 0");
  EXPECT_EQ(outcome.code, 1) << outcome.out;
  EXPECT_CONTAINS(outcome.out, "SURPRISE: missing lost-update(count)");
}

TEST_F(Command, run_writes_junit_and_json) {
  const Outcome outcome = snag("run reference-count --executions 300 --strategy random --junit a.xml --json a.json");
  EXPECT_EQ(outcome.code, 0) << outcome.out;
  pugi::xml_document document;
  ASSERT_TRUE(document.load_string(read("a.xml").c_str()));
  EXPECT_EQ(document.child("testsuites").attribute("tests").as_int(), 3);
  EXPECT_EQ(document.child("testsuites").attribute("failures").as_int(), 0);
  const auto json = nlohmann::json::parse(read("a.json"));
  EXPECT_EQ(json["variants"][0]["bugs"][0]["finding"], "lost-update");
  EXPECT_EQ(json["variants"][0]["executions"], 300);
}

TEST_F(Command, equal_runs_write_equal_files_but_for_the_time) {
  const auto without_time = [&](const std::string& name) {
    auto document = nlohmann::json::parse(read(name));
    document.erase("seconds");
    for (auto& variant : document["variants"]) variant.erase("seconds");
    return document;
  };
  snag("run reference-count withdraw --executions 300 --seed 5 --json a.json");
  snag("run reference-count withdraw --executions 300 --seed 5 --json b.json");
  EXPECT_EQ(without_time("a.json"), without_time("b.json"));
}

TEST_F(Command, explore_reports_a_finding_that_replay_shows_again) {
  const Outcome found = snag("explore reference-count/broken --json a.json --junit a.xml");
  EXPECT_EQ(found.code, 1) << found.out;
  EXPECT_CONTAINS(found.out, "lost-update in reference-count/broken");
  EXPECT_CONTAINS(found.out, "broken.cpp:");
  EXPECT_CONTAINS(read("a.xml"), "<failure message=\"found lost-update(count)\" type=\"lost-update\">");
  const std::string token = token_of(found.out);
  ASSERT_NE(token, "") << found.out;
  const Outcome again = snag("replay " + token);
  EXPECT_EQ(again.code, 1) << again.out;
  // All but the remark in the headline and the closing line.
  const std::size_t begin = again.out.find("\n\n");
  EXPECT_CONTAINS(found.out, again.out.substr(begin));
  const Outcome bare = snag("replay --no-source " + token);
  EXPECT_EQ(bare.code, 1);
  EXPECT_EQ(bare.out.find("broken.cpp"), std::string::npos);
}

TEST_F(Command, explore_is_honest_when_it_finds_nothing) {
  const Outcome sampled = snag("explore reference-count/fixed_lock --strategy random --executions 100 --seed 7");
  EXPECT_EQ(sampled.code, 0);
  EXPECT_TRUE(sampled.out.starts_with(
      "reference-count/fixed_lock: no finding in 100 executions (strategy random, seed 7); not a proof\nseen: "))
      << sampled.out;
  const Outcome reduced = snag("explore reference-count/fixed_lock");
  EXPECT_EQ(reduced.code, 0);
  EXPECT_CONTAINS(reduced.out, "verified: every interleaving up to equivalence (2 executions, no spurious wake-ups)");
  const Outcome all = snag("explore reference-count/fixed_lock --strategy exhaustive");
  EXPECT_EQ(all.code, 0);
  EXPECT_CONTAINS(all.out, "verified: every interleaving (");
  const Outcome bounded = snag("explore dining-philosophers/fixed --strategy exhaustive --bound 1");
  EXPECT_CONTAINS(bounded.out, "every interleaving with at most 1 preemption (");
  const Outcome both = snag("explore dining-philosophers/fixed --strategy dpor --bound 1");
  EXPECT_EQ(both.code, 0);
  EXPECT_CONTAINS(both.out, "verified: every interleaving with at most 1 preemption, up to equivalence (");
  const Outcome cut = snag("explore dining-philosophers/fixed --strategy exhaustive --executions 10");
  EXPECT_CONTAINS(cut.out, "ended before all interleavings were seen");
}

TEST_F(Command, says_so_when_nothing_was_tested) {
  for (const std::string command : {"explore", "run"}) {
    const Outcome outcome = snag(command + " reference-count/fixed_lock --executions 50 --steps 3");
    EXPECT_EQ(outcome.code, 3) << command;
    EXPECT_CONTAINS(outcome.out, "nothing was tested: every execution hit the step limit of 3");
  }
}

TEST_F(Command, refuses_flags_that_the_strategy_does_not_know) {
  for (const std::string flag : {"--depth 2", "--bound 2", "--go-on 0.9"}) {
    const Outcome outcome = snag("explore reference-count/fixed_lock --strategy round_robin " + flag + " 2>&1");
    EXPECT_EQ(outcome.code, 2) << flag;
    EXPECT_CONTAINS(outcome.out, "means nothing to the strategy round_robin: leave it out, or give --strategy");
  }
  EXPECT_EQ(snag("explore reference-count/fixed_lock --strategy pct --depth 2").code, 0);
}

TEST_F(Command, explore_says_what_was_not_covered) {
  const Outcome limited = snag("explore reference-count/fixed_lock --executions 50 --steps 12");
  EXPECT_EQ(limited.code, 0);
  EXPECT_CONTAINS(limited.out, "12 executions hit the step limit");
  EXPECT_EQ(snag("explore reference-count/fixed_lock --executions 50 --steps 12 --strict").code, 1);
  const Outcome capped = snag("explore bounded-buffer/fixed --executions 1000000000 --time 0.2");
  EXPECT_EQ(capped.code, 0);
  EXPECT_CONTAINS(capped.out, "time cap");
}

TEST_F(Command, explore_takes_one_variant) {
  const Outcome outcome = snag("explore reference-count");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_CONTAINS(outcome.out, "fits 3 variants");
}

TEST_F(Command, replay_tells_where_a_token_no_longer_fits) {
  const std::string token = token_of(snag("explore reference-count/broken").out);
  // The same choices in the fixed program.
  const Outcome outcome = snag("replay " + std::regex_replace(token, std::regex("broken"), "fixed_lock"));
  EXPECT_EQ(outcome.code, 3) << outcome.out;
  EXPECT_CONTAINS(outcome.out, "does not fit the program any more: at step ");
}

TEST_F(Command, replay_refuses_damaged_tokens_and_unknown_scenarios) {
  const Outcome damaged = snag("replay 1:reference-count/broken:p1:2x?");
  EXPECT_EQ(damaged.code, 2);
  EXPECT_CONTAINS(damaged.out, "damaged at character");
  const Outcome unknown = snag("replay 1:reference-cont/broken:p1:2x:1");
  EXPECT_EQ(unknown.code, 3);
  EXPECT_CONTAINS(unknown.out, "did you mean reference-count/broken");
}

TEST_F(Command, replay_reads_a_token_from_a_file) {
  const std::string token = token_of(snag("explore reference-count/broken").out);
  write("token.json", nlohmann::json({{"version", 1}, {"token", token}}).dump());
  EXPECT_EQ(snag("replay token.json").code, 1);
  write("bad.json", "{}");
  EXPECT_EQ(snag("replay bad.json").code, 2);
  write("newer.json", R"({"version": 2, "token": "x"})");
  EXPECT_EQ(snag("replay newer.json").code, 2);
  EXPECT_EQ(snag("replay missing.json").code, 2);
}

TEST_F(Command, mistakes_are_told_with_their_mend) {
  const std::vector<std::pair<std::string, std::string>> mistakes = {
      {"", "say what to do: list, run, explore, replay, corpus, new, check, c++ or cc"},
      {"rum", "there is no command 'rum'; did you mean run?"},
      {"run --sed 3", "has no flag --sed; did you mean --seed?"},
      {"run --seed abc", "--seed wants a whole number, for example 42, and got 'abc'"},
      {"run --seed -1", "--seed wants"},
      {"run --executions 0", "at least 1"},
      {"run --executions 10x", "got '10x'"},
      {"run --time 0", "--time wants a time"},
      {"run --time soon", "--time wants a time"},
      {"run --go-on 1.5", "from 0 to 1"},
      {"run --stack-size 1", "between 16K"},
      {"run --strategy pcd", "did you mean pct?"},
      {"run --junit no/such/folder.xml", "No such file or directory"},
      {"explore", "wants a VARIANT"},
      {"explore a b", "'b' is one argument too many"},
      {"replay", "wants a TOKEN"},
      {"new withdraw", "wants a SCENARIO and a DIR"},
      {"check", "wants a SCENARIO and a FILE"},
  };
  for (const auto& [arguments, message] : mistakes) {
    const Outcome outcome = snag(arguments);
    EXPECT_EQ(outcome.code, 2) << arguments;
    EXPECT_CONTAINS(outcome.out, message);
  }
}

TEST_F(Command, suppressed_findings_are_counted_and_not_told) {
  write("known.supp", "# all of it\n*:*\nwait-cycle:fork*\n");
  const Outcome explored = snag("explore withdraw/broken --suppressions known.supp --corpus corpus");
  EXPECT_EQ(explored.code, 0) << explored.out;
  EXPECT_CONTAINS(explored.out, "suppressed: ");
  EXPECT_CONTAINS(explored.out, "by known.supp:2 (*:*)");
  EXPECT_CONTAINS(explored.out, "note: known.supp:3 (wait-cycle:fork*) suppressed nothing");
  EXPECT_EQ(explored.out.find("See it again"), std::string::npos) << explored.out;
  EXPECT_TRUE(fs::is_empty(folder / "corpus"));
  // What a variant declares has been found all the same.
  const Outcome suite = snag("run withdraw --suppressions known.supp");
  EXPECT_EQ(suite.code, 0) << suite.out;
  EXPECT_EQ(suite.out.find("missing"), std::string::npos) << suite.out;
}

TEST_F(Command, broken_suppressions_are_refused_with_their_place) {
  write("known.supp", "\ndata-race\n");
  const Outcome outcome = snag("run withdraw --suppressions known.supp");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_CONTAINS(outcome.out, "known.supp:2: 'data-race' names no checker");
  for (const std::string misspelt : {"data-rase", "dta-race", "*-rase"}) {
    write("known.supp", misspelt + ":count\n");
    const Outcome refused = snag("run withdraw --suppressions known.supp");
    EXPECT_EQ(refused.code, 2);
    EXPECT_CONTAINS(refused.out, "known.supp:1: no finding is called '" + misspelt + "'");
    EXPECT_CONTAINS(refused.out, ", data-race, ");
  }
  write("known.supp", "data-rase:count\n");
  EXPECT_CONTAINS(snag("run withdraw --suppressions known.supp").out, "did you mean data-race?");
}

TEST_F(Command, the_last_of_two_equal_flags_counts) {
  EXPECT_CONTAINS(snag("explore reference-count/fixed_lock --executions 5 --executions 7").out, "in 7 executions");
}

TEST_F(Command, output_that_cannot_be_written_is_an_error) {
  const std::string command = SNAG_COMMAND;
  EXPECT_EQ(shell(command + " list > /dev/full 2> error").code, 3);
  EXPECT_CONTAINS(read("error"), "No space left on device");
  EXPECT_EQ(shell(command + " list >&- 2> error").code, 3);
  EXPECT_EQ(snag("run reference-count --executions 10 --json /dev/full").code, 3);
}

TEST_F(Command, says_its_version_and_explains_itself) {
  std::ifstream stream(std::string(SNAG_SOURCE_DIR) + "/CMakeLists.txt");
  const std::string project(std::istreambuf_iterator<char>(stream), {});
  std::smatch match;
  ASSERT_TRUE(std::regex_search(project, match, std::regex(R"(project\(snag VERSION ([0-9.]+))")));
  EXPECT_EQ(snag("--version").out, "snag " + match[1].str() + "\n");
  for (const std::string command : {"", "list ", "run ", "explore ", "replay ", "new ", "check "}) {
    const Outcome help = snag(command + "--help");
    EXPECT_EQ(help.code, 0) << command;
    EXPECT_CONTAINS(help.out, "Usage: snag");
  }
}

TEST_F(Command, interrupted_it_says_what_is_known_so_far) {
  const Outcome outcome = shell(std::string(SNAG_COMMAND) +
                                " explore bounded-buffer/fixed --executions 1000000000 2>&1 & "
                                "pid=$!; sleep 1; kill -INT $pid; wait $pid");
  EXPECT_EQ(outcome.code, 130) << outcome.out;
  EXPECT_CONTAINS(outcome.out, "note: interrupted");
}

}  // namespace
