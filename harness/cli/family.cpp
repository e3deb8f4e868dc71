#include "harness/cli/family.h"

#include "harness/cli/select.h"
#include "harness/execution/execution.h"

#include <fmt/format.h>

#include <optional>
#include <set>

namespace snag {

namespace {

std::string scenario_of(const Scenario& scenario) { return scenario.name.substr(0, scenario.name.find('/')); }

bool same_scheduling(const std::optional<Scheduling>& one, const std::optional<Scheduling>& other) {
  if (!one || !other) return one.has_value() == other.has_value();
  return one->policy == other->policy && one->quantum == other->quantum && one->aging == other->aging &&
         one->starved_after == other->starved_after;
}

bool same_conditions(const Scenario& one, const Scenario& other) {
  return one.time == other.time && one.waiting_writer == other.waiting_writer &&
         same_scheduling(one.scheduling, other.scheduling);
}

}  // namespace

Family exercise_of(const std::vector<Scenario>& catalogue, const std::string& name) {
  Family family = family_of(catalogue, name);
  if (family.broken.empty()) return family;
  std::erase_if(family.right, [&](const Scenario& right) { return !same_conditions(right, family.broken.front()); });
  if (family.right.empty())
    throw UsageError(
        fmt::format("{} is not mended in its code: its right variants run under other conditions (see its "
                    "scenario.json), so there is no solution to check",
                    family.name));
  return family;
}

Family family_of(const std::vector<Scenario>& catalogue, const std::string& name) {
  Family family;
  std::set<std::string> names;
  for (const Scenario& scenario : catalogue) {
    const std::string own = scenario_of(scenario);
    const std::string group = group_of(scenario);
    names.insert(own);
    if (name != own && name != group + "/" + own) continue;
    family.name = own;
    family.group = group;
    (scenario.expected.empty() ? family.right : family.broken).push_back(scenario);
  }
  if (!family.name.empty()) return family;
  throw UsageError(fmt::format("there is no scenario '{}'{}\n  `list` names all of them", name,
                               did_you_mean(name, {names.begin(), names.end()})));
}

std::string variant_of(const Scenario& scenario) { return scenario.name.substr(scenario.name.find('/') + 1); }

}  // namespace snag
