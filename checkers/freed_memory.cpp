// Blocks are looked up in the trace when something has gone wrong: until then nothing is kept.
#include "checkers/freed_memory.h"

#include <algorithm>
#include <optional>

namespace snag {

namespace {

constexpr const char* hint_use =
    "Memory must outlive all its users: join them before it is freed, or let a std::shared_ptr that each of them holds "
    "free it.";
constexpr const char* hint_twice =
    "One owner frees: let a std::unique_ptr hold the memory, or a std::shared_ptr where several do, and never a "
    "pointer "
    "that two threads may both think theirs.";
constexpr const char* hint_invalid =
    "Free exactly what malloc or new gave: no pointer into the middle, no local or static variable.";

std::optional<Step> last_of(OperationKind kind, ObjectIndex block, const Trace& trace, Step before) {
  for (Step step = before; step-- > 0;) {
    const Event& event = trace.events[step];
    if (event.operation.kind == kind && event.operation.object == block && event.success) return step;
  }
  return std::nullopt;
}

// What the block is, for the sentence: "block#1 (24 bytes, allocated by T1 at list.cpp:12)".
void tell_block(Finding& finding, const Trace& trace, ObjectIndex block) {
  finding.objects = {block};
  finding.sentence << ObjectRef{block};
  const std::optional<Step> allocation = last_of(OperationKind::allocate, block, trace, finding.step);
  if (!allocation) return;
  finding.steps.push_back(*allocation);
  const Event& event = trace.events[*allocation];
  finding.sentence << " (" << std::to_string(event.operation.argument) << " bytes, allocated by "
                   << ThreadRef{event.thread} << " at " << PlaceRef{*allocation} << ")";
}

void tell_free(Finding& finding, const Trace& trace, ObjectIndex block) {
  const std::optional<Step> freed = last_of(OperationKind::free, block, trace, finding.step);
  if (!freed) return;
  finding.steps.push_back(*freed);
  const ThreadIndex thread = trace.events[*freed].thread;
  if (thread != finding.threads[0]) finding.threads.push_back(thread);
  finding.sentence << " after " << ThreadRef{thread} << " had freed it at " << PlaceRef{*freed};
}

Finding finding_at(const Event& event, const char* checker, const char* hint) {
  Finding finding;
  finding.checker = checker;
  finding.step = event.step;
  finding.hint = hint;
  finding.threads = {event.thread};
  finding.stops_execution = true;
  finding.sentence << ThreadRef{event.thread};
  return finding;
}

Finding use_after_free(const Event& event, const Trace& trace) {
  Finding finding = finding_at(event, "use-after-free", hint_use);
  finding.sentence << (event.after == 1 ? " wrote to " : " read from ");
  tell_block(finding, trace, event.operation.object);
  finding.sentence << ", byte " << std::to_string(event.operation.argument) << " of it, at " << PlaceRef{event.step};
  tell_free(finding, trace, event.operation.object);
  return finding;
}

Finding double_free(const Event& event, const Trace& trace) {
  Finding finding = finding_at(event, "double-free", hint_twice);
  finding.sentence << " freed ";
  tell_block(finding, trace, event.operation.object);
  finding.sentence << " at " << PlaceRef{event.step};
  tell_free(finding, trace, event.operation.object);
  return finding;
}

Finding invalid_free(const Event& event, const Trace& trace) {
  Finding finding = finding_at(event, "invalid-free", hint_invalid);
  if (event.operation.object == no_object) {
    finding.sentence << " freed, at " << PlaceRef{event.step} << ", an address that no allocation gave";
    return finding;
  }
  finding.sentence << " freed, at " << PlaceRef{event.step} << ", an address "
                   << std::to_string(event.operation.argument) << " bytes into ";
  tell_block(finding, trace, event.operation.object);
  return finding;
}

constexpr Interest interest_of_freed_memory{.done = {OperationKind::free, OperationKind::touch_freed},
                                            .waiting = {},
                                            .routine = Interest::Routine::skipped,
                                            .ends = Interest::Ends::none};

}  // namespace

FreedMemoryChecker::FreedMemoryChecker() : Checker(interest_of_freed_memory) {}

void FreedMemoryChecker::observe(const Event& event, const Observation& seen, Findings& findings) {
  if (event.phase != Phase::done) return;
  const Operation& operation = event.operation;
  if (operation.kind == OperationKind::touch_freed)
    findings.push_back(use_after_free(event, seen.trace));
  else if (operation.kind == OperationKind::free && !event.success)
    findings.push_back(operation.object != no_object && operation.argument == 0 ? double_free(event, seen.trace)
                                                                                : invalid_free(event, seen.trace));
  else
    return;
  findings.back().steps.push_back(event.step);
}

void FreedMemoryChecker::finish(const Outcome&, const Observation&, Findings&) {}

}  // namespace snag
