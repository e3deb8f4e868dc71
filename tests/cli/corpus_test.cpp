// The memory of failures by the command: remembered once, replayed first, told when it no longer fits, and mended by
// hand. The programs here change with a global flag, so the command runs in the process of the tests.
#include "harness/campaign/corpus.h"
#include "harness/campaign/recall.h"
#include "harness/campaign/whole_file.h"
#include "harness/cli/run_command.h"

#include <gtest/gtest.h>
#include <snag/snag.h>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>
#include <vector>

#include <unistd.h>

namespace snag {
namespace {

namespace fs = std::filesystem;

// ---- Programs that change ------------------------------------------------------------------------------------

enum class Version { first, locked, tolerant, longer } version;
bool gone;
// Not null, which the undefined-behaviour sanitizer would catch first: an address that nobody maps.
int* volatile nowhere = reinterpret_cast<int*>(std::uintptr_t{0x8000});

// Two writers; whoever is last wins, and it should be T2.
void last_one_wins() {
  atomic<int> last{0};
  name(last, "last");
  mutex m;
  const auto write = [&](int value) {
    if (version == Version::locked) m.lock();
    if (version == Version::longer) (void)last.load();
    last.store(value);
    if (version == Version::locked) m.unlock();
  };
  thread one([&] { write(1); });
  thread two([&] { write(2); });
  if (version == Version::locked) {
    one.join();
    two.join();
    return;
  }
  one.join();
  two.join();
  check(last.load() == 2 || version == Version::tolerant, "the second one wins");
}

void right() {
  atomic<int> x{0};
  thread one([&] { x.fetch_add(1); });
  x.fetch_add(1);
  one.join();
}

void crashes() {
  atomic<int> x{0};
  thread one([&] { x.store(1); });
  (void)x.load();
  if (version != Version::tolerant) *nowhere = 1;
  one.join();
}

void exits() { std::exit(0); }

void quits() { std::quick_exit(0); }

std::vector<Scenario> scenarios() {
  std::vector<Scenario> all = {{.name = "test/last", .body = &last_one_wins},
                               {.name = "test/right", .body = &right},
                               {.name = "declared/last", .body = &last_one_wins, .expected = {{"failed-check", ""}}}};
  if (gone) std::erase_if(all, [](const Scenario& scenario) { return scenario.name == "test/last"; });
  return all;
}

struct Ran {
  int code;
  std::string out, error;
};

/// Each test has an empty folder, and runs the command in it.
class CorpusCommand : public testing::Test {
 protected:
  void SetUp() override {
    version = Version::first;
    gone = false;
    std::string name = (fs::temp_directory_path() / "snag-corpus-cli-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder = name;
    before = fs::current_path();
    fs::current_path(folder);
  }
  void TearDown() override {
    fs::current_path(before);
    fs::remove_all(folder);
  }

  static int run(std::vector<std::string> words, std::vector<Scenario> catalogue = scenarios()) {
    words.insert(words.begin(), "snag");
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    return run_command(static_cast<int>(words.size()), arguments.data(), std::move(catalogue));
  }
  static Ran snag(const std::vector<std::string>& words) {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    Ran ran{run(words), {}, {}};
    ran.out = testing::internal::GetCapturedStdout();
    ran.error = testing::internal::GetCapturedStderr();
    return ran;
  }
  static std::string read(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  static void write(const fs::path& path, const std::string& text) {
    if (path.has_parent_path()) fs::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  static std::vector<fs::path> entries(const fs::path& in = "c") {
    std::vector<fs::path> files;
    if (!fs::exists(in)) return files;
    for (const auto& item : fs::recursive_directory_iterator(in))
      if (!item.is_directory()) files.push_back(item.path());
    std::ranges::sort(files);
    return files;
  }
  /// The file of the one failure remembered.
  static fs::path remembered() {
    EXPECT_EQ(snag({"explore", "test/last", "--corpus", "c"}).code, 1);
    const std::vector<fs::path> files = entries();
    EXPECT_EQ(files.size(), 1U);
    return files.empty() ? fs::path() : files[0];
  }
  static std::string status_of(const fs::path& file) { return nlohmann::json::parse(read(file))["status"]; }

  fs::path folder, before;
};

#define EXPECT_CONTAINS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)
#define EXPECT_LACKS(text, part) EXPECT_EQ((text).find(part), std::string::npos) << (text)

// ---- Remembering ---------------------------------------------------------------------------------------------

TEST_F(CorpusCommand, explore_remembers_a_finding_once_and_replays_it_first) {
  const Ran first = snag({"explore", "test/last", "--corpus", "c"});
  EXPECT_EQ(first.code, 1);
  ASSERT_EQ(entries().size(), 1U);
  const fs::path file = entries()[0];
  EXPECT_CONTAINS(first.out, "remembered in " + file.string());
  EXPECT_LACKS(first.out, "corpus: ");
  const std::string text = read(file);
  const auto written = fs::last_write_time(file);
  const Ran second = snag({"explore", "test/last", "--corpus", "c"});
  EXPECT_EQ(second.code, 1);
  EXPECT_TRUE(second.out.starts_with("corpus: 1 replayed, 1 as remembered\n")) << second.out;
  EXPECT_CONTAINS(second.out, "failed-check in test/last  (remembered in " + file.string() + ")");
  EXPECT_CONTAINS(second.out, "1 finding, remembered; nothing else was explored (--all goes on)");
  const Ran all = snag({"explore", "test/last", "--corpus", "c", "--all", "--seed", "9"});
  EXPECT_CONTAINS(all.out, "1 finding in 2 executions");
  EXPECT_EQ(read(file), text);
  EXPECT_EQ(fs::last_write_time(file), written) << "not even rewritten";
  EXPECT_EQ(entries().size(), 1U);
}

TEST_F(CorpusCommand, a_remembered_failure_makes_run_fail_though_its_campaign_misses_it) {
  const fs::path file = remembered();
  // Round robin alone takes turns, and T2 is last in its first execution.
  const std::vector<std::string> missing = {"run", "test/last", "--strategy", "round_robin", "--executions", "1"};
  ASSERT_EQ(snag(missing).code, 0);
  std::vector<std::string> with_corpus = missing;
  with_corpus.insert(with_corpus.end(), {"--corpus", "c"});
  const Ran ran = snag(with_corpus);
  EXPECT_EQ(ran.code, 1);
  EXPECT_TRUE(ran.out.starts_with("corpus: 1 replayed, 1 as remembered\n")) << ran.out;
  EXPECT_CONTAINS(ran.out, "SURPRISE: unexpected failed-check");
  EXPECT_CONTAINS(ran.out, "snag replay " + file.string());
}

TEST_F(CorpusCommand, run_in_a_checkout_remembers_surprises_and_not_what_is_declared) {
  fs::create_directory(".git");
  fs::create_directories("scenarios/deep/down");
  fs::current_path("scenarios/deep");
  const Ran ran = snag({"run"});
  EXPECT_EQ(ran.code, 1);
  const std::vector<fs::path> files = entries(folder / "corpus");
  ASSERT_EQ(files.size(), 1U) << ran.out;
  EXPECT_EQ(files[0].parent_path(), folder / "corpus/test/last");
  EXPECT_CONTAINS(ran.out, "remembered in ../../corpus/test/last/");
  EXPECT_TRUE(snag({"run"}).out.starts_with("corpus: 1 replayed, 1 as remembered\n"));
  EXPECT_LACKS(snag({"run", "--no-corpus"}).out, "corpus: ");
  EXPECT_LACKS(snag({"run", "--no-corpus"}).out, "remembered");
  fs::remove_all(folder / "corpus");
  snag({"run", "--no-corpus"});
  snag({"explore", "test/last"});
  EXPECT_FALSE(fs::exists(folder / "corpus")) << "switched off; and explore wants --corpus";
  EXPECT_EQ(snag({"run", "declared"}).code, 0);
  EXPECT_FALSE(fs::exists(folder / "corpus")) << "a run without surprises leaves a checkout as it is";
}

TEST_F(CorpusCommand, elsewhere_nothing_is_remembered_unless_a_folder_is_named) {
  fs::create_directory("scenarios");  // no checkout without .git
  snag({"run"});
  EXPECT_FALSE(fs::exists("corpus"));
  fs::remove("scenarios");
  fs::create_directory(".git");  // nor one of snag scenarios without these
  snag({"run"});
  EXPECT_FALSE(fs::exists("corpus"));
  EXPECT_EQ(snag({"run", "--corpus", "c"}).code, 1);
  EXPECT_EQ(entries().size(), 2U) << "declared ones, too";
  EXPECT_EQ(snag({"run", "declared", "--corpus", "c"}).code, 0) << "an open failure that is declared is no surprise";
}

// ---- Programs that have changed ------------------------------------------------------------------------------

TEST_F(CorpusCommand, a_stale_entry_is_told_with_the_step_and_is_never_a_pass) {
  const fs::path file = remembered();
  const std::string text = read(file);
  version = Version::locked;
  const std::regex step(
      R"(stale, which is no pass: step \d+: expected T\d store last at corpus_test.cpp:\d+, but these )"
      R"(can go: T1 lock mutex#1, T2 lock mutex#1)");
  for (const std::vector<std::string>& command : {std::vector<std::string>{"explore", "test/last", "--corpus", "c"},
                                                  {"run", "test/last", "--corpus", "c"},
                                                  {"corpus", "replay", "--corpus", "c"}}) {
    const Ran ran = snag(command);
    EXPECT_EQ(ran.code, 3) << ran.out;
    EXPECT_TRUE(std::regex_search(std::regex_replace(ran.out, std::regex("\\s+"), " "), step)) << ran.out;
    EXPECT_CONTAINS(ran.out, "corpus: 1 replayed, 1 stale\n");
  }
  EXPECT_EQ(read(file), text);
  const Ran replay = snag({"replay", file.string()});
  EXPECT_EQ(replay.code, 3);
  EXPECT_CONTAINS(replay.error, "this file does not fit the program any more: step ");
}

TEST_F(CorpusCommand, a_stale_entry_whose_failure_is_found_again_is_remembered_anew) {
  const fs::path old = remembered();
  const std::string text = read(old);
  version = Version::longer;
  const Ran ran = snag({"explore", "test/last", "--corpus", "c"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_CONTAINS(ran.out, "was stale, and was found again: remembered anew");
  ASSERT_EQ(entries().size(), 1U);
  EXPECT_NE(read(entries()[0]), text);
  EXPECT_CONTAINS(snag({"explore", "test/last", "--corpus", "c"}).out, "corpus: 1 replayed, 1 as remembered\n");
}

TEST_F(CorpusCommand, what_passes_now_is_promoted_and_then_guards_against_regressions) {
  const fs::path file = remembered();
  version = Version::tolerant;
  const Ran passing = snag({"run", "test/last", "--corpus", "c"});
  EXPECT_EQ(passing.code, 0) << passing.out;
  EXPECT_CONTAINS(passing.out, "corpus: 1 replayed, 1 now passes\n");
  EXPECT_CONTAINS(passing.out, "now passes: promote");
  EXPECT_EQ(snag({"replay", file.string()}).code, 0);
  EXPECT_CONTAINS(snag({"corpus", "promote", "--dry-run", "--corpus", "c"}).out, "would promote " + file.string());
  EXPECT_EQ(status_of(file), "open");
  const std::string before_it = read(file);
  const Ran promoted = snag({"corpus", "promote", "--corpus", "c"});
  EXPECT_EQ(promoted.code, 0);
  EXPECT_CONTAINS(promoted.out, "promoted " + file.string() + ": failed-check\n");
  EXPECT_EQ(std::regex_replace(read(file), std::regex("\"fixed\""), "\"open\""), before_it) << "one word has changed";
  EXPECT_CONTAINS(snag({"run", "test/last", "--corpus", "c"}).out, "corpus: 1 replayed, 1 as remembered\n");
  EXPECT_CONTAINS(snag({"corpus", "promote", "--corpus", "c"}).out, "nothing to promote");

  version = Version::first;
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"run", "test/last", "--corpus", "c"}, {"explore", "test/last", "--corpus", "c"}}) {
    const Ran ran = snag(command);
    EXPECT_EQ(ran.code, 1);
    EXPECT_CONTAINS(ran.out, "corpus: 1 replayed, 1 regression\n");
    EXPECT_CONTAINS(ran.out, "REGRESSION: it was marked fixed, and fails again");
    EXPECT_CONTAINS(ran.out, "regression of failed-check, marked fixed in " + file.string());
  }
  EXPECT_EQ(snag({"corpus", "replay", "--corpus", "c"}).code, 1);
  EXPECT_EQ(status_of(file), "fixed");
}

TEST_F(CorpusCommand, a_token_whose_choices_fit_is_refused_with_what_it_can_tell_and_its_file_says_more) {
  const fs::path file = remembered();
  const std::string token = nlohmann::json::parse(read(file))["token"];
  EXPECT_EQ(snag({"replay", token}).code, 1);
  version = Version::tolerant;
  const Ran by_token = snag({"replay", token});
  EXPECT_EQ(by_token.code, 3);
  EXPECT_TRUE(std::regex_search(
      by_token.error,
      std::regex(R"(its \d choices? still do, the last of them at step \d+: T\d store last, but a value, or )"
                 R"(a step that was no choice, differs, and the finding is gone. It now ends after \d+ )"
                 R"(steps \(passed\))")))
      << by_token.error;
  const Ran by_file = snag({"replay", file.string()});
  EXPECT_EQ(by_file.code, 0);
  EXPECT_CONTAINS(by_file.out, "no finding in this execution");
}

TEST_F(CorpusCommand, a_declared_failure_that_was_promoted_is_a_regression_all_the_same) {
  EXPECT_EQ(snag({"run", "declared", "--corpus", "c"}).code, 0);
  version = Version::tolerant;
  EXPECT_EQ(snag({"corpus", "promote", "--corpus", "c"}).code, 0);
  version = Version::first;
  const Ran ran = snag({"run", "declared", "--corpus", "c"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_CONTAINS(ran.out, "SURPRISE: regression of failed-check");
}

TEST_F(CorpusCommand, promote_leaves_what_fails_or_is_stale) {
  const fs::path file = remembered();
  EXPECT_CONTAINS(snag({"corpus", "promote", "--corpus", "c"}).out, "left as it is");
  version = Version::locked;
  EXPECT_CONTAINS(snag({"corpus", "promote", "--corpus", "c"}).out, "left as it is");
  EXPECT_EQ(status_of(file), "open");
}

TEST_F(CorpusCommand, prune_removes_what_is_stale_or_of_no_scenario) {
  const fs::path file = remembered();
  const Ran nothing = snag({"corpus", "prune", "--corpus", "c"});
  EXPECT_EQ(nothing.out, "removed 0 files, 1 kept\n");
  version = Version::locked;
  const Ran dry = snag({"corpus", "prune", "--dry-run", "--corpus", "c"});
  EXPECT_CONTAINS(dry.out, "would remove " + file.string() + ": stale: step ");
  EXPECT_TRUE(fs::exists(file));
  gone = true;
  const Ran run = snag({"run", "test/right", "--corpus", "c"});
  EXPECT_EQ(run.code, 0);
  EXPECT_CONTAINS(run.out, "1 file of scenarios that are no more");
  EXPECT_EQ(snag({"corpus", "replay", "--corpus", "c"}).code, 3);
  const fs::path leftover = file.parent_path() / (std::string(unfinished_prefix) + "abc");
  write(leftover, "{");
  const Ran pruned = snag({"corpus", "prune", "--corpus", "c"});
  EXPECT_EQ(pruned.code, 0);
  EXPECT_CONTAINS(pruned.out, "removed " + file.string() + ": there is no scenario test/last\n");
  EXPECT_CONTAINS(pruned.out, "removed " + leftover.string());
  EXPECT_TRUE(entries().empty());
}

// ---- Files that do not do ------------------------------------------------------------------------------------

TEST_F(CorpusCommand, a_folder_that_cannot_be_written_is_a_mistake_told_before_anything_runs) {
  write("file", "");
  for (const std::string command : {"run", "explore"}) {
    const Ran ran = snag({command, "test/last", "--corpus", "file/c"});
    EXPECT_EQ(ran.code, 2);
    EXPECT_EQ(ran.out, "");
    EXPECT_CONTAINS(ran.error, "cannot write file/c: Not a directory; name a folder that is yours to write");
  }
  EXPECT_EQ(snag({"run", "--corpus", "c", "--no-corpus"}).code, 2);
}

TEST_F(CorpusCommand, a_full_disk_is_an_error_and_leaves_no_part_of_an_entry) {
  const fs::path file = remembered();
  fs::remove(file);
  fs::create_symlink("/dev/full", file);
  for (const std::string command : {"run", "explore"}) {
    const Ran ran = snag({command, "test/last", "--corpus", "c", "--json", "a.json"});
    EXPECT_EQ(ran.code, 3);
    EXPECT_CONTAINS(ran.error, "cannot write " + file.string() + ": No space left on device");
    EXPECT_CONTAINS(nlohmann::json::parse(read("a.json"))["corpus"]["errors"][0].get<std::string>(), "No space left");
  }
  EXPECT_EQ(entries().size(), 1U) << "the link";
}

TEST_F(CorpusCommand, a_broken_file_is_told_and_the_others_are_replayed) {
  const fs::path file = remembered();
  write(file.parent_path() / "00000000.json", "{\"version\": 1");
  write(file.parent_path() / "11111111.json",
        std::regex_replace(read(file), std::regex("\"version\": 1"), "\"version\": 9"));
  write(file.parent_path() / "notes.txt", "not mine");
  const Ran ran = snag({"run", "test/right", "test/last", "--corpus", "c"});
  EXPECT_EQ(ran.code, 1) << "what is known to fail comes before what is not known";
  EXPECT_CONTAINS(ran.out, "corpus: 3 replayed, 1 as remembered, 2 unreadable\n");
  EXPECT_CONTAINS(ran.out, "00000000.json:\n  unreadable: it is no JSON");
  EXPECT_CONTAINS(ran.out, "it has format 9");
  version = Version::tolerant;
  EXPECT_EQ(snag({"run", "test/last", "--corpus", "c"}).code, 3);
  EXPECT_EQ(snag({"corpus", "list", "--corpus", "c"}).code, 3);
  const Ran pruned = snag({"corpus", "prune", "--corpus", "c"});
  EXPECT_EQ(pruned.code, 3);
  EXPECT_EQ(entries().size(), 4U) << "what cannot be read is for people to remove";
}

// ---- By hand -------------------------------------------------------------------------------------------------

TEST_F(CorpusCommand, list_is_a_table_or_json) {
  const fs::path file = remembered();
  snag({"run", "declared", "--corpus", "c"});
  const Ran list = snag({"corpus", "list", "--corpus", "c"});
  EXPECT_EQ(list.code, 0);
  EXPECT_TRUE(std::regex_search(list.out, std::regex(R"(^status  scenario       finding       file\n)"))) << list.out;
  EXPECT_TRUE(
      std::regex_search(list.out, std::regex(R"(\nopen    test/last      failed-check  c/test/last/\w{8}.json\n)")))
      << list.out;
  const auto json = nlohmann::json::parse(snag({"corpus", "list", "--json", "--corpus", "c"}).out);
  ASSERT_EQ(json["entries"].size(), 2U);
  EXPECT_EQ(json["entries"][0]["scenario"], "declared/last");
  EXPECT_EQ(json["entries"][0]["declared"], true);
  EXPECT_EQ(json["entries"][1]["file"], file.string());
  EXPECT_EQ(json["entries"][1]["seed"], 1);
  EXPECT_TRUE(json["entries"][1]["error"].is_null());
}

TEST_F(CorpusCommand, patterns_choose_by_scenario_finding_and_file) {
  const fs::path file = remembered();
  snag({"run", "declared", "--corpus", "c"});
  const auto count = [&](const std::string& pattern) {
    const Ran ran = snag({"corpus", "list", "--json", "--corpus", "c", pattern});
    return nlohmann::json::parse(ran.out)["entries"].size();
  };
  EXPECT_EQ(count("last"), 2U);
  EXPECT_EQ(count("test/last"), 1U);
  EXPECT_EQ(count("failed-check"), 2U);
  EXPECT_EQ(count("declared/*"), 1U);
  EXPECT_EQ(count(file.string()), 1U);
  const Ran none = snag({"corpus", "replay", "tset/last", "--corpus", "c"});
  EXPECT_EQ(none.code, 3);
  EXPECT_CONTAINS(none.error, "did you mean test/last?");
}

TEST_F(CorpusCommand, without_a_flag_the_folder_is_the_checkouts_or_the_one_here) {
  EXPECT_EQ(snag({"corpus", "list"}).code, 2);
  EXPECT_EQ(snag({"corpus", "list", "--corpus", "nowhere"}).code, 2);
  snag({"run", "declared", "--corpus", "corpus"});
  EXPECT_CONTAINS(snag({"corpus", "list"}).out, "declared/last");
  fs::create_directories("there/scenarios");
  fs::create_directory("there/.git");
  fs::current_path("there");
  EXPECT_EQ(snag({"corpus", "list"}).out, "no failures are remembered in corpus\n");
  const Ran replay = snag({"corpus", "replay"});
  EXPECT_EQ(replay.code, 3);
  EXPECT_CONTAINS(replay.error, "nothing was replayed");
}

TEST_F(CorpusCommand, mistakes_are_told_with_their_mend) {
  fs::create_directory("corpus");
  const std::vector<std::pair<std::vector<std::string>, std::string>> mistakes = {
      {{"corpus"}, "say what to do with the corpus: list, replay, prune or promote"},
      {{"corpus", "lst"}, "did you mean list?"},
      {{"corpus", "prune", "--dry"}, "has no flag --dry"},
      {{"corpus", "replay", "--jsn"}, "did you mean --json?"},
  };
  for (const auto& [words, message] : mistakes) {
    const Ran ran = snag(words);
    EXPECT_EQ(ran.code, 2);
    EXPECT_CONTAINS(ran.error, message);
  }
  for (const std::string word : {"list", "replay", "prune", "promote"}) {
    const Ran help = snag({"corpus", word, "--help"});
    EXPECT_EQ(help.code, 0);
    EXPECT_CONTAINS(help.out, "--corpus DIR");
  }
}

// ---- Results -------------------------------------------------------------------------------------------------

TEST_F(CorpusCommand, junit_and_json_carry_the_counts) {
  const fs::path file = remembered();
  version = Version::locked;
  snag({"run", "test", "--corpus", "c", "--json", "a.json", "--junit", "a.xml"});
  const auto json = nlohmann::json::parse(read("a.json"));
  EXPECT_EQ(json["unfinished"], false);
  EXPECT_EQ(json["corpus"]["folder"], "c");
  EXPECT_EQ(json["corpus"]["replayed"], 1);
  EXPECT_EQ(json["corpus"]["stale"], 1);
  EXPECT_EQ(json["corpus"]["entries"][0]["memory"], "stale");
  EXPECT_EQ(json["corpus"]["entries"][0]["file"], file.string());
  EXPECT_CONTAINS(json["corpus"]["entries"][0]["words"].get<std::string>(), "expected T");
  pugi::xml_document document;
  ASSERT_TRUE(document.load_string(read("a.xml").c_str()));
  EXPECT_EQ(document.child("testsuites").attribute("tests").as_int(), 3);
  EXPECT_EQ(document.child("testsuites").attribute("errors").as_int(), 1);
  const pugi::xml_node suite = document.child("testsuites").find_child_by_attribute("name", "corpus");
  EXPECT_EQ(suite.attribute("tests").as_int(), 1);
  EXPECT_STREQ(suite.child("testcase").attribute("classname").value(), "corpus.test.last");
  EXPECT_STREQ(suite.child("testcase").child("error").attribute("type").value(), "stale");
  EXPECT_CONTAINS(std::string(suite.child("system-out").text().get()), "corpus: 1 replayed, 1 stale");
  snag({"run", "test/right", "--json", "a.json", "--junit", "a.xml"});
  EXPECT_TRUE(nlohmann::json::parse(read("a.json"))["corpus"].is_null());
  ASSERT_TRUE(document.load_string(read("a.xml").c_str()));
  EXPECT_FALSE(document.child("testsuites").find_child_by_attribute("name", "corpus"));
  EXPECT_EQ(nlohmann::json::parse(snag({"corpus", "replay", "--json", "--corpus", "c"}).out)["corpus"]["stale"], 1);
}

// ---- Crashes -------------------------------------------------------------------------------------------------

using CorpusCommandDeathTest = CorpusCommand;

std::vector<Scenario> crashing() { return {{.name = "test/crash", .body = &crashes}}; }

TEST_F(CorpusCommand, a_crash_is_a_finding_that_is_remembered_and_replayed_in_a_process_of_its_own) {
  const std::vector<std::string> explore = {"explore", "test/crash", "--corpus", "c",
                                            "--json",  "a.json",     "--junit",  "a.xml"};
  testing::internal::CaptureStdout();
  EXPECT_EQ(run(explore, crashing()), 1);
  const std::string first = testing::internal::GetCapturedStdout();
  EXPECT_CONTAINS(first, "crash in test/crash  (execution 1 of 2,000)\n\n  T0 crashed (segmentation fault at step ");
  EXPECT_CONTAINS(first, "What happened, step by step");
  EXPECT_CONTAINS(first, "  segmentation fault\n");
  EXPECT_CONTAINS(first, "corpus_test.cpp:");
  EXPECT_CONTAINS(first, "remembered in c/test/crash/");
  EXPECT_CONTAINS(first, "test/crash: 1 finding in ");
  ASSERT_EQ(entries().size(), 1U);
  const auto entry = nlohmann::json::parse(read(entries()[0]));
  EXPECT_EQ(entry["finding"], "crash");
  EXPECT_EQ(entry["ended"], "crash");
  EXPECT_CONTAINS(entry["sentence"].get<std::string>(), "crashed (segmentation fault at step ");
  const auto document = nlohmann::json::parse(read("a.json"));
  EXPECT_EQ(document["unfinished"], false);
  EXPECT_EQ(document["variants"][0]["bugs"][0]["finding"], "crash");
  EXPECT_CONTAINS(document["variants"][0]["bugs"][0]["replay"].get<std::string>(), "replay 1:test/crash:");
  pugi::xml_document xml;
  ASSERT_TRUE(xml.load_string(read("a.xml").c_str()));
  EXPECT_EQ(xml.child("testsuites").attribute("failures").as_int(), 1);
  EXPECT_EQ(xml.child("testsuites").attribute("errors").as_int(), 0);

  testing::internal::CaptureStdout();
  EXPECT_EQ(run(explore, crashing()), 1);
  const std::string out = testing::internal::GetCapturedStdout();
  EXPECT_CONTAINS(out, "corpus: 1 replayed, 1 as remembered");
  EXPECT_CONTAINS(out, "crash in test/crash  (remembered in c/test/crash/");

  version = Version::tolerant;
  testing::internal::CaptureStdout();
  EXPECT_EQ(run(explore, crashing()), 0);
  EXPECT_CONTAINS(testing::internal::GetCapturedStdout(), "1 now passes");
}

TEST_F(CorpusCommandDeathTest, without_workers_a_crash_ends_the_command_and_is_remembered_all_the_same) {
  const std::vector<std::string> explore = {"explore", "test/crash", "--corpus", "c",       "--jobs",
                                            "0",       "--json",     "a.json",   "--junit", "a.xml"};
  EXPECT_EXIT(run(explore, crashing()), testing::ExitedWithCode(1), "remembered in c/test/crash/");
  EXPECT_EQ(nlohmann::json::parse(read("a.json"))["unfinished"], true);
  pugi::xml_document xml;
  ASSERT_TRUE(xml.load_string(read("a.xml").c_str()));
  EXPECT_EQ(xml.child("testsuites").attribute("errors").as_int(), 1);
  const std::vector<fs::path> written = entries();
  ASSERT_EQ(written.size(), 1U);
  testing::internal::CaptureStdout();
  EXPECT_EQ(run({"explore", "test/crash", "--corpus", "c", "--all", "--executions", "5"}, crashing()), 1);
  EXPECT_CONTAINS(testing::internal::GetCapturedStdout(), "1 as remembered");
  EXPECT_EQ(entries(), written) << "workers give the same bug the same name";
}

TEST_F(CorpusCommandDeathTest, exit_inside_an_execution_is_remembered_too) {
  const std::vector<Scenario> exiting = {{.name = "test/exits", .body = &exits}};
  EXPECT_EXIT(run({"explore", "test/exits", "--corpus", "c", "--jobs", "0"}, exiting), testing::ExitedWithCode(1),
              "T0 ended the process with exit.*\n.*\nplace: .*corpus_test.cpp:.*\nremembered in c/test/exits/");
  testing::internal::CaptureStdout();
  EXPECT_EQ(run({"corpus", "replay", "--corpus", "c"}, exiting), 0);
  EXPECT_CONTAINS(testing::internal::GetCapturedStdout(), "corpus: 1 replayed, 1 as remembered\n");
}

TEST_F(CorpusCommandDeathTest, quick_exit_inside_an_execution_is_a_crash_and_no_pass) {
  const std::vector<Scenario> quitting = {{.name = "test/quits", .body = &quits}};
  EXPECT_EXIT(run({"explore", "test/quits", "--jobs", "0"}, quitting), testing::ExitedWithCode(1),
              "crash in test/quits: T0 ended the process with exit\\(\\) or quick_exit\\(\\)");
  testing::internal::CaptureStdout();
  EXPECT_EQ(run({"explore", "test/quits"}, quitting), 1);
  EXPECT_CONTAINS(testing::internal::GetCapturedStdout(), "T0 ended the process with exit() or quick_exit()");
}

// ---- The suite -----------------------------------------------------------------------------------------------

TEST(CorpusOfTheSuite, remembers_every_declared_bug_so_that_it_replays) {
  std::size_t remembered = 0;
  for (const Scenario& scenario : catalogue()) {
    if (scenario.expected.empty()) continue;
    CampaignOptions options;
    options.stop_at_first = false;
    options.executions = 300;
    for (const Bug& bug : explore(scenario, options).bugs) {
      const Reproduction reproduction = reproduce(scenario, bug.token, Detail::with_source);
      const CorpusEntry entry = remember(scenario, bug, reproduction.narrative, "why", options);
      const CorpusEntry again = parse_entry(format_entry(entry));
      ASSERT_EQ(format_entry(again), format_entry(entry));
      const Recalled recalled = recall(scenario, {.file = "x", .entry = again});
      EXPECT_EQ(recalled.verdict, RecallVerdict::fails)
          << scenario.name << ' ' << bug.finding.checker << recalled.words;
      EXPECT_NE(std::ranges::find(recalled.fingerprints, bug.fingerprint), recalled.fingerprints.end())
          << scenario.name;
      ++remembered;
    }
  }
  EXPECT_GT(remembered, 20U);
}

}  // namespace
}  // namespace snag
