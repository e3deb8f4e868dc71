// Partial-order reduction against brute force on the suite's own programs, which use every primitive that there is: the
// same classes of executions, ended the same way, and each executed once. Programs with more classes than brute force
// can enumerate here are left out; SNAG_CLASSES_MAX=<number> asks for larger ones.
#include "harness/campaign/campaign.h"
#include "harness/execution/execution.h"
#include "harness/strategies/dpor.h"
#include "tests/support/class_oracle.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <exception>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace snag {

std::vector<Scenario> catalogue();

namespace {

using snag::testing::ClassDigester;
using snag::testing::Classes;
using snag::testing::ClassOracle;
using snag::testing::Extent;

std::uint64_t classes_max() {
  const char* const asked = std::getenv("SNAG_CLASSES_MAX");
  return asked == nullptr ? 1000 : std::strtoull(asked, nullptr, 10);
}

ExecutionOptions options_for(const Scenario& scenario, SpinRule spinning) {
  return {.steps_max = scenario.steps_max, .spinning = spinning};
}

struct Reduced {
  Classes classes;
  std::uint64_t executions = 0;
  DporCounts counts;
  Observed observed;
  SpinRule spinning = SpinRule::at_once;
};

// All executions that the strategy makes; nothing where it proves nothing, or there are too many.
std::optional<Reduced> reduce(const Scenario& scenario) {
  Reduced reduced;
  Execution execution(options_for(scenario, reduced.spinning));
  DporStrategy strategy(0, scenario.time);
  for (std::uint64_t number = 0; strategy.begin(number); ++number) {
    if (number > 2 * classes_max()) return std::nullopt;
    const ExecutionResult result = execution.run(scenario, strategy, {});
    strategy.end(execution.schedule(), result.points);
    if (strategy.starts_anew()) {  // what it learnt counts no more
      reduced = {};
      continue;
    }
    EXPECT_FALSE(result.diverged);
    if (execution.trace().events.size() > ClassDigester::events_max) return std::nullopt;
    ClassDigester digest(strategy.observed());
    reduced.classes.emplace(digest(execution.trace(), Extent::whole), result.verdict);
    ++reduced.executions;
  }
  reduced.counts = strategy.counts();
  reduced.observed = strategy.observed();
  reduced.spinning = execution.options().spinning;
  if (strategy.inexact() != Inexact::no || reduced.counts.cut_short > 0) return std::nullopt;
  return reduced;
}

// Nothing if there are too many prefixes, or executions are too long.
std::optional<Classes> enumerate(const Scenario& scenario, const Reduced& reduced) {
  Execution execution(options_for(scenario, reduced.spinning));
  ClassOracle oracle(reduced.observed);
  ClassDigester digest(reduced.observed);
  Classes classes;
  for (std::uint64_t number = 0; oracle.begin(number); ++number) {
    if (number > 100 * classes_max()) return std::nullopt;
    const ExecutionResult result = execution.run(scenario, oracle, {});
    if (oracle.gave_up()) return std::nullopt;
    if (!result.diverged && execution.trace().events.size() <= ClassDigester::events_max)
      classes.emplace(digest(execution.trace(), Extent::whole), result.verdict);
  }
  return classes;
}

TEST(PartialOrderReduction, executes_each_class_of_the_suites_programs_once) {
  std::uint64_t compared = 0;
  std::uint64_t executions = 0;
  for (const Scenario& scenario : catalogue()) {
    if (scenario.scheduling) continue;
    SCOPED_TRACE(scenario.name);
    const std::optional<Reduced> reduced = reduce(scenario);
    if (!reduced || reduced->classes.size() > classes_max()) continue;
    const std::optional<Classes> classes = enumerate(scenario, *reduced);
    if (!classes) continue;
    EXPECT_EQ(reduced->classes, *classes);
    EXPECT_EQ(reduced->executions, reduced->classes.size());
    EXPECT_EQ(reduced->counts.blocked, 0U);
    EXPECT_EQ(reduced->counts.misplanned, 0U);
    ++compared;
    executions += reduced->executions;
  }
  RecordProperty("compared", std::to_string(compared));
  std::printf("%lu programs, %lu executions\n", compared, executions);
  EXPECT_GE(compared, 60U);
}

// What a campaign within a bound of preemptions finds; nothing if it does not come to its end, or if threads spin: the
// two strategies have them wait otherwise, which costs no preemption.
std::optional<std::set<std::string>> findings_within(std::uint32_t bound, const char* strategy,
                                                     const Scenario& scenario) {
  CampaignOptions options;
  options.strategy = strategy;
  options.bound = bound;
  options.executions = 2 * classes_max();
  options.stop_at_first = false;
  const CampaignResult result = explore(scenario, options);
  if (!result.exhausted && !result.bound) return std::nullopt;
  if (result.reduction && result.reduction->spinning_waits) return std::nullopt;
  std::set<std::string> findings;
  for (const Bug& bug : result.bugs)
    findings.insert(bug.fingerprint + (bug.finding.certainty == Certainty::happened ? " happened" : " predicted"));
  return findings;
}

TEST(BoundedReduction, finds_in_the_suites_programs_what_brute_force_finds_within_the_bound) {
  std::uint64_t compared = 0;
  for (const Scenario& scenario : catalogue()) {
    SCOPED_TRACE(scenario.name);
    for (std::uint32_t bound = 0; bound <= 2; ++bound) {
      SCOPED_TRACE(bound);
      const auto some = findings_within(bound, "dpor", scenario);
      const auto all = findings_within(bound, "exhaustive", scenario);
      if (!some || !all) break;
      EXPECT_EQ(some, all);
      ++compared;
    }
  }
  std::printf("%lu campaigns\n", compared);
  EXPECT_GE(compared, 100U);
}

}  // namespace
}  // namespace snag
