#include "harness/campaign/death.h"

#include "checkers/program_errors.h"
#include "harness/campaign/crash.h"
#include "harness/campaign/symbols.h"

#include <fmt/format.h>

#include <utility>

namespace snag {

namespace {

SourcePlace first_of(const std::vector<const void*>& stack) {
  const std::vector<SourcePlace> frames = programs_frames(stack);
  return frames.empty() ? SourcePlace{} : frames.front();
}

// What tells bugs apart. A loop is interrupted anywhere in it; what the thread did last is the same each time.
SourcePlace identity_of(const Death& death, const SourcePlace& place) {
  const bool anywhere = death.name == endless_finding || death.name == memory_finding;
  return anywhere && death.last_operation != nullptr ? first_of({death.last_operation}) : place;
}

}  // namespace

KeyedBug bug_of(const Death& death, const Scenario& scenario, const ExecutionOptions& options,
                const std::vector<Suppression>& suppressions) {
  const SourcePlace place = first_of(death.stack);
  KeyedBug keyed;
  Bug& bug = keyed.bug;
  bug.finding.checker = death.name;
  bug.finding.sentence << crash_sentence(death.what, place).c_str();
  if (!death.hint.empty()) bug.finding.hint << death.hint.c_str();
  if (death.name == overflow_finding) bug.finding.hint << stack_size_hint;
  bug.token = {.scenario = scenario.name,
               .spurious_max = options.spurious_max,
               .steps_max = options.steps_max,
               .stack_size = options.stack_size,
               .spinning = death.spinning,
               .plain_points = options.plain_points,
               .schedule = death.schedule,
               .trace_digest = 0};
  bug.fingerprint = crash_fingerprint(death.name, identity_of(death, place));
  bug.execution = death.note.execution;
  bug.ends_process = true;
  bug.suppressed_by = suppression_of(
      NamedFinding{.checker = death.name, .objects = {}, .places = [&] { return programs_frames(death.stack); }},
      suppressions);
  keyed.key = fmt::format("{} {}{}", death.name, bug.fingerprint, bug.suppressed_by ? suppressed_mark : "");
  return keyed;
}

}  // namespace snag
