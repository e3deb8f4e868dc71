#include "harness/trace/scheduling.h"

namespace snag {

bool turn_is_over(const Scheduling& scheduling, const Readiness& thread) {
  return scheduling.quantum > 0 && thread.used >= scheduling.quantum;
}

std::int64_t level_of(const Scheduling& scheduling, const ReadyThreads& ready, ThreadIndex thread) {
  const Readiness& self = ready.threads[thread];
  std::uint64_t raised = 0;
  if (thread == ready.running)
    raised = turn_is_over(scheduling, self) ? 0 : self.raised;
  else if (scheduling.aging > 0)
    raised = (ready.now - self.since) / scheduling.aging;
  return self.priority + static_cast<std::int64_t>(raised);
}

void inherit_priorities(std::vector<int>& priorities, std::span<const Blocking> blockings) {
  // Each round hands priorities on by one link. They only rise, and only to one that is there, so this ends.
  for (bool changed = true; changed;) {
    changed = false;
    for (const Blocking& blocking : blockings) {
      if (priorities[blocking.holder] >= priorities[blocking.waiter]) continue;
      priorities[blocking.holder] = priorities[blocking.waiter];
      changed = true;
    }
  }
}

}  // namespace snag
