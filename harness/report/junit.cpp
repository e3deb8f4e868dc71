#include "harness/report/junit.h"

#include <fmt/format.h>
#include <pugixml.hpp>

#include <algorithm>
#include <filesystem>
#include <sstream>

namespace snag {

namespace {

// "withdraw/broken" of scenarios/races/withdraw/broken.cpp: class "races.withdraw", name "broken". A test of GoogleTest,
// "Queue.Pushes": class "Queue", name "Pushes".
struct CaseName {
  std::string class_name;
  std::string name;
};

CaseName case_name(const VariantResult& variant) {
  const std::size_t dot = variant.name.find('.');
  if (variant.kind == VariantResult::Kind::test && dot != std::string::npos)
    return {variant.name.substr(0, dot), variant.name.substr(dot + 1)};
  const std::size_t slash = variant.name.rfind('/');
  if (slash == std::string::npos) return {variant.name, variant.name};
  const std::string scenario = variant.name.substr(0, slash);
  const std::filesystem::path folder = std::filesystem::path(variant.file).parent_path();
  const std::string group = folder.filename() == scenario ? folder.parent_path().filename().string() : std::string();
  std::string class_name = group.empty() ? scenario : group + "." + scenario;
  for (char& character : class_name)
    if (character == '/') character = '.';
  return {class_name, variant.name.substr(slash + 1)};
}

void set(pugi::xml_node node, const char* name, const std::string& value) {
  node.append_attribute(name).set_value(printable(value).c_str());
}

void set_seconds(pugi::xml_node node, double seconds) { set(node, "time", fmt::format("{:.3f}", seconds)); }

std::string joined(const std::vector<std::string>& items, const char* separator) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : separator) + item;
  return text;
}

// Surprises first, then the whole report of each.
void add_failure(pugi::xml_node node, const VariantResult& variant) {
  std::string type = "surprise";
  std::string text = joined(variant.surprises, "\n") + "\n";
  for (const BugResult& bug : variant.bugs) {
    if (!bug.surprise) continue;
    if (type == "surprise") type = bug.finding;
    text += "\n" + bug.report;
  }
  pugi::xml_node failure = node.append_child("failure");
  set(failure, "message", joined(variant.surprises, "; "));
  set(failure, "type", type);
  failure.text().set(printable(text).c_str());
}

void add_case(pugi::xml_node suite, const VariantResult& variant) {
  pugi::xml_node node = suite.append_child("testcase");
  const auto [class_name, name] = case_name(variant);
  set(node, "classname", class_name);
  set(node, "name", name);
  if (!variant.file.empty()) set(node, "file", variant.file);
  set_seconds(node, variant.seconds);
  switch (standing_of(variant)) {
    case Standing::as_declared: break;
    case Standing::surprise: add_failure(node, variant); return;
    case Standing::inconclusive: set(node.append_child("skipped"), "message", verdict_of(variant)); break;
    case Standing::error: {
      pugi::xml_node error = node.append_child("error");
      set(error, "message", variant.error.substr(0, variant.error.find('\n')));
      set(error, "type", "harness");
      error.text().set(printable(variant.error).c_str());
      return;
    }
  }
  std::string output = verdict_of(variant) + "\n";
  for (const std::string& gap : gaps_of(variant)) output += "note: " + gap + "\n";
  node.append_child("system-out").text().set(printable(output).c_str());
}

// A remembered failure. Open ones that fail are skipped: their variant's case says whether that is a failure.
void add_memory(pugi::xml_node suite, const MemoryResult& result) {
  pugi::xml_node node = suite.append_child("testcase");
  std::string class_name = "corpus." + result.scenario;
  std::ranges::replace(class_name, '/', '.');
  set(node, "classname", class_name);
  set(node, "name", display(result) + " " + result.file);
  const std::string text = format_memory(result, Style::plain);
  const auto add = [&](const char* kind) {
    pugi::xml_node child = node.append_child(kind);
    set(child, "message", text);
    if (std::string_view(kind) != "skipped") set(child, "type", name_of(result.memory));
  };
  switch (outcome_of(result)) {
    case MemoryOutcome::passed: node.append_child("system-out").text().set(printable(text).c_str()); break;
    case MemoryOutcome::skipped: add("skipped"); break;
    case MemoryOutcome::failed: add("failure"); break;
    case MemoryOutcome::error: add("error"); break;
  }
}

