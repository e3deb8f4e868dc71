#include "harness/campaign/parallelism.h"

#include "harness/execution/execution.h"
#include "harness/strategies/priority.h"
#include "harness/strategies/random.h"
#include "harness/trace/happens_before.h"

#include <algorithm>
#include <memory>
#include <vector>

namespace snag {

namespace {

constexpr double loss_least = 0.1;
constexpr double share_least = 0.25;

// What programs are written for: their data. Locking and waiting are not work, however a solution does them. What fails
// has done nothing: else threads that try again and again would pass for parallel.
bool is_work(const Event& event, const Trace& trace) {
  if (event.thread == 0 || !event.success) return false;
  if (event.operation.kind == OperationKind::work) return true;
  if (event.operation.object == no_object) return false;
  const ObjectKind kind = trace.objects[event.operation.object].kind;
  return kind == ObjectKind::variable || kind == ObjectKind::atomic || kind == ObjectKind::queue;
}

bool only_reads(const Event& event) {
  switch (event.operation.kind) {
    case OperationKind::read:
    case OperationKind::load:
    case OperationKind::atomic_wait:
    case OperationKind::atomic_resume: return true;
    default: return false;
  }
}

// By object: whether two threads other than T0 use it, and one of them changes it.
std::vector<bool> shared_objects(const Trace& trace) {
  struct Use {
    ThreadIndex first = no_thread;
    bool by_others = false;
    bool is_changed = false;
  };
  std::vector<Use> uses(trace.objects.size());
  for (const Event& event : trace.events) {
    if (event.phase != Phase::done || !is_work(event, trace) || event.operation.object == no_object) continue;
    Use& use = uses[event.operation.object];
    if (use.first == no_thread) use.first = event.thread;
    use.by_others = use.by_others || use.first != event.thread;
    use.is_changed = use.is_changed || !only_reads(event);
  }
  std::vector<bool> shared;
  for (const Use& use : uses) shared.push_back(use.by_others && use.is_changed);
  return shared;
}

// Work over span, summed up.
struct Sum {
  double ratios = 0;
  std::uint64_t executions = 0;

  void add(const WorkAndSpan& measured) {
    ratios += static_cast<double>(measured.work) / static_cast<double>(measured.span);
    ++executions;
  }
};

}  // namespace

WorkAndSpan work_and_span(const Trace& trace, Data data) {
  WorkAndSpan result;
  const std::vector<bool> counts = data == Data::shared ? shared_objects(trace) : std::vector<bool>();
  HappensBefore clocks;
  clocks.begin();
  // By thread, then by the number of its event: the longest chain that ends with it, or before it.
  std::vector<std::vector<std::uint64_t>> chains(trace.threads.size());
  for (const Event& event : trace.events) {
    if (event.phase != Phase::done) continue;
    clocks.observe(event);
    const VectorClock& now = clocks.clock(event.thread);
    std::uint64_t longest = 0;
    for (std::size_t thread = 0; thread < chains.size(); ++thread) {
      const std::uint32_t own = thread == event.thread ? 1 : 0;  // the event itself has no chain yet
      const std::uint32_t count = now.get(static_cast<ThreadIndex>(thread)) - own;
      if (count > 0) longest = std::max(longest, chains[thread][count - 1]);
    }
    const ObjectIndex object = event.operation.object;
    const bool is_counted = data == Data::all || (object != no_object && counts[object]);
    const std::uint64_t weight = is_counted && is_work(event, trace) ? 1 : 0;
    chains[event.thread].push_back(longest + weight);
    result.work += weight;
    result.span = std::max(result.span, longest + weight);
  }
  result.threads = trace.threads.empty() ? 0 : static_cast<std::uint32_t>(trace.threads.size() - 1);
  return result;
}

Parallelism measure_parallelism(const Scenario& scenario, std::uint64_t seed, std::uint64_t executions) {
  Execution execution;
  const std::unique_ptr<Strategy> random = keep_within(scenario.scheduling, std::make_unique<RandomStrategy>(seed));
  const Data data = scenario.front_end == nullptr ? Data::all : Data::shared;
  Sum passed;
  Sum failed;
  Parallelism result;
  for (std::uint64_t i = 0; i < executions; ++i) {
    random->begin(i);
    const ExecutionResult ended = execution.run(scenario, *random, {});
    random->end(execution.schedule(), ended.points);
    const WorkAndSpan measured = work_and_span(execution.trace(), data);
    result.threads = std::max(result.threads, measured.threads);
    result.untested = std::max(result.untested, ended.untested);
    result.data_seen = result.data_seen || measured.work > 0;
    if (measured.span > 0) (ended.verdict == Verdict::passed ? passed : failed).add(measured);
  }
  const Sum& counted = passed.executions > 0 ? passed : failed;
  result.executions = counted.executions;
  if (counted.executions > 0) result.average = counted.ratios / static_cast<double>(counted.executions);
  return result;
}

bool is_serialised(double parallelism, double least_of_the_right_ones) {
  const double loss = least_of_the_right_ones - parallelism;
  return loss >= loss_least && loss >= share_least * (least_of_the_right_ones - 1);
}

}  // namespace snag
