#include "checkers/starvation.h"

#include "checkers/patience.h"

#include <algorithm>

namespace snag {

namespace {

constexpr const char* hint =
    "Strict priorities promise nothing to the less urgent. Let waiting make a thread more urgent (aging), let equals "
    "take "
    "turns (equal priorities and a quantum), or leave the processor idle now and then: the urgent work must be less "
    "than "
    "the time that there is.";

Step first_work(const Trace& trace, ThreadIndex thread, std::uint64_t from) {
  for (const Event& event : trace.events)
    if (event.phase == Phase::done && event.operation.kind == OperationKind::work && event.thread == thread &&
        event.before >= from && event.after > event.before)
      return event.step;
  return no_step;
}

bool is_waited_for(const Waits& waits, ThreadIndex thread) {
  std::vector<ThreadIndex> blockers;
  for (ThreadIndex other = 0; other < waits.threads(); ++other)
    if (waits.thread(other).operation.kind != OperationKind::join) waits.add_blockers(other, blockers);
  return std::ranges::find(blockers, thread) != blockers.end();
}

constexpr Interest interest_of_starvation{.executions = Interest::Executions::scheduled};

}  // namespace

StarvationChecker::StarvationChecker() : Checker(interest_of_starvation) {}

void StarvationChecker::begin() {
  timeline_.begin();
  told_.clear();
}

void StarvationChecker::observe(const Event& event, const Observation& seen, Findings& findings) {
  const auto& scheduling = seen.trace.scheduling;
  if (!scheduling || scheduling->starved_after == 0) return;
  // What it does now it may have had to wait for; a new thread's begin is no run.
  const bool runs = event.phase == Phase::done && event.operation.kind != OperationKind::begin;
  if (runs || event.phase == Phase::waiting) {
    const bool works = event.operation.kind == OperationKind::work && runs;
    look_at(event.thread, works ? event.before : timeline_.now(), runs ? event.step : no_step, seen.trace, findings);
  }
  timeline_.observe(event);
  if (runs && event.operation.kind == OperationKind::work) lose_patience(event, seen, findings);
}

void StarvationChecker::finish(const Outcome&, const Observation& seen, Findings& findings) {
  if (!seen.trace.scheduling || seen.trace.scheduling->starved_after == 0) return;
  for (ThreadIndex thread = 0; thread < timeline_.threads(); ++thread)
    look_at(thread, timeline_.now(), no_step, seen.trace, findings);
}

// Tells of the thread if it has stood ready for too long until then. `ran` is the event with which it runs, or no_step.
void StarvationChecker::look_at(ThreadIndex thread, std::uint64_t until, Step ran, const Trace& trace,
                                Findings& findings) {
  const Position position = timeline_.position(thread);
  const std::uint64_t bound = trace.scheduling->starved_after;
  if (position.state != Slice::State::ready || until - position.since <= bound) return;
  if (thread >= told_.size()) told_.resize(thread + std::size_t{1});
  if (told_[thread]) return;
  told_[thread] = true;

  Finding finding;
  finding.checker = "starvation";
  finding.step = trace.events.back().step;
  finding.rivals = timeline_.ran_between(position.since, until, thread);
  finding.timeline = timeline_.slices();
  finding.threads = {thread};
  finding.steps = {position.step};
  finding.sentence << ThreadRef{thread} << " of priority " << std::to_string(position.priority) << " was ready for "
                   << display_time(until - position.since) << ", from " << display_time(position.since) << " to "
                   << display_time(until) << ", and did not get the processor (it counts as starved after "
                   << display_time(bound) << ")";
  const char* separator = ": ";
  for (const Rival& rival : finding.rivals) {
    finding.sentence << separator << ThreadRef{rival.thread} << " of priority "
                     << std::to_string(timeline_.position(rival.thread).priority) << " ran "
                     << times_in_words(rival.times) << " for " << display_time(rival.duration);
    separator = ", ";
    finding.threads.push_back(rival.thread);
    if (const Step step = first_work(trace, rival.thread, position.since); step != no_step)
      finding.steps.push_back(step);
  }
  if (ran != no_step) finding.steps.push_back(ran);
  finding.hint = hint;
  findings.push_back(std::move(finding));
}

void StarvationChecker::lose_patience(const Event& event, const Observation& seen, Findings& findings) {
  const Trace& trace = seen.trace;
  const std::size_t before = findings.size();
  for (ThreadIndex thread = 0; thread < timeline_.threads(); ++thread) {
    const Position position = timeline_.position(thread);
    const bool too_long = position.state == Slice::State::ready &&
                          timeline_.now() - position.since > patience * trace.scheduling->starved_after;
    // Who holds what others wait for may be part of a priority inversion, which is the better name for it.
    if (too_long && !is_waited_for(seen.waits_after(event), thread))
      look_at(thread, event.after, no_step, trace, findings);
  }
  for (std::size_t i = before; i < findings.size(); ++i) findings[i].stops_execution = true;
}

}  // namespace snag
