#include "harness/campaign/reproduce.h"

#include "checkers/all.h"
#include "harness/campaign/object_labels.h"
#include "harness/campaign/settle.h"
#include "harness/campaign/symbols.h"
#include "harness/campaign/variable_names.h"
#include "harness/execution/front_end.h"
#include "harness/execution/own_process.h"

#include <utility>

namespace snag {

namespace {

// Collects where each event was and what its values were.
class Recorder : public Narrator {
 public:
  Recorder(Narrative& narrative, ObjectLabels& labels) : narrative_(narrative), labels_(labels) {}

  void publish(ThreadIndex thread) override {
    std::vector<StackFrame> frames = unwind_frames();
    if (thread >= stacks_.size()) stacks_.resize(thread + std::size_t{1});
    stacks_[thread].clear();
    for (const StackFrame& frame : frames) stacks_[thread].push_back(frame.place);
    labels_.publish(thread, std::move(frames));
  }
  void record(const Event& event) override {
    narrative_.places.resize(event.step + std::size_t{1});
    narrative_.values.resize(event.step + std::size_t{1});
    std::vector<SourcePlace>& places = narrative_.places[event.step];
    // A failure tells its own place. The thread may have published nothing there.
    if (event.operation.kind == OperationKind::program_failed) places = programs_frames({event.operation.place});
    if (places.empty() && event.thread < stacks_.size()) places = programs_frames(stacks_[event.thread]);
    // What a thread does when it ends, or is a timer, it was told to do elsewhere.
    if (places.empty() && event.operation.place != nullptr) places = programs_frames({event.operation.place});
    narrative_.values[event.step] = std::exchange(described_, {});
    labels_.record(event);
  }
  void describe(std::string before, std::string after) override { described_ = {std::move(before), std::move(after)}; }

 private:
  Narrative& narrative_;
  ObjectLabels& labels_;
  std::vector<std::vector<const void*>> stacks_;  // by thread: of its latest published operation
  Narrative::Values described_;
};

class Digest {
 public:
  void add(std::uint64_t value) {
    hash_ = (hash_ ^ value) * 0x9E3779B97F4A7C15U;
    hash_ ^= hash_ >> 29;
  }
  std::uint32_t result() const {
    const auto folded = static_cast<std::uint32_t>(hash_ ^ (hash_ >> 32));
    return folded == 0 ? 1 : folded;
  }

 private:
  std::uint64_t hash_ = 0xcbf29ce484222325U;
};

bool is_comparable(ValueKind kind) { return kind != ValueKind::pointer; }

}  // namespace

std::uint32_t trace_digest(const Trace& trace) {
  Digest digest;
  for (const Event& event : trace.events) {
    const Operation& operation = event.operation;
    digest.add(event.thread);
    digest.add((static_cast<std::uint64_t>(operation.kind) << 16) + (static_cast<std::uint64_t>(event.phase) << 8) +
               (event.success ? 1U : 0U));
    digest.add(operation.target);
    if (operation.object == no_object) continue;
    const ObjectInfo& object = trace.objects[operation.object];
    digest.add((std::uint64_t{object.creator} << 32) + object.nth);
    if (!is_comparable(object.value) || (operation.kind == OperationKind::write && event.routine)) continue;
    digest.add(event.before);
    digest.add(event.after);
  }
  return digest.result();
}

Reproduction reproduce(const Scenario& scenario, const Token& token, Detail detail, Strategy* after) {
  Execution execution({.steps_max = token.steps_max,
                       .spurious_max = token.spurious_max,
                       .stack_size = token.stack_size,
                       .spinning = token.spinning,
                       .plain_points = token.plain_points});
  Reproduction reproduction;
  Narrative& narrative = reproduction.narrative;
  const auto checkers = all_checkers();
  const bool parsed = !token.schedule.empty() && token.schedule.front().options == 0;
  ReplayStrategy replay(token.schedule, parsed ? Comparison::letter : Comparison::full, after);
  ObjectLabels labels(execution);
  Recorder recorder(narrative, labels);
  if (scenario.scheduling) replay.keep_to(*scenario.scheduling);
  replay.begin(0);
  const OwnProcess* const process = own_process_of(scenario);
  if (process != nullptr && detail == Detail::with_source) {
    // Debug information is found here, and not in a copy of the process, which would take it along.
    static_cast<void>(source_places(reinterpret_cast<const void*>(&trace_digest)));
    process->set_output(OwnProcess::Output::kept);
  }
  ExecutionResult result =
      execution.run(scenario, replay, checkers, detail == Detail::with_source ? &recorder : nullptr);
  if (!result.diverged) replay.end(execution.schedule(), result.points);
  if (process != nullptr && detail == Detail::with_source) {
    narrative.output = process->kept_output(1);
    narrative.errors = process->kept_output(2);
    process->set_output(OwnProcess::Output::dropped);
  }
  reproduction.divergence = replay.divergence();
  reproduction.ended = !result.diverged;
  if (detail == Detail::with_source)
    name_objects(execution);
  else
    name_objects(execution, result.findings);
  narrative.trace = execution.trace();
  if (detail == Detail::with_source) narrative.trace.labels = labels.labels(result.findings);
  narrative.schedule = execution.schedule();
  narrative.verdict = result.verdict;
  narrative.findings = std::move(result.findings);
  narrative.places.resize(narrative.trace.events.size());
  narrative.values.resize(narrative.trace.events.size());
  reproduction.same_trace = token.trace_digest == 0 || token.trace_digest == trace_digest(narrative.trace);
  // As in the campaign that made the token: this says which rule makes the same of one execution, not of another.
  if (execution.options().spinning == SpinRule::after_a_step) execution.options().spinning = SpinRule::after_a_pause;
  Execution directed(execution.options());
  settle_one(narrative.findings, scenario, directed, narrative.trace, narrative.schedule);
  return reproduction;
}

}  // namespace snag
