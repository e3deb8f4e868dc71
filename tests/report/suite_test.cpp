// The results of a suite: verdicts in honest words, JUnit and JSON parsed back.
#include "harness/report/suite.h"
#include "harness/report/json.h"
#include "harness/report/junit.h"
#include "tests/report/approval.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include <iterator>
#include <set>

namespace snag::testing {
namespace {

BugResult lost_update() {
  BugResult bug;
  bug.finding = "lost-update";
  bug.objects = {"count"};
  bug.sentence = "T2 overwrote count.";
  bug.report = "lost-update in count/broken\n";
  bug.token = "1:count/broken::1a2b:1f";
  bug.replay_command = "snag replay 1:count/broken::1a2b:1f";
  bug.fingerprint = "0011aabb";
  return bug;
}

VariantResult variant(std::string name, std::string file) {
  VariantResult result;
  result.name = std::move(name);
  result.file = std::move(file);
  result.strategy = "mixed";
  result.seed = 1;
  result.executions = 2000;
  result.points = 31'415;
  result.seconds = 0.0123;
  return result;
}

// One variant of each standing and then some.
SuiteResult suite() {
  SuiteResult all;
  VariantResult declared = variant("count/broken", "scenarios/races/count/broken.cpp");
  declared.expected = {{"lost-update", "count"}};
  declared.bugs = {lost_update(), lost_update()};
  VariantResult clean = variant("count/fixed", "scenarios/races/count/fixed.cpp");
  VariantResult verified = variant("count/fixed_lock", "scenarios/races/count/fixed_lock.cpp");
  verified.verification = {true, true, "every interleaving (6 executions, no spurious wake-ups)", 6};
  VariantResult surprising = variant("count/fixed_worse", "scenarios/races/count/fixed_worse.cpp");
  surprising.bugs = {lost_update()};
  surprising.bugs[0].surprise = true;
  surprising.surprises = {"missing deadlock", "unexpected lost-update(count)"};
  VariantResult cut_off = variant("queue/slow", "");
  cut_off.time_capped = true;
  cut_off.executions = 1;
  cut_off.inconclusive = 1;
  cut_off.untested = 2;
  VariantResult predicted = variant("locks/gated", "");
  predicted.bugs = {lost_update()};
  predicted.bugs[0].finding = "lock-order-cycle";
  predicted.bugs[0].objects = {"a", "b"};
  predicted.bugs[0].predicted = true;
  VariantResult faulty = variant("clock/real", "");
  faulty.error = "the scenario clock/real is not deterministic: bell \a\nmend it";
  all.variants = {declared, clean, verified, surprising, cut_off, predicted, faulty};
  all.seconds = 1.25;
  return all;
}

pugi::xml_node case_of(const pugi::xml_document& document, const std::string& class_name, const std::string& name) {
  for (const pugi::xml_node node : document.child("testsuites").child("testsuite").children("testcase"))
    if (node.attribute("classname").value() == class_name && node.attribute("name").value() == name) return node;
  return {};
}

TEST(SuiteText, says_honestly_what_each_variant_came_to) {
  std::string text;
  for (const VariantResult& one : suite().variants) text += format_line(one, 18, Style::plain);
  text += format_summary(suite(), Style::plain);
  EXPECT_TRUE(approved("suite.txt", text));
}

TEST(SuiteText, of_an_interrupted_run_says_so) {
  SuiteResult interrupted = suite();
  interrupted.interrupted = true;
  interrupted.not_run = 3;
  const std::string text = format_summary(interrupted, Style::plain);
  EXPECT_NE(text.find("3 not run (interrupted)"), std::string::npos) << text;
}

MemoryResult memory(Memory memory, const std::string& file, const std::string& words = "") {
  MemoryResult result;
  result.scenario = "count/broken";
  result.finding = "lost-update";
  result.objects = {"count"};
  result.sentence = "It went wrong.";
  result.status = memory == Memory::regression ? "fixed" : "open";
  result.file = "corpus/count/broken/" + file + ".json";
  result.memory = memory;
  result.fails = memory == Memory::as_remembered || memory == Memory::regression || memory == Memory::fails_in_another;
  result.words = words;
  return result;
}

CorpusResult corpus() {
  CorpusResult corpus;
  corpus.folder = "corpus";
  corpus.replayed = {
      memory(Memory::as_remembered, "00000001"),
      memory(Memory::fails_in_another, "00000002", "data-race"),
      memory(Memory::passes_now, "00000003"),
      memory(Memory::regression, "00000004"),
      memory(Memory::stale, "00000005", "step 14: expected T2 lock m at count.cpp:7, got T1 load x at count.cpp:9"),
      memory(Memory::stale, "00000006", "step 2: expected T2 end, but the execution ended"),
      memory(Memory::unreadable, "00000007", "it is no JSON \x01")};
  corpus.replayed[5].replaced = true;
  corpus.written = {"corpus/count/broken/00000008.json"};
  corpus.orphans = 2;
  return corpus;
}

TEST(CorpusText, tells_what_is_news_and_counts_all) {
  EXPECT_TRUE(approved("corpus.txt", format_replays(corpus(), Style::plain) + "\n" + format_written(corpus())));
  EXPECT_EQ(format_replays({}, Style::plain), "");
  EXPECT_EQ(format_written({}), "");
}

TEST(JUnit, has_a_suite_of_its_own_for_the_corpus) {
  SuiteResult with_corpus = suite();
  with_corpus.corpus = corpus();
  pugi::xml_document document;
  ASSERT_TRUE(document.load_string(format_junit(with_corpus).c_str()));
  EXPECT_EQ(document.child("testsuites").attribute("tests").as_int(), 14);
  EXPECT_EQ(document.child("testsuites").attribute("failures").as_int(), 2);
  const pugi::xml_node node = document.child("testsuites").find_child_by_attribute("name", "corpus");
  EXPECT_EQ(node.attribute("tests").as_int(), 7);
  EXPECT_EQ(node.attribute("failures").as_int(), 1) << "the regression";
  EXPECT_EQ(node.attribute("errors").as_int(), 2) << "stale, unreadable";
  EXPECT_EQ(node.attribute("skipped").as_int(), 3) << "two that fail and are open, one that was replaced";
  EXPECT_EQ(std::distance(node.children("testcase").begin(), node.children("testcase").end()), 7);
}

TEST(Results, of_a_run_that_did_not_end_say_so) {
  EXPECT_EQ(nlohmann::json::parse(format_unfinished_json())["unfinished"], true);
  EXPECT_TRUE(nlohmann::json::parse(format_unfinished_json())["variants"].empty());
  pugi::xml_document document;
  ASSERT_TRUE(document.load_string(format_unfinished_junit().c_str()));
  EXPECT_EQ(document.child("testsuites").attribute("errors").as_int(), 1);
  const pugi::xml_node error = document.child("testsuites").child("testsuite").child("testcase").child("error");
  EXPECT_NE(std::string(error.attribute("message").value()).find("did not come to the end"), std::string::npos);
}

TEST(JUnit, has_one_case_a_variant_and_right_counts) {
  pugi::xml_document document;
  ASSERT_TRUE(document.load_string(format_junit(suite()).c_str()));
  for (const pugi::xml_node node : {document.child("testsuites"), document.child("testsuites").child("testsuite")}) {
    EXPECT_EQ(node.attribute("tests").as_int(), 7);
    EXPECT_EQ(node.attribute("failures").as_int(), 1);
    EXPECT_EQ(node.attribute("errors").as_int(), 1);
    EXPECT_EQ(node.attribute("skipped").as_int(), 1);
    EXPECT_STREQ(node.attribute("time").value(), "1.250");
  }
  std::set<std::pair<std::string, std::string>> names;
  const auto cases = document.child("testsuites").child("testsuite").children("testcase");
  for (const pugi::xml_node node : cases)
    names.emplace(node.attribute("classname").value(), node.attribute("name").value());
  EXPECT_EQ(names.size(), 7U);
  EXPECT_EQ(std::distance(cases.begin(), cases.end()), 7);
}

TEST(JUnit, names_group_file_and_time) {
  pugi::xml_document document;
  ASSERT_TRUE(document.load_string(format_junit(suite()).c_str()));
  const pugi::xml_node node = case_of(document, "races.count", "broken");
  EXPECT_STREQ(node.attribute("file").value(), "scenarios/races/count/broken.cpp");
  EXPECT_STREQ(node.attribute("time").value(), "0.012");
  EXPECT_FALSE(node.child("failure"));
  EXPECT_TRUE(case_of(document, "queue", "slow")) << "without a file, the scenario alone is the class";
}

TEST(JUnit, tells_failures_errors_and_skipped_apart) {
  pugi::xml_document document;
  ASSERT_TRUE(document.load_string(format_junit(suite()).c_str()));
  const pugi::xml_node failure = case_of(document, "races.count", "fixed_worse").child("failure");
  EXPECT_STREQ(failure.attribute("message").value(), "missing deadlock; unexpected lost-update(count)");
  EXPECT_STREQ(failure.attribute("type").value(), "lost-update");
  EXPECT_NE(std::string(failure.text().get()).find("lost-update in count/broken"), std::string::npos);
  EXPECT_TRUE(case_of(document, "queue", "slow").child("skipped"));
  const pugi::xml_node error = case_of(document, "clock", "real").child("error");
  EXPECT_STREQ(error.text().get(), "the scenario clock/real is not deterministic: bell \\x07\nmend it");
}

TEST(JUnit, carries_no_character_that_xml_has_not) {
  SuiteResult odd;
  odd.variants = {variant("x/y", "")};
  for (int byte = 1; byte < 256; ++byte) odd.variants[0].error += static_cast<char>(byte);
  odd.variants[0].error += "\xef\xbf\xbf \xe2\x82\xac <&>\"'";
  pugi::xml_document document;
  ASSERT_TRUE(document.load_string(format_junit(odd).c_str()));
  const std::string text = case_of(document, "x", "y").child("error").text().get();
  EXPECT_NE(text.find("\\x01"), std::string::npos);
  EXPECT_NE(text.find("\\xff"), std::string::npos);
  EXPECT_NE(text.find("\\xef\\xbf\\xbf \xe2\x82\xac <&>\"'"), std::string::npos);
  for (const char character : format_junit(odd))
    EXPECT_TRUE(character == '\n' || character == '\t' || static_cast<unsigned char>(character) >= 0x20);
}

TEST(Json, holds_every_variant_with_its_numbers) {
  const auto document = nlohmann::json::parse(format_json(suite()));
  EXPECT_EQ(document["version"], 1);
  ASSERT_EQ(document["variants"].size(), 7U);
  const auto& declared = document["variants"][0];
  EXPECT_EQ(declared["name"], "count/broken");
  EXPECT_EQ(declared["standing"], "as_declared");
  EXPECT_EQ(declared["points"], 31'415);
  EXPECT_EQ(declared["expected"][0]["finding"], "lost-update");
  EXPECT_EQ(declared["bugs"][0]["token"], "1:count/broken::1a2b:1f");
  EXPECT_EQ(declared["bugs"][0]["certainty"], "happened");
  EXPECT_TRUE(declared["error"].is_null());
  EXPECT_EQ(document["variants"][2]["verification"]["complete"], true);
  EXPECT_EQ(document["variants"][3]["standing"], "surprise");
  EXPECT_EQ(document["variants"][3]["surprises"][0], "missing deadlock");
  EXPECT_EQ(document["variants"][4]["standing"], "inconclusive");
  EXPECT_EQ(document["variants"][4]["gaps"].size(), 3U);
  EXPECT_EQ(document["variants"][5]["bugs"][0]["certainty"], "predicted");
  EXPECT_EQ(document["variants"][6]["standing"], "error");
}

TEST(Json, holds_who_had_the_processor_when) {
  SuiteResult scheduled;
  scheduled.variants = {variant("x/y", "")};
  BugResult bug = lost_update();
  bug.threads = {"T0", "T1 (low)"};
  bug.rivals = {{1, 3, 2'000'000}};
  bug.timeline = {{Slice::State::waits, 0, 0, 5}, {Slice::State::ready, 1, 1, 2}, {Slice::State::runs, 7, 2, 5}};
  scheduled.variants[0].bugs = {bug};
  const auto found = nlohmann::json::parse(format_json(scheduled))["variants"][0]["bugs"][0];
  EXPECT_EQ(found["rivals"],
            nlohmann::json::parse(R"json([{"thread": "T1 (low)", "times": 3, "nanoseconds": 2000000}])json"));
  EXPECT_EQ(found["timeline"], nlohmann::json::parse(R"json([
      {"thread": "T0", "state": "waits", "from": 0, "to": 5},
      {"thread": "T1 (low)", "state": "ready", "from": 1, "to": 2},
      {"thread": "T7", "state": "runs", "from": 2, "to": 5}])json"));
}

TEST(Json, survives_bytes_that_are_no_text) {
  SuiteResult odd;
  odd.variants = {variant("x/y", "")};
  odd.variants[0].error = "bad \xff byte";
  EXPECT_EQ(nlohmann::json::parse(format_json(odd))["variants"][0]["error"], "bad \\xff byte");
}

TEST(Json, every_field_is_in_the_documentation) {
  std::ifstream stream(std::string(SNAG_SOURCE_DIR) + "/docs/json.md");
  const std::string page(std::istreambuf_iterator<char>(stream), {});
  SuiteResult with_corpus = suite();
  with_corpus.corpus = corpus();
  const auto document = nlohmann::json::parse(format_json(with_corpus));
  const auto expect_documented = [&](const nlohmann::json& object) {
    for (const auto& [field, value] : object.items())
      EXPECT_NE(page.find("`" + field + "`"), std::string::npos) << field << " is not in docs/json.md";
  };
  expect_documented(document);
  expect_documented(document["corpus"]);
  expect_documented(document["corpus"]["entries"][0]);
  expect_documented(nlohmann::json::parse(format_unfinished_json()));
  expect_documented(document["variants"][0]);
  expect_documented(document["variants"][0]["bugs"][0]);
  expect_documented(document["variants"][0]["expected"][0]);
  expect_documented(document["variants"][2]["verification"]);
}

TEST(Text, wraps_at_blanks_and_cuts_long_words) {
  EXPECT_EQ(wrap("ab cd ef", 5), (std::vector<std::string>{"ab cd", "ef"}));
  EXPECT_EQ(wrap("abcdefg", 3), (std::vector<std::string>{"abc", "def", "g"}));
  EXPECT_EQ(wrap("", 3), std::vector<std::string>{""});
  EXPECT_EQ(wrap("\u00e4\u00e4\u00e4 b", 3), (std::vector<std::string>{"\u00e4\u00e4\u00e4", "b"}));
}

TEST(Text, groups_and_counts_numbers) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1'000), "1,000");
  EXPECT_EQ(grouped(1'234'567), "1,234,567");
  EXPECT_EQ(counted(1, "step"), "1 step");
  EXPECT_EQ(counted(2, "step"), "2 steps");
}

}  // namespace
}  // namespace snag::testing
