#include "harness/cli/result.h"

#include "harness/campaign/crash_narrative.h"
#include "harness/campaign/reproduce.h"
#include "harness/campaign/settle.h"
#include "harness/campaign/symbols.h"
#include "harness/report/failure.h"
#include "harness/report/sentence.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace snag {

namespace {

// Steps of another execution would be steps of other threads. One with the bug's fingerprint goes first.
const Finding& find_again(const Scenario& scenario, const Bug& bug, const Narrative& narrative) {
  const Finding* found = nullptr;
  for (const Finding& finding : narrative.findings) {
    if (finding.checker != bug.finding.checker) continue;
    if (fingerprint_of(finding, narrative.trace) == bug.fingerprint) return finding;
    if (found == nullptr) found = &finding;
  }
  if (found == nullptr)
    throw NondeterminismError(
        fmt::format("the scenario {} is not deterministic: the schedule that showed {} fits again, but what happens "
                    "between its choices differs, and shows none. Something that snag does not control decides here: "
                    "another process, the network, the wall clock, an address, uninitialised memory.",
                    scenario.name, bug.finding.checker));
  return *found;
}

// The bug has its words already; what it has not are its steps.
Told narrate_crash(const Scenario& scenario, Told told) {
  std::optional<Narrative> narrative = narrate_in_child(scenario, told.bug);
  if (!narrative) {
    told.narrative.verdict = Verdict::crash;
    return told;
  }
  narrative->verdict = Verdict::crash;
  const Finding& found = *std::ranges::find(narrative->findings, told.bug.finding.checker, &Finding::checker);
  told.bug.finding.step = found.step;
  told.bug.finding.steps = found.steps;
  told.bug.finding.threads = found.threads;
  if (told.bug.finding.hint.parts().empty()) told.bug.finding.hint = found.hint;
  told.narrative = std::move(*narrative);
  return told;
}

}  // namespace

Told narrate(const Scenario& scenario, const Bug& bug) {
  Told told{bug, {}};
  if (bug.ends_process) return narrate_crash(scenario, std::move(told));
  Reproduction reproduction = reproduce(scenario, bug.token, Detail::with_source);
  if (reproduction.divergence)
    throw NondeterminismError(
        fmt::format("the scenario {} is not deterministic: the schedule that showed {} does not replay. They part at "
                    "step {}: {}",
                    scenario.name, bug.finding.checker, reproduction.divergence->step, reproduction.divergence->what));
  told.narrative = std::move(reproduction.narrative);
  if (!reproduction.same_trace) told.bug.finding = find_again(scenario, bug, told.narrative);
  return told;
}

std::string remark_on(const Bug& bug, const CampaignOptions& options) {
  if (bug.finding.certainty == Certainty::predicted)
    return fmt::format("{} did not reach it", counted(bug.hunts, "directed execution"));
  const std::string number = fmt::format("execution {} of {}", grouped(bug.execution + 1), grouped(options.executions));
  return bug.hunted ? fmt::format("predicted in {}, then hunted down", number) : number;
}

BugResult to_result(const Bug& bug, const Narrative& narrative, const std::string& replay_command,
                    const std::string& remark) {
  BugResult result;
  result.finding = bug.finding.checker;
  for (const ObjectIndex object : bug.finding.objects) result.objects.push_back(display_name(narrative.trace, object));
  const FileNames files(narrative);
  result.sentence = render_alone(bug.finding.sentence, narrative, files);
  result.hint = render_alone(bug.finding.hint, narrative, files);
  result.report = format_failure({bug.finding, narrative, bug.token.scenario, replay_command, remark}, Style::plain);
  result.token = format_token(bug.token);
  result.replay_command = replay_command;
  result.fingerprint = bug.fingerprint;
  result.execution = bug.execution;
  result.hunts = bug.hunts;
  result.predicted = bug.finding.certainty == Certainty::predicted;
  result.hunted = bug.hunted;
  result.rivals = bug.finding.rivals;
  result.timeline = bug.finding.timeline;
  for (ThreadIndex thread = 0; thread < narrative.trace.threads.size(); ++thread)
    result.threads.push_back(display_name(narrative.trace, thread));
  return result;
}

