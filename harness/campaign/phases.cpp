#include "harness/campaign/phases.h"

#include "checkers/causes.h"
#include "harness/campaign/crash.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace snag {

namespace {

// Part of the budget: 1 in 4.
constexpr std::uint64_t reduction_share = 4;

std::uint64_t reduction_budget(const CampaignOptions& options) {
  return std::min(reduction_first_max, options.executions / reduction_share);
}

bool has_happened(const Bug& bug) { return bug.finding.certainty == Certainty::happened; }

// Whether there is nothing left to look for.
bool is_whole(const CampaignResult& reduced) {
  return reduced.exhausted && reduced.inconclusive == 0 && reduced.reduction->beyond.empty();
}

// Whether a search was given up for crashes that the user does not want to hear of: another one may get past them.
bool only_suppressed_crashes(const CampaignResult& result) {
  return std::ranges::all_of(result.bugs, [](const Bug& bug) {
    const bool takes_long = bug.finding.checker == endless_finding || bug.finding.checker == memory_finding;
    return !bug.ends_process || (bug.suppressed_by.has_value() && !takes_long);
  });
}

bool was_stopped(const CampaignResult& result) {
  return result.time_capped || result.interrupted || (result.crashed_too_often && !only_suppressed_crashes(result));
}

void add_bugs(CampaignResult& all, std::vector<Bug> bugs, std::uint64_t executions_before) {
  for (Bug& bug : bugs) {
    const auto same = [&](const Bug& known) {
      return known.fingerprint == bug.fingerprint && known.suppressed_by.has_value() == bug.suppressed_by.has_value();
    };
    const auto known = std::ranges::find_if(all.bugs, same);
    bug.execution += executions_before;
    if (known == all.bugs.end())
      all.bugs.push_back(std::move(bug));
    else if (!has_happened(*known) && has_happened(bug))
      *known = std::move(bug);
  }
}

// What a campaign that stops at its first finding tells: that one, and what was predicted before.
void keep_first(std::vector<Bug>& bugs) {
  const auto first = std::ranges::find_if(bugs, counts);
  if (first != bugs.end()) bugs.erase(first + 1, bugs.end());
}

// What one phase has found may be the cause of what the other has.
void keep_causes_only(std::vector<Bug>& bugs) {
  const auto explained_by_another = [&](const Bug& bug) {
    return std::ranges::any_of(bugs, [&](const Bug& other) {
      return &other != &bug && may_stand_for(other, bug) && !other.ends_process && !bug.ends_process &&
             explains(other.finding, other.trace, bug.finding, bug.trace);
    });
  };
  std::vector<Bug> kept;
  std::ranges::copy_if(bugs, std::back_inserter(kept), [&](const Bug& bug) { return !explained_by_another(bug); });
  bugs = std::move(kept);
}

CampaignResult joined(CampaignResult reduced, CampaignResult sampled) {
  CampaignResult all = std::move(sampled);
  std::vector<Bug> later = std::exchange(all.bugs, std::move(reduced.bugs));
  add_bugs(all, std::move(later), reduced.executions);
  keep_causes_only(all.bugs);
  all.executions += reduced.executions;
  all.points += reduced.points;
  all.inconclusive += reduced.inconclusive;
  all.untested = std::max(all.untested, reduced.untested);
  all.parked += reduced.parked;
  all.seconds += reduced.seconds;
  all.workers_lost += reduced.workers_lost;
  all.coverage.add(reduced.coverage);
  if (reduced.exhausted) {
    all.exhausted = true;
    all.reduction = std::move(reduced.reduction);
    all.spurious_max = reduced.spurious_max;
  }
  return all;
}

}  // namespace

bool begins_with_reduction(const Scenario& scenario, const CampaignOptions& options) {
  return options.strategy == "mixed" && options.mixed == MixedSearch::reduction_first && !scenario.scheduling &&
         !options.spurious_max && reduction_budget(options) > 0;
}

CampaignResult explore_in_phases(const Scenario& scenario, const CampaignOptions& options,
                                 const ProgressFunction& progress, const Search& search) {
  if (!begins_with_reduction(scenario, options)) return search(options, progress);
  CampaignOptions first = options;
  first.strategy = "dpor";
  first.executions = reduction_budget(options);
  // Its first execution often shows the consequence (a data race), and a later one the cause (a lost update).
  first.stop_at_first = false;
  CampaignResult reduced = search(first, [&](Progress so_far) {
    so_far.budget = options.executions;
    so_far.explored.reset();  // the campaign is not over when this phase is
    return !progress || progress(so_far);
  });
  const bool found = std::ranges::any_of(reduced.bugs, counts);
  if (options.stop_at_first) keep_first(reduced.bugs);
  if (is_whole(reduced) || was_stopped(reduced) || (found && options.stop_at_first)) return reduced;

  CampaignOptions rest = options;
  rest.executions -= std::min(reduced.executions, options.executions - 1);
  if (options.seconds > 0) rest.seconds = std::max(options.seconds - reduced.seconds, 0.001);
  CampaignResult sampled = search(rest, [&](Progress so_far) {
    so_far.executions += reduced.executions;
    so_far.budget = options.executions;
    so_far.bugs += reduced.bugs.size();
    so_far.seconds += reduced.seconds;
    return !progress || progress(so_far);
  });
  return joined(std::move(reduced), std::move(sampled));
}

CampaignResult explore_all(const Scenario& scenario, CampaignOptions options, const ProgressFunction& progress) {
  if (!scenario.scheduling && !options.bound) {
    options.strategy = "dpor";
    CampaignResult reduced = explore(scenario, options, progress);
    if (was_stopped(reduced) || reduced.reduction->inexact.empty()) return reduced;
    if (options.seconds > 0) options.seconds = std::max(options.seconds - reduced.seconds, 0.001);
  }
  options.strategy = "exhaustive";
  return explore(scenario, options, progress);
}

}  // namespace snag
