// What tests of unmodified programs ask of snag: the names of what it finds in one.
#pragma once

#include "checkers/all.h"
#include "checkers/causes.h"
#include "harness/campaign/campaign.h"
#include "harness/campaign/reproduce.h"
#include "harness/execution/execution.h"
#include "harness/instrument/instrument.h"
#include "harness/strategies/random.h"

#include <cstdint>
#include <set>
#include <string>

namespace snag {

using instrument::Points;
using Program = void (*)();
using Names = std::set<std::string>;

inline constexpr double go_on = 0.5;

/// What the checkers say of so many random executions, symptoms dropped; "step limit", too, and deadlocks that nobody
/// explains. A failed program brings its own words along.
inline Names found_in(Program program, Points points, std::uint64_t executions, std::uint64_t seed = 1) {
  Names names;
  const auto checkers = all_checkers();
  const Scenario scenario = unmodified("program", program, points);
  Execution execution;
  RandomStrategy strategy(seed, go_on);
  for (std::uint64_t number = 0; number < executions && names.empty(); ++number) {
    strategy.begin(number);
    ExecutionResult result = execution.run(scenario, strategy, checkers);
    strategy.end(execution.schedule(), result.points);
    keep_causes(result.findings, execution.trace());
    for (const Finding& finding : result.findings)
      if (finding.certainty != Certainty::candidate) names.insert(finding.checker);
    if (result.verdict != Verdict::passed) names.insert(name_of(result.verdict));
    for (const std::string& text : execution.trace().texts) names.insert(text);
  }
  return names;
}

/// What a campaign comes to: candidates are confirmed, predictions hunted, and each is replayed.
inline Names bugs_of(Program program, Points points, const std::string& strategy = "random", std::size_t jobs = 0) {
  CampaignOptions options;
  options.jobs = jobs;
  options.hang_seconds = 0.3;
  options.strategy = strategy;
  options.executions = 2000;
  options.determinism_every = 10;
  const CampaignResult result = explore(unmodified("program", program, points), options);
  Names names;
  for (const Bug& bug : result.bugs) names.insert(bug.finding.checker);
  return names;
}

inline const Names nothing;

}  // namespace snag