namespace {

std::string in_words(const void* address) {
  const std::vector<SourcePlace> frames = programs_frames({address});
  if (frames.empty()) return "an unknown place";
  return fmt::format("{}:{}", frames.front().file.substr(frames.front().file.rfind('/') + 1), frames.front().line);
}

CoverageResult to_result(const Coverage& coverage) {
  CoverageResult result;
  result.behaviours = coverage.behaviours();
  result.limited = coverage.limited();
  result.reads_from = coverage.reads_from();
  result.chance = coverage.chance_of_a_new_behaviour();
  for (const RacingPlaces& race : coverage.races()) {
    ++result.races;
    if (!race.both_orders) result.one_order.push_back({in_words(race.first), in_words(race.second)});
  }
  std::ranges::sort(result.one_order, {}, [](const auto& order) { return std::pair(order.first, order.second); });
  return result;
}

}  // namespace

VariantResult to_result(const Scenario& scenario, const CampaignOptions& options, const CampaignResult& campaign) {
  VariantResult result;
  result.name = scenario.name;
  result.summary = scenario.summary;
  result.file = scenario.file;
  result.expected = scenario.expected;
  result.strategy = strategy_for(scenario, options);
  result.seed = options.seed;
  result.executions = campaign.executions;
  result.points = campaign.points;
  result.inconclusive = campaign.inconclusive;
  result.untested = campaign.untested;
  result.parked = campaign.parked;
  result.seconds = campaign.seconds;
  result.workers_lost = campaign.workers_lost;
  result.crashed_too_often = campaign.crashed_too_often;
  if (campaign.coverage.measured()) result.coverage = to_result(campaign.coverage);
  result.time_capped = campaign.time_capped;
  result.interrupted = campaign.interrupted;
  result.exhausted = covered(campaign);
  for (const Suppression& line : options.suppressions)
    result.suppressions.push_back({line.place, fmt::format("{}:{}", line.checker, line.pattern)});
  add_suppressed(result, campaign);
  if (campaign.inconclusive > 0 && campaign.inconclusive == campaign.executions && campaign.bugs.empty())
    result.error = fmt::format(
        "nothing was tested: every execution hit the step limit of {} before it came to an end; give more --steps",
        options.steps_max.value_or(scenario.steps_max));
  if (campaign.exhausted && campaign.reduction && campaign.executions > campaign.reduction->executions) {
    result.beyond = campaign.reduction->beyond;
    result.executions_beyond = campaign.executions - campaign.reduction->executions - campaign.reduction->preliminary;
  }
  return result;
}

void add_suppressed(VariantResult& variant, const CampaignResult& campaign) {
  for (const Bug& bug : campaign.suppressed) {
    SuppressionResult& line = variant.suppressions[*bug.suppressed_by];
    line.used = true;
    if (line.fingerprints.insert(bug.fingerprint).second) ++line.findings;
  }
}

std::string covered(const CampaignResult& campaign) {
  const bool ended = campaign.exhausted || campaign.bound.has_value();
  if (!ended || campaign.inconclusive > 0 || campaign.time_capped || campaign.interrupted) return {};
  const std::string bound =
      campaign.exhausted ? "" : fmt::format(" with at most {}", counted(*campaign.bound, "preemption"));
  const std::string spurious =
      campaign.spurious_max == 0
          ? "no spurious wake-ups"
          : fmt::format("at most {} an execution", counted(campaign.spurious_max, "spurious wake-up"));
  const std::string scheduling = campaign.scheduled ? " that the scheduling by priority allows" : "";
  if (campaign.reduction) {
    const Reduction& reduction = *campaign.reduction;
    std::string executions = counted(reduction.executions, "execution");
    if (reduction.deadlocked > 0) executions += fmt::format(", {} deadlocked", grouped(reduction.deadlocked));
    if (reduction.blocked + reduction.redundant > 0)
      executions += fmt::format(", {} in vain", grouped(reduction.blocked + reduction.redundant));
    return fmt::format("every interleaving{}{}{} up to equivalence ({}, {}{})", scheduling, bound,
                       bound.empty() ? "" : ",", executions, spurious,
                       reduction.spinning_waits ? ", threads that spin wait for a change" : "");
  }
  return fmt::format("every interleaving{}{} ({}, {})", scheduling, bound, counted(campaign.executions, "execution"),
                     spurious);
}

}  // namespace snag
