// `explore`: one variant, or a user's own scenario, taken for what it is.
#include "harness/cli/commands.h"
#include "harness/cli/output.h"
#include "harness/cli/progress.h"
#include "harness/cli/remember.h"
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

// What was executed besides, where the proof does not reach.
std::string say_beyond(const VariantResult& variant) {
  if (variant.beyond.empty()) return "";
  return fmt::format("; no finding in {} that look for {}", counted(variant.executions_beyond, "more execution"),
                     variant.beyond);
}

// What no finding means: never more than was done.
std::string say_clean(const VariantResult& variant, const CampaignOptions& campaign) {
  const bool suppressed = count(variant.suppressions) > 0;
  if (!variant.exhausted.empty())
    return fmt::format("verified{}: {}{}; {}", suppressed ? " but for what is suppressed" : "", variant.exhausted,
                       say_beyond(variant), memory_model_words);
  const bool cut_off = variant.time_capped || variant.interrupted || variant.inconclusive > 0;
  const bool searches_all = campaign.strategy == "exhaustive" || campaign.strategy == "dpor";
  const bool all_seen = searches_all && variant.executions < campaign.executions && !cut_off;
  return fmt::format("no finding{} in {} (strategy {}, seed {}{}); not a proof",
                     suppressed ? " but suppressed ones" : "", counted(variant.executions, "execution"),
                     variant.strategy, campaign.seed,
                     searches_all && !all_seen ? ", ended before all interleavings were seen" : "");
}

std::string say_end(const VariantResult& variant, const CampaignOptions& campaign) {
  const auto happened = static_cast<std::uint64_t>(
      std::ranges::count_if(variant.bugs, [](const BugResult& bug) { return !bug.predicted; }));
  const std::uint64_t predicted = variant.bugs.size() - happened;
  if (variant.bugs.empty()) return say_clean(variant, campaign);
  if (variant.executions == 0)
    return fmt::format("{}, remembered; nothing else was explored (--all goes on)", counted(happened, "finding"));
  std::string text = fmt::format("{}{} in {} (strategy {}, seed {})",
                                 happened > 0 ? counted(happened, "finding") : "no finding that happened",
                                 predicted > 0 ? fmt::format(", {} predicted", predicted) : "",
                                 counted(variant.executions, "execution"), variant.strategy, campaign.seed);
  if (happened == 0) text += "; not a proof";
  return text;
}

bool fails(const BugResult& bug, const CommandOptions& options) { return !bug.predicted || options.strict; }

void write_files(VariantResult variant, const CorpusResult& corpus, const CommandOptions& options) {
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
  suite.corpus = corpus;
  write_results(suite, options);
}

// Explores, shows what is found and remembers it.
class Exploration {
 public:
  Exploration(const Scenario& scenario, const CommandOptions& options, const ReplayLine& replay)
      : scenario_(scenario),
        options_(options),
        replay_(replay),
        campaign_(options.campaign),
        remembrance_(options, replay) {
    campaign_.stop_at_first = !options.all;
  }

  int run(const std::vector<Scenario>& catalogue) {
    remembrance_.replay({&scenario_}, catalogue);
    write_out(format_replays(remembrance_.result(), output_style()));
    variant_ = to_result(scenario_, campaign_, {});
    std::vector<BugResult> remembered = remembrance_.failing(scenario_, variant_);
    const bool settled = campaign_.stop_at_first && std::ranges::any_of(remembered, &happened);
    if (!settled) search();
    variant_.expected.clear();
    // What the campaign has found once more is not told twice.
    if (!settled) remembered = remembrance_.failing(scenario_, variant_);
    for (BugResult& bug : remembered) {
      write_out(bug.report + "\n");
      variant_.bugs.push_back(std::move(bug));
    }
    conclude();
    return exit_code();
  }

 private:
  static bool happened(const BugResult& bug) { return !bug.predicted; }

  void search() {
    const CampaignResult result = explore_with_progress(scenario_, campaign_);
    variant_ = to_result(scenario_, campaign_, result);
    for (const Bug& found : result.bugs) {
      const auto [bug, narrative] = narrate(scenario_, found);
      const std::string line = replay_.of(bug, LongTokens::in_file);
      const std::string remark = remark_on(bug, campaign_);
      variant_.bugs.push_back(to_result(bug, narrative, line, remark));
      write_out(format_failure({bug.finding, narrative, scenario_.name, line, remark}, output_style()));
      write_out("\n");
      remembrance_.found(scenario_, bug, narrative, variant_.bugs.back(), campaign_);
    }
  }

  void conclude() {
    for (std::string& sentence : remembrance_.regressions(scenario_)) variant_.surprises.push_back(std::move(sentence));
    const bool is_void = !variant_.error.empty();
    write_out(fmt::format("{}: {}\n", scenario_.name, is_void ? variant_.error : say_end(variant_, campaign_)));
    for (const std::string& surprise : variant_.surprises) write_out(surprise + "\n");
    const bool proves_something = !variant_.bugs.empty() || !variant_.exhausted.empty();
    if (const std::string seen = coverage_of(variant_); !seen.empty() && !proves_something)
      write_out(fmt::format("seen: {}\n", seen));
    for (const std::string& gap : gaps_of(variant_)) write_out(fmt::format("note: {}\n", gap));
    remembrance_.mark_used(variant_);
    write_out(format_suppressions(variant_.suppressions));
    write_out(format_written(remembrance_.result()));
    write_files(variant_, remembrance_.result(), options_);
    complain_of(remembrance_.result());
  }

  int exit_code() const {
    if (remembrance_.has_failed() || !variant_.error.empty()) return exit_harness;
    const bool found = std::ranges::any_of(variant_.bugs, [&](const BugResult& bug) { return fails(bug, options_); });
    if (found || !variant_.surprises.empty()) return exit_finding;
    if (remembrance_.is_in_doubt()) return exit_harness;
    if (variant_.interrupted) return exit_interrupted;
    const bool inconclusive = variant_.time_capped || variant_.inconclusive > 0;
    return inconclusive && options_.strict ? exit_finding : exit_clean;
  }

  const Scenario& scenario_;
  const CommandOptions& options_;
  const ReplayLine& replay_;
  CampaignOptions campaign_;
  Remembrance remembrance_;
  VariantResult variant_;
};

}  // namespace

int explore_command(const std::vector<Scenario>& catalogue, const std::string& variant, const CommandOptions& options,
                    const ReplayLine& replay) {
  return Exploration(select_one(catalogue, variant), options, replay).run(catalogue);
}

}  // namespace snag
