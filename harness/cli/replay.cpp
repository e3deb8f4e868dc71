// `replay`: one execution again, as its token says, or the step at which it no longer fits.
#include "harness/campaign/crash.h"
#include "harness/campaign/recall.h"
#include "harness/campaign/watchdog.h"
#include "harness/cli/commands.h"
#include "harness/cli/output.h"
#include "harness/cli/select.h"
#include "harness/report/failure.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace snag {

namespace {

constexpr double replay_hang_seconds = 10;  // source lines are looked up in the middle of the execution

const Scenario& find_scenario(const std::vector<Scenario>& catalogue, const std::string& name) {
  const auto found = std::ranges::find(catalogue, name, &Scenario::name);
  if (found != catalogue.end()) return *found;
  std::vector<std::string> names;
  for (const Scenario& scenario : catalogue) names.push_back(scenario.name);
  throw NothingMatched(
      fmt::format("this token does not fit this program: it has no scenario '{}'{}", name, did_you_mean(name, names)));
}

// Nothing if it does not part.
std::string say_where_it_parts(const ToReplay& what, const Reproduction& reproduction) {
  if (what.entry) {
    const std::optional<std::string> parted = parting(*what.entry, reproduction);
    return parted ? "this file does not fit the program any more: " + *parted : "";
  }
  if (!reproduction.divergence) return {};
  return fmt::format("this token does not fit the program any more: at step {} (choice {}): {}",
                     reproduction.divergence->step, reproduction.divergence->choice + 1, reproduction.divergence->what);
}

// All choices fit, and yet it is another execution.
std::string say_what_is_known(const Narrative& narrative) {
  const Schedule& schedule = narrative.schedule;
  std::string last;
  if (!schedule.empty() && schedule.back().step < narrative.trace.events.size()) {
    const Event& event = narrative.trace.events[schedule.back().step];
    last = fmt::format(", the last of them at step {}: T{} {}", event.step, event.thread,
                       display_operation(narrative.trace, event.operation));
  }
  return fmt::format(
      "its {} still do{}, but a value, or a step that was no choice, differs, and the finding is gone. It now ends "
      "after {} ({}). Which step it is a token cannot tell; a file of the corpus (--corpus) can",
      counted(schedule.size(), "choice"), last, counted(narrative.trace.events.size(), "step"),
      snag::name_of(narrative.verdict));
}

constexpr const char* changed_note =
    "note: the choices still fit, but what happened differs from what the token recorded: the program has "
    "changed, or the end of the token was damaged\n";

std::string say_nothing_found(const Reproduction& reproduction, const std::string& scenario) {
  const std::size_t steps = reproduction.narrative.trace.events.size();
  std::string text = fmt::format("{}: no finding in this execution ({}, {})\n", scenario, counted(steps, "step"),
                                 snag::name_of(reproduction.narrative.verdict));
  return text + "note: one execution proves nothing; explore the scenario to be surer\n";
}

}  // namespace

int replay_command(const std::vector<Scenario>& catalogue, const std::string& argument, Source source,
                   const ReplayLine& replay) {
  const ToReplay what = read_argument(argument);
  const Scenario& scenario = find_scenario(catalogue, what.token.scenario);
  // What never ended when it was found must not run for ever here, either.
  if (!is_debugged()) tell_crashes_as_findings();
  const ProcessWatch watch({.hang_seconds = replay_hang_seconds});
  const Detail detail = source == Source::shown ? Detail::with_source : Detail::trace_only;
  const Reproduction reproduction =
      what.entry ? reproduce(scenario, *what.entry, detail) : reproduce(scenario, what.token, detail);
  if (const std::string parted = say_where_it_parts(what, reproduction); !parted.empty()) {
    complain(fmt::format("{}: {}", replay.program(), parted));
    return exit_harness;
  }
  const Narrative& narrative = reproduction.narrative;
  const std::string line = replay.with(argument);
  bool happened = false;
  for (const Finding& finding : narrative.findings) {
    write_out(format_failure({finding, narrative, scenario.name, line, ""}, output_style()));
    if (&finding != &narrative.findings.back()) write_out("\n");
    happened = happened || finding.certainty == Certainty::happened;
  }
  if (!reproduction.same_trace && !happened && !what.entry) {
    // Never a pass. Which event was the first to differ a token cannot tell: it checks each choice, and the whole.
    complain(fmt::format("{}: this token does not fit the program any more: {}", replay.program(),
                         say_what_is_known(narrative)));
    return exit_harness;
  }
  if (narrative.findings.empty()) write_out(narrative.output);
  if (narrative.findings.empty()) write_out(say_nothing_found(reproduction, scenario.name));
  if (!reproduction.same_trace) write_out(changed_note);
  return happened ? exit_finding : exit_clean;
}

}  // namespace snag