// How many cases came to what.
struct Counts {
  std::size_t tests = 0, failures = 0, errors = 0, skipped = 0;

  void add(const Counts& other) {
    tests += other.tests;
    failures += other.failures;
    errors += other.errors;
    skipped += other.skipped;
  }
};

Counts counts_of(const std::vector<VariantResult>& variants) {
  Counts counts{.tests = variants.size()};
  for (const VariantResult& variant : variants) {
    counts.failures += standing_of(variant) == Standing::surprise ? 1U : 0U;
    counts.errors += standing_of(variant) == Standing::error ? 1U : 0U;
    counts.skipped += standing_of(variant) == Standing::inconclusive ? 1U : 0U;
  }
  return counts;
}

Counts counts_of(const CorpusResult& corpus) {
  Counts counts{.tests = corpus.replayed.size()};
  for (const MemoryResult& result : corpus.replayed) {
    counts.failures += outcome_of(result) == MemoryOutcome::failed ? 1U : 0U;
    counts.errors += outcome_of(result) == MemoryOutcome::error ? 1U : 0U;
    counts.skipped += outcome_of(result) == MemoryOutcome::skipped ? 1U : 0U;
  }
  return counts;
}

void set_counts(pugi::xml_node node, const Counts& counts, double seconds) {
  set(node, "tests", std::to_string(counts.tests));
  set(node, "failures", std::to_string(counts.failures));
  set(node, "errors", std::to_string(counts.errors));
  set(node, "skipped", std::to_string(counts.skipped));
  set_seconds(node, seconds);
}

// The document's root and, in it, the named suites.
pugi::xml_node add_suites(pugi::xml_document& document) {
  pugi::xml_node declaration = document.append_child(pugi::node_declaration);
  declaration.append_attribute("version").set_value("1.0");
  declaration.append_attribute("encoding").set_value("UTF-8");
  pugi::xml_node suites = document.append_child("testsuites");
  set(suites, "name", "snag");
  return suites;
}

pugi::xml_node add_suite(pugi::xml_node suites, const char* name, const Counts& counts, double seconds) {
  pugi::xml_node node = suites.append_child("testsuite");
  set(node, "name", name);
  set_counts(node, counts, seconds);
  return node;
}

std::string text_of(const pugi::xml_document& document) {
  std::ostringstream text;
  document.save(text, "  ", pugi::format_default, pugi::encoding_utf8);
  return text.str();
}

}  // namespace

std::string format_junit(const SuiteResult& suite) {
  const Counts variants = counts_of(suite.variants), memories = counts_of(suite.corpus);
  Counts all = variants;
  all.add(memories);
  pugi::xml_document document;
  pugi::xml_node suites = add_suites(document);
  set_counts(suites, all, suite.seconds);
  pugi::xml_node node = add_suite(suites, "snag", variants, suite.seconds);
  for (const VariantResult& variant : suite.variants) add_case(node, variant);
  if (suite.corpus.replayed.empty()) return text_of(document);
  pugi::xml_node corpus = add_suite(suites, "corpus", memories, 0);
  for (const MemoryResult& result : suite.corpus.replayed) add_memory(corpus, result);
  corpus.append_child("system-out").text().set(printable(format_counts(suite.corpus)).c_str());
  return text_of(document);
}

std::string format_unfinished_junit() {
  const Counts counts{.tests = 1, .errors = 1};
  pugi::xml_document document;
  pugi::xml_node suites = add_suites(document);
  set_counts(suites, counts, 0);
  pugi::xml_node node = add_suite(suites, "snag", counts, 0).append_child("testcase");
  set(node, "classname", "snag");
  set(node, "name", "comes to its end");
  pugi::xml_node error = node.append_child("error");
  set(error, "message", unfinished_words);
  set(error, "type", "unfinished");
  return text_of(document);
}

}  // namespace snag
