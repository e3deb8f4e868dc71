#include "harness/cli/commands.h"
#include "harness/cli/output.h"
#include "harness/cli/select.h"
#include "harness/report/suite.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace snag {

namespace {

const char* name_of(Verified verified) {
  switch (verified) {
    case Verified::no: return "no";
    case Verified::bound_2: return "bound_2";
    case Verified::exhausted: return "exhausted";
  }
  return "no";
}

std::string expected_of(const Scenario& scenario) {
  std::string text;
  for (const ExpectedFinding& expected : scenario.expected) text += (text.empty() ? "" : ", ") + display(expected);
  return text.empty() ? "-" : text;
}

std::string table(const std::vector<const Scenario*>& scenarios) {
  const std::string titles[] = {"variant", "expected"};
  std::size_t name_width = titles[0].size();
  std::size_t expected_width = titles[1].size();
  for (const Scenario* const scenario : scenarios) {
    name_width = std::max(name_width, width_of(scenario->name));
    expected_width = std::max(expected_width, width_of(expected_of(*scenario)));
  }
  const auto line = [&](const std::string& name, const std::string& expected, const std::string& summary) {
    return padded(name, name_width) + "  " + padded(expected, expected_width) + "  " + summary + "\n";
  };
  std::string text = line(titles[0], titles[1], "what it does");
  for (const Scenario* const scenario : scenarios)
    text += line(printable(scenario->name), printable(expected_of(*scenario)), printable(scenario->summary));
  return text;
}

std::string json(const std::vector<const Scenario*>& scenarios) {
  nlohmann::ordered_json variants = nlohmann::ordered_json::array();
  for (const Scenario* const scenario : scenarios) {
    nlohmann::ordered_json expected = nlohmann::ordered_json::array();
    for (const ExpectedFinding& finding : scenario->expected)
      expected.push_back({{"finding", finding.checker}, {"object", printable(finding.object)}});
    variants.push_back({{"name", printable(scenario->name)},
                        {"group", printable(group_of(*scenario))},
                        {"summary", printable(scenario->summary)},
                        {"file", printable(scenario->file)},
                        {"expected", expected},
                        {"verified", name_of(scenario->verified)}});
  }
  return nlohmann::ordered_json({{"version", 1}, {"variants", variants}}).dump(2) + "\n";
}

}  // namespace

int list_command(const std::vector<Scenario>& catalogue, const std::vector<std::string>& patterns, ListFormat format) {
  const std::vector<const Scenario*> scenarios = select(catalogue, patterns);
  write_out(format == ListFormat::json ? json(scenarios) : table(scenarios));
  return exit_clean;
}

}  // namespace snag
