#include "harness/campaign/crash_narrative.h"

#include "harness/campaign/archive.h"
#include "harness/campaign/child.h"
#include "harness/campaign/crash.h"
#include "harness/campaign/reproduce.h"
#include "harness/campaign/watchdog.h"

#include <algorithm>
#include <exception>
#include <string>
#include <utility>

#include <unistd.h>

namespace snag {

namespace archive {

template <class Archive>
void visit(Archive& a, SourcePlace& v) {
  a(v.file, v.line, v.function, v.qualified);
}
template <class Archive>
void visit(Archive& a, Narrative::Values& v) {
  a(v.before, v.after);
}
template <class Archive>
void visit(Archive& a, Narrative& v) {
  a(v.trace, v.schedule, v.verdict, v.findings, v.places, v.values, v.output, v.errors);
}

}  // namespace archive

namespace {

// Of processor time without a scheduling point: it is known that none will come, but source lines are looked up, too.
constexpr double hang_seconds = 2;
// What the program destroys after it has crashed may wait for ever.
constexpr unsigned int seconds_max = 30;

std::optional<Narrative> told_by_child(const Scenario& scenario, const Bug& bug) {
  const bool hangs = bug.finding.checker == endless_finding;
  const std::optional<std::string> said = run_in_child(scenario, [&]() -> std::string {
    alarm(seconds_max);
    remember_crashes({}, {});
    tell_crashes_as_findings();
    const ProcessWatch watch({.hang_seconds = hangs ? hang_seconds : seconds_max});
    try {
      Reproduction reproduction = reproduce(scenario, bug.token, Detail::with_source);
      if (reproduction.divergence) return {};
      return archive::packed(std::move(reproduction.narrative));
    } catch (const std::exception&) { return {}; }  // the parent has the bug all the same
  });
  if (!said || said->empty()) return std::nullopt;
  auto narrative = archive::unpacked<Narrative>(*said);
  const bool is_whole = narrative.schedule.size() == bug.token.schedule.size();  // else it crashed on the way
  const bool told = std::ranges::any_of(narrative.findings,
                                        [&](const Finding& finding) { return finding.checker == bug.finding.checker; });
  return is_whole && told ? std::optional(std::move(narrative)) : std::nullopt;
}

}  // namespace

std::optional<Narrative> narrate_in_child(const Scenario& scenario, const Bug& bug) {
  if (bug.finding.checker == memory_finding) return std::nullopt;  // gigabytes once more
  try {
    return told_by_child(scenario, bug);
  } catch (const std::exception&) {
    return std::nullopt;  // no child, or one that was cut off: the bug is there all the same
  }
}

}  // namespace snag
