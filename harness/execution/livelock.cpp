#include "harness/execution/livelock.h"

#include <algorithm>
#include <vector>

namespace snag {

namespace {

constexpr std::uint32_t rounds_min = 16;

bool repeats(const Repetition& thread) { return thread.period != 0 && thread.matched >= rounds_min * thread.period; }

// The thread's last `period` done events, oldest first.
std::vector<Step> last_round(const Trace& trace, const Repetition& repetition) {
  std::vector<Step> steps;
  for (std::size_t i = trace.events.size(); i-- > 0 && steps.size() < repetition.period;) {
    const Event& event = trace.events[i];
    if (event.thread == repetition.thread && event.phase == Phase::done) steps.push_back(static_cast<Step>(i));
  }
  std::reverse(steps.begin(), steps.end());
  return steps;
}

// Whether it changes what another thread may be looking at or waiting for.
bool tells(const Event& event) {
  switch (event.operation.kind) {
    case OperationKind::write:
    case OperationKind::store:
    case OperationKind::read_modify_write:
    case OperationKind::notify_one:
    case OperationKind::notify_all:
    case OperationKind::release: return true;
    case OperationKind::compare_exchange: return event.success;
    default: return false;
  }
}

constexpr const char* hint_for_polls =
    "a loop that polls needs somebody who ends it: find who should change what it reads, or wait on a condition "
    "variable or semaphore, so that a thread that can do nothing sleeps";
constexpr const char* hint_for_answers =
    "the threads answer each other's steps for ever: let something decide once who goes first (a number, the order of "
    "coming), or let each pause for a random time";

}  // namespace

std::optional<Finding> find_livelock(const Trace& trace, std::span<const Repetition> can_run,
                                     std::span<const Repetition> waits) {
  if (can_run.empty() || !std::ranges::all_of(can_run, repeats)) return std::nullopt;
  std::vector<Repetition> threads(can_run.begin(), can_run.end());
  Step round_begin = static_cast<Step>(trace.events.size());
  for (const Repetition& thread : can_run) round_begin = std::min(round_begin, last_round(trace, thread).front());
  for (const Repetition& thread : waits)
    if (repeats(thread) && last_round(trace, thread).back() > round_begin) threads.push_back(thread);
  std::ranges::sort(threads, {}, &Repetition::thread);

  Finding finding;
  finding.checker = "livelock";
  finding.step = static_cast<Step>(trace.events.size());
  finding.sentence << "every thread that can run only repeats itself:";
  const char* separator = " ";
  for (const Repetition& thread : threads) {
    finding.sentence << separator << ThreadRef{thread.thread} << " repeats [";
    const char* comma = "";
    for (const Step step : last_round(trace, thread)) {
      finding.sentence << comma << OperationRef{step} << " at " << PlaceRef{step};
      finding.steps.push_back(step);
      const ObjectIndex object = trace.events[step].operation.object;
      if (object != no_object && std::ranges::find(finding.objects, object) == finding.objects.end())
        finding.objects.push_back(object);
      comma = ", ";
    }
    finding.sentence << "]";
    finding.threads.push_back(thread.thread);
    separator = "; ";
  }
  finding.hint << (std::ranges::any_of(finding.steps, [&](Step step) { return tells(trace.events[step]); })
                       ? hint_for_answers
                       : hint_for_polls);
  return finding;
}

}  // namespace snag
