#include "harness/execution/livelock.h"

#include <algorithm>
#include <vector>

namespace snag {

namespace {

constexpr std::uint32_t rounds_min = 16;

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

}  // namespace

std::optional<Finding> find_livelock(const Trace& trace, std::span<const Repetition> threads) {
  if (threads.empty()) return std::nullopt;
  for (const Repetition& thread : threads)
    if (thread.period == 0 || thread.matched < rounds_min * thread.period) return std::nullopt;

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
  finding.hint << "a loop that polls needs somebody who ends it: find who should change what it reads, "
                  "or wait on a condition variable or semaphore, so that a thread that can do nothing sleeps";
  return finding;
}

}  // namespace snag
