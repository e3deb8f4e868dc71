#include "harness/cli/select.h"

#include "harness/execution/execution.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <set>
#include <utility>

#include <fnmatch.h>

namespace snag {

namespace {

constexpr std::size_t suggestions_max = 3;

bool is_glob(const std::string& pattern) { return pattern.find_first_of("*?[") != std::string::npos; }

bool fits(const std::string& pattern, const Scenario& scenario) {
  const std::string group = group_of(scenario);
  const std::string full = group.empty() ? scenario.name : group + "/" + scenario.name;
  if (!is_glob(pattern)) return full.find(pattern) != std::string::npos;
  return fnmatch(pattern.c_str(), scenario.name.c_str(), 0) == 0 || fnmatch(pattern.c_str(), full.c_str(), 0) == 0;
}

// Levenshtein's distance: insertions, deletions and replacements of one character.
std::size_t distance(const std::string& one, const std::string& other) {
  std::vector<std::size_t> row(other.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= one.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= other.size(); ++j) {
      const std::size_t replaced = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({replaced, row[j] + 1, row[j - 1] + 1}));
    }
  }
  return row.back();
}

std::vector<std::string> names_of(const std::vector<Scenario>& catalogue) {
  std::set<std::string> names;
  for (const Scenario& scenario : catalogue) {
    names.insert(scenario.name);
    names.insert(scenario.name.substr(0, scenario.name.find('/')));
    if (const std::string group = group_of(scenario); !group.empty()) names.insert(group);
  }
  return {names.begin(), names.end()};
}

[[noreturn]] void refuse(const std::vector<Scenario>& catalogue, const std::string& pattern) {
  if (catalogue.empty()) throw NothingMatched("this program has no scenarios: its catalogue() is empty");
  throw NothingMatched(fmt::format("nothing matched: no scenario fits '{}'{}\n  `list` names all of them", pattern,
                                   did_you_mean(pattern, names_of(catalogue))));
}

}  // namespace

std::string group_of(const Scenario& scenario) {
  const std::filesystem::path folder = std::filesystem::path(scenario.file).parent_path();
  const std::string name = scenario.name.substr(0, scenario.name.find('/'));
  return folder.filename() == name ? folder.parent_path().filename().string() : std::string();
}

std::vector<const Scenario*> select(const std::vector<Scenario>& catalogue, const std::vector<std::string>& patterns) {
  if (catalogue.empty()) refuse(catalogue, "");
  std::vector<bool> selected(catalogue.size(), patterns.empty());
  for (const std::string& pattern : patterns) {
    if (pattern.empty())
      throw UsageError("a pattern is empty, which would fit everything: leave it out, or name what you mean");
    const auto exact = std::ranges::find(catalogue, pattern, &Scenario::name);
    bool matched = exact != catalogue.end();
    if (matched) selected[static_cast<std::size_t>(exact - catalogue.begin())] = true;
    for (std::size_t i = 0; exact == catalogue.end() && i < catalogue.size(); ++i) {
      if (!fits(pattern, catalogue[i])) continue;
      selected[i] = true;
      matched = true;
    }
    if (!matched) refuse(catalogue, pattern);
  }
  std::vector<const Scenario*> scenarios;
  for (std::size_t i = 0; i < catalogue.size(); ++i)
    if (selected[i]) scenarios.push_back(&catalogue[i]);
  return scenarios;
}

const Scenario& select_one(const std::vector<Scenario>& catalogue, const std::string& pattern) {
  const std::vector<const Scenario*> scenarios = select(catalogue, {pattern});
  if (scenarios.size() == 1) return *scenarios.front();
  std::string names;
  for (const Scenario* const scenario : scenarios) names += "\n  " + scenario->name;
  throw UsageError(
      fmt::format("'{}' fits {} variants, and explore takes one of them:{}", pattern, scenarios.size(), names));
}

std::vector<std::string> nearest(const std::string& word, const std::vector<std::string>& words) {
  std::vector<std::pair<std::size_t, std::string>> near;
  for (const std::string& candidate : words) {
    const std::size_t far = distance(word, candidate);
    if (far <= std::max<std::size_t>(2, word.size() / 3)) near.emplace_back(far, candidate);
  }
  std::ranges::sort(near);
  std::vector<std::string> result;
  for (std::size_t i = 0; i < std::min(near.size(), suggestions_max); ++i) result.push_back(near[i].second);
  return result;
}

std::string did_you_mean(const std::string& word, const std::vector<std::string>& words) {
  const std::vector<std::string> near = nearest(word, words);
  std::string text;
  for (std::size_t i = 0; i < near.size(); ++i) text += (i == 0 ? "" : i + 1 == near.size() ? " or " : ", ") + near[i];
  return text.empty() ? "" : fmt::format("; did you mean {}?", text);
}

void check_catalogue(const std::vector<Scenario>& catalogue) {
  std::set<std::string> names;
  for (const Scenario& scenario : catalogue) {
    if (scenario.name.empty() || scenario.name.find(':') != std::string::npos)
      throw UsageError(
          fmt::format("a scenario cannot be called '{}': give it a name without a colon, such as "
                      "\"queue/broken\"",
                      scenario.name));
    if (!names.insert(scenario.name).second)
      throw UsageError(fmt::format("two scenarios are called '{}': give each a name of its own", scenario.name));
    if (!scenario.body)
      throw UsageError(fmt::format("the scenario '{}' has no body: set Scenario::body", scenario.name));
  }
}

}  // namespace snag
