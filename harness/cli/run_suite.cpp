// `run`: the suite is its own test. Each variant must give exactly the findings that it declares.
#include "harness/campaign/phases.h"
#include "harness/cli/commands.h"
#include "harness/cli/output.h"
#include "harness/cli/progress.h"
#include "harness/cli/remember.h"
#include "harness/cli/result.h"
#include "harness/cli/select.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace snag {

namespace {

using WallClock = std::chrono::steady_clock;

bool matches(const ExpectedFinding& expected, const BugResult& bug) {
  return expected.checker == bug.finding &&
         (expected.object.empty() || std::ranges::find(bug.objects, expected.object) != bug.objects.end());
}

// What a suppressed bug is called: nothing more of it is shown.
BugResult in_brief(const Bug& bug) {
  BugResult result;
  result.finding = bug.finding.checker;
  for (const ObjectIndex object : bug.finding.objects) result.objects.push_back(display_name(bug.trace, object));
  return result;
}

void add_once(std::vector<std::string>& texts, const std::string& text) {
  if (std::ranges::find(texts, text) == texts.end()) texts.push_back(text);
}

// Holds variants against what they declare, one after another.
class Suite {
 public:
  Suite(VariantResult::Kind kind, const CommandOptions& options, const ReplayLine& replay)
      : kind_(kind), options_(options), replay_(replay), remembrance_(options, replay) {}

  SuiteResult run(const std::vector<const Scenario*>& scenarios, const std::vector<Scenario>& catalogue) {
    remembrance_.replay(scenarios, catalogue);
    write_out(format_replays(remembrance_.result(), output_style()));
    std::size_t name_width = 0;
    for (const Scenario* const scenario : scenarios) name_width = std::max(name_width, width_of(scenario->name));
    for (std::size_t i = 0; i < scenarios.size(); ++i) {
      if (ProgressLine::interrupted()) {
        suite_.not_run = scenarios.size() - i;
        break;
      }
      progress_.begin(scenarios[i]->name, i + 1, scenarios.size());
      left_ = scenarios.size() - i;
      suite_.variants.push_back(run(*scenarios[i]));
      progress_.clear();
      write_out(format_line(suite_.variants.back(), name_width, output_style()));
      flush_out();
    }
    suite_.corpus = remembrance_.result();
    suite_.interrupted = ProgressLine::interrupted();
    suite_.seconds = elapsed();
    return std::move(suite_);
  }

  const Remembrance& remembrance() const { return remembrance_; }

 private:
  VariantResult run(const Scenario& scenario) {
    try {
      CampaignOptions campaign = options_.campaign;
      campaign.stop_at_first = kind_ == VariantResult::Kind::test && !options_.all;
      campaign.seconds = share();
      const CampaignResult result = explore(scenario, campaign, progress_.function());
      VariantResult variant = to_result(scenario, campaign, result);
      variant.kind = kind_;
      add_bugs(variant, scenario, campaign, result);
      if (!options_.strategy_given) verify(variant, scenario);
      // Before what was remembered is added: the campaign itself must find what is declared.
      find_missing(variant, result.suppressed);
      add_remembered(variant, scenario);
      remembrance_.mark_used(variant);
      return variant;
    } catch (const OutputError&) { throw; } catch (const std::exception& error) {
      // One variant's fault must not hide what the others would have shown.
      VariantResult variant = to_result(scenario, options_.campaign, {});
      variant.kind = kind_;
      variant.error = error.what();
      return variant;
    }
  }

  void add_bugs(VariantResult& variant, const Scenario& scenario, const CampaignOptions& campaign,
                const CampaignResult& result) {
    for (const Bug& found : result.bugs) {
      const auto known = [&](const BugResult& other) { return other.fingerprint == found.fingerprint; };
      if (std::ranges::any_of(variant.bugs, known)) continue;
      const auto [bug, narrative] = narrate(scenario, found);
      const std::string remark = remark_on(bug, campaign);
      BugResult shown = to_result(bug, narrative, replay_.of(bug, LongTokens::in_line), remark);
      judge(variant, shown);
      // Only what will be read is worth a file in the current directory.
      if (shown.surprise && shown.token.size() > token_length_max) {
        shown = to_result(bug, narrative, replay_.of(bug, LongTokens::in_file), remark);
        shown.surprise = true;
      }
      remembrance_.found(scenario, bug, narrative, shown, campaign);
      variant.bugs.push_back(std::move(shown));
    }
  }

  void add_remembered(VariantResult& variant, const Scenario& scenario) const {
    for (BugResult& bug : remembrance_.failing(scenario, variant)) {
      judge(variant, bug);
      variant.bugs.push_back(std::move(bug));
    }
    for (const std::string& sentence : remembrance_.regressions(scenario)) add_once(variant.surprises, sentence);
  }

  void judge(VariantResult& variant, BugResult& bug) const {
    const bool declared =
        std::ranges::any_of(variant.expected, [&](const auto& expected) { return matches(expected, bug); });
    if (declared || (bug.predicted && !options_.strict)) return;
    bug.surprise = true;
    const char* const unexpected = kind_ == VariantResult::Kind::test ? "" : "unexpected ";
    add_once(variant.surprises, fmt::format("{}{}{}", unexpected, bug.predicted ? "prediction of " : "", display(bug)));
  }

