#include "harness/testing/exploration.h"

#include "harness/campaign/crash.h"
#include "harness/campaign/reproduce.h"
#include "harness/report/failure.h"
#include "harness/report/suite.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>  // program_invocation_name

namespace snag::testing {

namespace {

// Gives a finding the shape of a report.
ReportedBug tell(const Finding& finding, const Narrative& narrative, const Subject& subject, const Token& token,
                 std::string remark) {
  ReportedBug bug;
  bug.checker = finding.checker;
  for (const ObjectIndex object : finding.objects) bug.objects.push_back(display_name(narrative.trace, object));
  const std::string line = fmt::format("SNAG_REPLAY={} {}", quoted_for_shell(format_token(token)), subject.command);
  bug.report = format_failure({finding, narrative, subject.name, line, remark}, Style::plain);
  bug.remark = std::move(remark);
  bug.predicted = finding.certainty == Certainty::predicted;
  if (finding.checker == "failed-expectation" && !narrative.places[finding.step].empty()) {
    bug.file = narrative.places[finding.step].front().file;
    bug.line = narrative.places[finding.step].front().line;
  }
  return bug;
}

std::string remark_on(const Bug& bug, const CampaignOptions& campaign) {
  if (bug.finding.certainty == Certainty::predicted)
    return fmt::format("{} did not reach it", counted(bug.hunts, "directed execution"));
  const std::string number =
      fmt::format("execution {} of {}", grouped(bug.execution + 1), grouped(campaign.executions));
  return bug.hunted ? fmt::format("predicted in {}, then hunted down", number) : number;
}

std::string say_divergence(const Divergence& divergence) {
  return fmt::format("at step {} (choice {}): {}", divergence.step, divergence.choice + 1, divergence.what);
}

// What was not covered, in the words of the other reports.
std::vector<std::string> notes_of(const CampaignResult& campaign) {
  VariantResult variant;
  variant.untested = campaign.untested;
  variant.time_capped = campaign.time_capped;
  std::vector<std::string> notes = gaps_of(variant);
  if (campaign.inconclusive > 0)
    notes.push_back(fmt::format("{} hit the step limit: what would have come after is not known (.steps_max raises it)",
                                counted(campaign.inconclusive, "execution")));
  return notes;
}

// Whether an exhaustive search has seen all that it was asked for.
bool is_complete(const CampaignResult& result, const CampaignOptions& options) {
  const bool ended = result.exhausted || (options.bound && result.bound == options.bound);
  return ended && result.inconclusive == 0 && !result.time_capped;
}

std::string bounds_of(const CampaignResult& result) {
  std::string words = result.spurious_max == 0
                          ? "no spurious wake-ups"
                          : fmt::format("at most {} an execution", counted(result.spurious_max, "spurious wake-up"));
  if (!result.exhausted && result.bound) words += fmt::format(", at most {}", counted(*result.bound, "preemption"));
  return words;
}

std::string summarise(const CampaignResult& result, const CampaignOptions& options, const Exploration& exploration) {
  const std::string executions = counted(result.executions, "execution");
  if (exploration.verified && exploration.bugs.empty())
    return fmt::format("verified: every interleaving{}, in {} ({}); {}", result.reduction ? " up to equivalence" : "",
                       executions, bounds_of(result), memory_model_words);
  const auto happened = static_cast<std::uint64_t>(
      std::ranges::count_if(exploration.bugs, [](const ReportedBug& bug) { return !bug.predicted; }));
  const std::uint64_t predicted = exploration.bugs.size() - happened;
  return fmt::format("{}{} in {} (strategy {}, seed {}){}", happened == 0 ? "no finding" : counted(happened, "finding"),
                     predicted == 0 ? "" : fmt::format(", {} predicted", predicted), executions, options.strategy,
                     options.seed, happened == 0 ? "; not a proof" : "");
}

Scenario scenario_of(const Subject& subject, const Options& options) {
  return {
      .name = subject.name, .body = subject.body, .time = options.time, .foreign_exception = subject.foreign_exception};
}

void search(Exploration& exploration, const Subject& subject, const Options& options, Goal goal) {
  const Scenario scenario = scenario_of(subject, options);
  CampaignOptions campaign = campaign_options(options);
  campaign.stop_at_first = goal == Goal::first_finding;
  const CampaignResult result = explore(scenario, campaign);
  for (const Bug& bug : result.bugs) {
    const Reproduction again = reproduce(scenario, bug.token, Detail::with_source);
    if (again.divergence)
      throw NondeterminismError(
          fmt::format("the body is not deterministic: the schedule that showed {} does not replay. They part {}",
                      bug.finding.checker, say_divergence(*again.divergence)));
    exploration.bugs.push_back(tell(bug.finding, again.narrative, subject, bug.token, remark_on(bug, campaign)));
  }
  exploration.notes = notes_of(result);
  exploration.verified = is_complete(result, campaign);
  exploration.inconclusive = result.time_capped || result.inconclusive > 0;
  exploration.summary = summarise(result, campaign, exploration);
}

void replay(Exploration& exploration, const Subject& subject, const Options& options, const Token& token) {
  const Reproduction reproduction = reproduce(scenario_of(subject, options), token, Detail::with_source);
  if (reproduction.divergence) {
    exploration.error =
        fmt::format("SNAG_REPLAY: this token does not fit the test any more: {}; run the test without SNAG_REPLAY",
                    say_divergence(*reproduction.divergence));
    return;
  }
  const Narrative& narrative = reproduction.narrative;
  for (const Finding& finding : narrative.findings)
    exploration.bugs.push_back(tell(finding, narrative, subject, token, ""));
  if (!reproduction.same_trace && !exploration.found_one_that_happened()) {
    exploration.error =
        "SNAG_REPLAY: this token does not fit the test any more: its choices still do, but the events between or after "
        "them differ, and the finding is gone; run the test without SNAG_REPLAY";
    return;
  }
  exploration.summary =
      fmt::format("{} in the one execution that SNAG_REPLAY asks for ({}, {})",
                  exploration.bugs.empty() ? "no finding" : counted(exploration.bugs.size(), "finding"),
                  counted(narrative.trace.events.size(), "step"), name_of(narrative.verdict));
  if (!reproduction.same_trace)
    exploration.notes.emplace_back(
        "the choices still fit, but what happened differs from what the token recorded: the test has changed");
}

}  // namespace

bool Exploration::found_one_that_happened() const {
  return std::ranges::any_of(bugs, [](const ReportedBug& bug) { return !bug.predicted; });
}

std::string Exploration::failure() const {
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : "\n") + part; };
  for (const ReportedBug& bug : bugs)
    if (!bug.predicted || strict) add(bug.report);
  if (!error.empty()) add("snag: " + error);
  if (strict && inconclusive) {
    add("snag: inconclusive, which fails a strict test: " + summary);
    for (const std::string& note : notes) add("note: " + note);
  }
  return text;
}

Exploration explore_test(const Subject& subject, const Options& options, Goal goal) {
  Exploration exploration;
  try {
    const Options chosen = with_environment(options);
    exploration.strict = chosen.strict;
    const std::optional<Token> token = token_to_replay();
    exploration.left_out = token && token->scenario != subject.name;
    if (exploration.left_out) return exploration;
    const CrashGuard guard("SNAG_REPLAY=", " " + subject.command);
    exploration.replayed = token.has_value();
    if (token)
      replay(exploration, subject, chosen, *token);
    else
      search(exploration, subject, chosen, goal);
  } catch (const std::exception& error) { exploration.error = error.what(); }
  return exploration;
}

std::string this_program(const std::string& argument) {
  const std::string program = quoted_for_shell(program_invocation_name);
  return argument.empty() ? program : fmt::format("{} {}", program, quoted_for_shell(argument));
}

}  // namespace snag::testing
