#include "harness/campaign/determinism.h"

#include "harness/campaign/symbols.h"
#include "harness/strategies/replay.h"

#include <fmt/format.h>

#include <memory>
#include <vector>

namespace snag {

namespace {

constexpr const char* mend =
    "Something that snag does not control decides here: the wall clock, rand(), an address, uninitialised memory, a "
    "static "
    "that keeps its value from one execution to the next, or a real thread. Take it from snag (choose, clocks), "
    "or make it a local of the body.";

bool same(const Event& one, const Event& other) {
  return one.thread == other.thread && one.phase == other.phase && one.operation.kind == other.operation.kind &&
         one.operation.object == other.operation.object && one.operation.target == other.operation.target &&
         one.operation.place == other.operation.place;
}

std::string describe(const Trace& trace, std::size_t step) {
  if (step >= trace.events.size()) return "nothing: the execution had ended";
  const Event& event = trace.events[step];
  std::string text =
      fmt::format("T{} {}{}", event.thread, words_before(event.phase), display_operation(trace, event.operation));
  const std::vector<SourcePlace> places = programs_frames({event.operation.place});
  if (!places.empty()) text += fmt::format(" at {}:{}", places.front().file, places.front().line);
  return text;
}

// Ends the second run where the first one ended: what a finding made meaningless must not run on.
class EndsAfter : public Checker {
 public:
  explicit EndsAfter(std::size_t events) : events_(events) {}
  void begin() override {}
  void observe(const Event& event, const Observation&, Findings& findings) override {
    if (event.step + std::size_t{1} < events_) return;
    Finding end;
    end.stops_execution = true;
    findings.push_back(end);
  }
  void finish(const Outcome&, const Observation&, Findings&) override {}

 private:
  std::size_t events_;
};

}  // namespace

void check_determinism(const Scenario& scenario, const Execution& first, Execution& second) {
  ReplayStrategy replay(first.schedule());
  replay.begin(0);
  std::vector<std::unique_ptr<Checker>> watching;
  watching.push_back(std::make_unique<EndsAfter>(first.trace().events.size()));
  second.run(scenario, replay, watching);
  const Trace& one = first.trace();
  const Trace& other = second.trace();
  std::size_t step = 0;
  while (step < one.events.size() && step < other.events.size() && same(one.events[step], other.events[step])) ++step;
  if (step == one.events.size()) return;
  if (replay.divergence() && replay.divergence()->step <= step)
    throw NondeterminismError(
        fmt::format("the scenario {} is not deterministic: the same choices gave two different executions. "
                    "They part at step {}: {}\n{}",
                    scenario.name, replay.divergence()->step, replay.divergence()->what, mend));
  std::string text = fmt::format(
      "the scenario {} is not deterministic: the same choices gave two different executions. They part at step {}:\n"
      "  first run:  {}\n  second run: {}\n{}",
      scenario.name, step, describe(one, step), describe(other, step), mend);
  throw NondeterminismError(text);
}

std::string describe_nondeterminism(const Trace& trace, std::size_t choice) {
  return fmt::format(
      "the scenario is not deterministic: choice {} (step {}) was between other threads or operations than the last "
      "time "
      "the same choices led there. Before it: {}\n{}",
      choice, trace.events.size(), trace.events.empty() ? "nothing" : describe(trace, trace.events.size() - 1), mend);
}

std::string describe_nondeterminism_at(const Trace& trace, Step step) {
  return fmt::format(
      "the scenario is not deterministic: step {} was taken by another thread or on another object than the last time "
      "the same steps led there. Before it: {}\n{}",
      step, step == 0 || step > trace.events.size() ? "nothing" : describe(trace, step - 1), mend);
}

}  // namespace snag
