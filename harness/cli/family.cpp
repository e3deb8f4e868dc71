#include "harness/cli/family.h"

#include "harness/cli/select.h"
#include "harness/execution/execution.h"

#include <fmt/format.h>

#include <set>

namespace snag {

namespace {

std::string scenario_of(const Scenario& scenario) { return scenario.name.substr(0, scenario.name.find('/')); }

}  // namespace

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
