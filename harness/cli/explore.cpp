// `explore`: one variant, or a user's own scenario, taken for what it is.
#include "harness/cli/commands.h"
#include "harness/cli/output.h"
#include "harness/cli/progress.h"
#include "harness/cli/result.h"
#include "harness/cli/select.h"
#include "harness/report/failure.h"

#include <fmt/format.h>

#include <algorithm>

namespace snag {

namespace {

CampaignResult explore_with_progress(const Scenario& scenario, const CampaignOptions& campaign) {
  ProgressLine progress;
  progress.begin(scenario.name, 1, 1);
  return explore(scenario, campaign, progress.function());
}

// What no finding means: never more than was done.
std::string say_clean(const VariantResult& variant, const CampaignOptions& campaign) {
  if (!variant.exhausted.empty()) return fmt::format("verified: {}; {}", variant.exhausted, memory_model_words);
  const bool cut_off = variant.time_capped || variant.interrupted || variant.inconclusive > 0;
  const bool all_seen = campaign.strategy == "exhaustive" && variant.executions < campaign.executions && !cut_off;
  return fmt::format(
      "no finding in {} (strategy {}, seed {}{}); not a proof", counted(variant.executions, "execution"),
      variant.strategy, campaign.seed,
      campaign.strategy == "exhaustive" && !all_seen ? ", ended before all interleavings were seen" : "");
}

std::string say_end(const VariantResult& variant, const CampaignOptions& campaign) {
  const auto happened = static_cast<std::uint64_t>(
      std::ranges::count_if(variant.bugs, [](const BugResult& bug) { return !bug.predicted; }));
  const std::uint64_t predicted = variant.bugs.size() - happened;
  if (variant.bugs.empty()) return say_clean(variant, campaign);
  std::string text = fmt::format("{}{} in {} (strategy {}, seed {})",
                                 happened > 0 ? counted(happened, "finding") : "no finding that happened",
                                 predicted > 0 ? fmt::format(", {} predicted", predicted) : "",
                                 counted(variant.executions, "execution"), variant.strategy, campaign.seed);
  if (happened == 0) text += "; not a proof";
  return text;
}

bool fails(const BugResult& bug, const CommandOptions& options) { return !bug.predicted || options.strict; }

void write_files(VariantResult variant, const CommandOptions& options) {
  // Whatever makes the command fail is a failure there, too.
  for (BugResult& bug : variant.bugs) {
    bug.surprise = fails(bug, options);
    if (bug.surprise)
      variant.surprises.push_back(fmt::format("{} {}", bug.predicted ? "predicted" : "found", display(bug)));
  }
  SuiteResult suite;
  suite.interrupted = variant.interrupted;
  suite.seconds = variant.seconds;
  suite.variants = {std::move(variant)};
  write_results(suite, options);
}

}  // namespace

int explore_command(const std::vector<Scenario>& catalogue, const std::string& variant_name,
                    const CommandOptions& options, const ReplayLine& replay) {
  const Scenario& scenario = select_one(catalogue, variant_name);
  CampaignOptions campaign = options.campaign;
  campaign.stop_at_first = !options.all;
  const CampaignResult result = explore_with_progress(scenario, campaign);
  VariantResult variant = to_result(scenario, campaign, result);
  variant.expected.clear();
  for (const Bug& bug : result.bugs) {
    const Narrative narrative = narrate(scenario, bug);
    const std::string line = replay.of(bug, LongTokens::in_file);
    variant.bugs.push_back(to_result(bug, narrative, line, campaign));
    write_out(format_failure({bug.finding, narrative, scenario.name, line, remark_on(bug, campaign)}, output_style()));
    write_out("\n");
  }
  write_out(fmt::format("{}: {}\n", scenario.name, say_end(variant, campaign)));
  for (const std::string& gap : gaps_of(variant)) write_out(fmt::format("note: {}\n", gap));
  write_files(variant, options);
  if (std::ranges::any_of(variant.bugs, [&](const BugResult& bug) { return fails(bug, options); })) return exit_finding;
  if (variant.interrupted) return exit_interrupted;
  const bool inconclusive = variant.time_capped || variant.inconclusive > 0;
  return inconclusive && options.strict ? exit_finding : exit_clean;
}

}  // namespace snag
