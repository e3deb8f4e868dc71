// Failed checks and expectations and uncaught exceptions, told with the program's own words.
#include "checkers/program_errors.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>

namespace snag {

namespace {

Finding finding_at(const Event& event, const char* checker) {
  Finding finding;
  finding.checker = checker;
  finding.step = event.step;
  finding.threads = {event.thread};
  finding.steps = {event.step};
  finding.stops_execution = true;
  return finding;
}

std::string text_of(const Event& event, const Trace& trace) {
  const std::uint64_t text = event.operation.argument;
  return text < trace.texts.size() ? trace.texts[text] : std::string();
}

Finding failure_of(const Event& event, const Trace& trace) {
  struct Kind {
    const char* name;
    const char* words;
    const char* hint;
    const char* more = "";  // of the hint
  };
  constexpr const char* ended = " ended the program at ";
  constexpr const char* follow =
      "Follow the values backwards from there: which switch made them differ from what was meant?";
  constexpr std::array<Kind, 7> kinds = {{{"exit", ended, follow},
                                          {"abort", ended, follow},
                                          {"failed-assertion", ended, follow},
                                          {"crash", " crashed at ", follow},
                                          {"stack-overflow", " used up its stack at ", overflow_hint, stack_size_hint},
                                          {"endless-loop", " does not come to an end at ", endless_hint},
                                          {"out-of-memory", " used up the memory at ", memory_hint}}};
  const Kind& kind = kinds[std::min<std::uint64_t>(event.before, kinds.size() - 1)];
  Finding finding = finding_at(event, kind.name);
  finding.sentence << ThreadRef{event.thread} << kind.words << PlaceRef{event.step} << ": " << text_of(event, trace);
  finding.hint << kind.hint;
  if (*kind.more != '\0') finding.hint << kind.more;
  return finding;
}

constexpr Interest interest_of_program_errors{
    .done = {OperationKind::expectation, OperationKind::check, OperationKind::uncaught_exception,
             OperationKind::program_failed},
    .waiting = {},
    .ends = Interest::Ends::seen,
    // A failed expectation is told at whatever comes next.
    .wakes = {OperationKind::expectation},
    .done_awake = OperationKinds::all(),
    .waiting_awake = OperationKinds::all()};

}  // namespace

ProgramErrorsChecker::ProgramErrorsChecker() : Checker(interest_of_program_errors) {}

void ProgramErrorsChecker::observe(const Event& event, const Observation& seen, Findings& findings) {
  if (event.operation.kind == OperationKind::expectation) {
    if (!event.success) note_expectation(event, seen);
    return;
  }
  tell_expectation(findings);
  if (event.operation.kind == OperationKind::check && !event.success) {
    Finding finding = finding_at(event, "failed-check");
    finding.sentence << "The check \"" << text_of(event, seen.trace) << "\" failed in " << ThreadRef{event.thread}
                     << " at " << PlaceRef{event.step};
    finding.hint = "Follow the values backwards from the check: which switch made them differ from what was meant?";
    findings.push_back(std::move(finding));
  } else if (event.operation.kind == OperationKind::uncaught_exception) {
    Finding finding = finding_at(event, "uncaught-exception");
    finding.sentence << "An exception left " << ThreadRef{event.thread} << ": " << text_of(event, seen.trace);
    finding.hint = "An exception that leaves a thread ends the whole program: catch it inside, or hand it over.";
    findings.push_back(std::move(finding));
  } else if (event.operation.kind == OperationKind::program_failed) {
    findings.push_back(failure_of(event, seen.trace));
  }
}

void ProgramErrorsChecker::note_expectation(const Event& event, const Observation& seen) {
  if (expectation_) {
    expectation_->steps.push_back(event.step);
    return;
  }
  Finding finding = finding_at(event, "failed-expectation");
  finding.sentence << "An expectation failed in " << ThreadRef{event.thread} << " at " << PlaceRef{event.step} << ":\n"
                   << text_of(event, seen.trace);
  finding.hint = "Follow the values backwards from the expectation: which switch made them differ from what was meant?";
  expectation_ = std::move(finding);
}

void ProgramErrorsChecker::tell_expectation(Findings& findings) {
  if (expectation_) findings.push_back(*std::exchange(expectation_, std::nullopt));
}

}  // namespace snag