  void find_missing(VariantResult& variant, const std::vector<Bug>& suppressed) const {
    const bool cut_off = variant.time_capped || variant.interrupted;
    if (variant.interrupted) return;
    for (const ExpectedFinding& expected : variant.expected) {
      const bool found = std::ranges::any_of(
          variant.bugs, [&](const BugResult& bug) { return !bug.predicted && matches(expected, bug); });
      const bool found_and_suppressed =
          std::ranges::any_of(suppressed, [&](const Bug& bug) { return matches(expected, in_brief(bug)); });
      if (!found && !found_and_suppressed)
        variant.surprises.insert(variant.surprises.begin(), "missing " + display(expected));
    }
    if (cut_off && options_.strict) add_once(variant.surprises, "not run to its end (--strict)");
    if (variant.inconclusive > 0 && options_.strict)
      add_once(variant.surprises, "executions hit the step limit (--strict)");
  }

  // What the variant says of itself is shown once more in full.
  void verify(VariantResult& variant, const Scenario& scenario) {
    const bool is_done = !variant.exhausted.empty();
    if (scenario.verified == Verified::no || is_done || variant.time_capped || variant.interrupted) return;
    CampaignOptions campaign = options_.campaign;
    campaign.executions = executions_exhaustive;
    campaign.seconds = share();
    campaign.stop_at_first = scenario.expected.empty();
    if (scenario.verified == Verified::bound_2) campaign.bound = 2;
    const CampaignResult result = explore_all(scenario, campaign, progress_.function());
    campaign.strategy = result.reduction ? "dpor" : "exhaustive";
    add_bugs(variant, scenario, campaign, result);
    add_suppressed(variant, result);
    Verification& verification = variant.verification;
    verification.attempted = true;
    verification.executions = result.executions;
    verification.words = covered(result);
    verification.complete = !verification.words.empty();
    variant.seconds += result.seconds;
    variant.time_capped = result.time_capped;
    variant.interrupted = result.interrupted;
    if (verification.complete) return;
    verification.words = fmt::format("not all interleavings in {}", counted(result.executions, "execution"));
    const bool ended_early = result.time_capped || result.interrupted || !result.bugs.empty();
    if (!ended_early)
      variant.surprises.push_back(fmt::format(
          "declared verified, but {}",
          result.inconclusive > 0 ? fmt::format("{} hit the step limit", counted(result.inconclusive, "execution"))
                                  : fmt::format("{} were not all of them", counted(result.executions, "execution"))));
  }

  double elapsed() const { return std::chrono::duration<double>(WallClock::now() - start_).count(); }

  // This campaign's part of the time: what is left is shared by all variants that are left, so that each one runs.
  double share() const {
    constexpr double least = 0.01;
    if (options_.campaign.seconds == 0) return 0;
    return std::max(least, (options_.campaign.seconds - elapsed()) / static_cast<double>(left_));
  }

  VariantResult::Kind kind_;
  const CommandOptions& options_;
  const ReplayLine& replay_;
  Remembrance remembrance_;
  ProgressLine progress_;
  SuiteResult suite_;
  std::size_t left_ = 0;  // variants, the present one included
  WallClock::time_point start_ = WallClock::now();
};

bool any(const SuiteResult& suite, Standing standing) {
  return std::ranges::any_of(suite.variants, [&](const auto& variant) { return standing_of(variant) == standing; });
}

int run_all(VariantResult::Kind kind, const std::vector<const Scenario*>& scenarios,
            const std::vector<Scenario>& catalogue, const CommandOptions& options, const ReplayLine& replay) {
  for (const Scenario* const scenario : scenarios) check_strategy(*scenario, options.campaign);
  Suite run(kind, options, replay);
  const SuiteResult suite = run.run(scenarios, catalogue);
  write_out(format_summary(suite, output_style()));
  write_out(format_suppressions(suppressions_of(suite.variants)));
  write_out(format_written(suite.corpus));
  write_results(suite, options);
  complain_of(suite.corpus);
  if (any(suite, Standing::error) || run.remembrance().has_failed()) return exit_harness;
  if (any(suite, Standing::surprise)) return exit_finding;
  if (run.remembrance().is_in_doubt()) return exit_harness;
  return suite.interrupted ? exit_interrupted : exit_clean;
}

}  // namespace

int run_suite_command(const std::vector<Scenario>& catalogue, const std::vector<std::string>& patterns,
                      const CommandOptions& options, const ReplayLine& replay) {
  return run_all(VariantResult::Kind::variant, select(catalogue, patterns), catalogue, options, replay);
}

int run_tests_command(const std::vector<Scenario>& catalogue, const std::vector<std::string>& names,
                      const CommandOptions& options, const ReplayLine& replay) {
  std::vector<const Scenario*> tests;
  for (const std::string& name : names) tests.push_back(&*std::ranges::find(catalogue, name, &Scenario::name));
  return run_all(VariantResult::Kind::test, tests, catalogue, options, replay);
}

}  // namespace snag
