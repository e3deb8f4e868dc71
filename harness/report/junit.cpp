#include "harness/report/junit.h"

#include <fmt/format.h>
#include <pugixml.hpp>

#include <filesystem>
#include <sstream>

namespace snag {

namespace {

// "withdraw/broken" of scenarios/races/withdraw/broken.cpp: class "races.withdraw", name "broken".
struct CaseName {
  std::string class_name;
  std::string name;
};

CaseName case_name(const VariantResult& variant) {
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

void add_counts(pugi::xml_node node, const SuiteResult& suite) {
  const auto count = [&](Standing standing) {
    std::size_t number = 0;
    for (const VariantResult& variant : suite.variants) number += standing_of(variant) == standing ? 1U : 0U;
    return std::to_string(number);
  };
  set(node, "name", "snag");
  set(node, "tests", std::to_string(suite.variants.size()));
  set(node, "failures", count(Standing::surprise));
  set(node, "errors", count(Standing::error));
  set(node, "skipped", count(Standing::inconclusive));
  set_seconds(node, suite.seconds);
}

}  // namespace

std::string format_junit(const SuiteResult& suite) {
  pugi::xml_document document;
  pugi::xml_node declaration = document.append_child(pugi::node_declaration);
  declaration.append_attribute("version").set_value("1.0");
  declaration.append_attribute("encoding").set_value("UTF-8");
  pugi::xml_node suites = document.append_child("testsuites");
  add_counts(suites, suite);
  pugi::xml_node node = suites.append_child("testsuite");
  add_counts(node, suite);
  for (const VariantResult& variant : suite.variants) add_case(node, variant);
  std::ostringstream text;
  document.save(text, "  ", pugi::format_default, pugi::encoding_utf8);
  return text.str();
}

}  // namespace snag
