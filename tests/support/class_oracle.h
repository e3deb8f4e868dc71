// The judge of partial-order reduction: tells the class of an execution from its trace, pair by pair, and enumerates all
// classes by trying every choice after every class of prefixes. Shares the table of dependence with the strategy, and
// nothing else.
#pragma once

#include "harness/execution/execution.h"
#include "harness/strategies/strategy.h"
#include "harness/trace/dependence.h"
#include "harness/trace/identity.h"
#include "harness/trace/trace.h"

#include <algorithm>
#include <bitset>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <stdexcept>
#include <unordered_set>
#include <utility>
#include <vector>

namespace snag::testing {

/// Digest of a class of executions, or of prefixes of executions.
using ClassDigest = std::uint64_t;

/// Whether a prefix ends where a decision is made: then also what threads have done silently counts.
enum class Extent : std::uint8_t { whole, prefix };

/// Computes digests of classes: a sum over events, each with its thread, its number in it, what it came to, and which
/// events precede it.
class ClassDigester {
 public:
  static constexpr std::size_t events_max = 256;

  explicit ClassDigester(const Observed& observed) : observed_(observed) {}

  ClassDigest operator()(const Trace& trace, Extent extent) {
    names_.clear();
    before_.clear();
    const bool has_daemons = std::ranges::any_of(trace.threads, &ThreadInfo::daemon);
    // The program's end is an event also where nobody is left for whom it waits or whom it cuts off.
    const Event end{.operation = {.kind = OperationKind::join}, .step = trace.body_ended};
    std::vector<const Event*> events;
    for (const Event& event : trace.events) {
      if (has_daemons && event.step == trace.body_ended) events.push_back(&end);
      if (event.phase == Phase::done) events.push_back(&event);
    }
    if (has_daemons && trace.body_ended == trace.events.size()) events.push_back(&end);
    if (events.size() > events_max) throw std::length_error("the class oracle takes at most 256 events");
    std::vector<bool> visible;
    std::vector<Accesses> accesses;
    for (const Event* const event : events) {
      const bool completion = event->operation.kind == OperationKind::arrive && event->operation.argument == 0;
      const bool is_note = completion || joins_what_had_ended(events, accesses.size());
      accesses.push_back(is_note ? Accesses() : accesses_of(event->operation, observed_));
      visible.push_back(!accesses.back().empty() || event->operation.kind == OperationKind::choose ||
                        (has_daemons && ends_program(*event)));
    }
    // What a spinning thread waits for counts as read by its next event.
    for (const Await& await : trace.awaits) {
      std::size_t i = 0;
      while (i < events.size() && (events[i]->step < await.step || events[i]->thread != await.thread)) ++i;
      if (i == events.size()) continue;
      for (std::uint8_t place = 0; place < await.count; ++place)
        if (std::ranges::none_of(accesses[i],
                                 [&](const Access& access) { return access.place == await.places[place]; }))
          accesses[i].read(await.places[place]);
    }
    const auto lull_between = [&](std::size_t earlier, std::size_t later) {
      return std::ranges::any_of(
          trace.lulls, [&](Step lull) { return events[earlier]->step < lull && lull <= events[later]->step; });
    };
    ClassDigest digest = 0;
    std::map<ThreadIndex, std::uint64_t> seen;
    std::map<ThreadIndex, std::uint64_t> silent;
    for (std::size_t i = 0; i < events.size(); ++i) {
      Set& before = before_.emplace_back();
      for (std::size_t k = i; k-- > 0;) {
        if (before.test(k)) continue;
        if (events[k]->thread == events[i]->thread || conflict(accesses[k], accesses[i]) ||
            (ends_program(*events[i]) && visible[k] && trace.threads[events[k]->thread].daemon &&
             events[k]->operation.kind != OperationKind::choose) ||
            (!accesses[k].empty() && !accesses[i].empty() && shows_when_it_joins(trace, *events[k], *events[i])) ||
            enables(trace, events, k, i) || lull_between(k, i)) {
          before.set(k);
          before |= before_[k];
        }
      }
      if (!visible[i]) {
        ++silent[events[i]->thread];
        continue;
      }
      std::map<std::uint64_t, std::uint64_t> preceding;
      for (std::size_t k = 0; k < i; ++k)
        if (visible[k] && before.test(k)) ++preceding[name_of_thread(trace, events[k]->thread)];
      const Event& event = *events[i];
      std::uint64_t hash = mix(name_of_thread(trace, event.thread) + ++seen[event.thread]);
      hash = mix(hash + static_cast<std::uint64_t>(event.operation.kind));
      if (event.operation.kind == OperationKind::choose) hash = mix(hash + event.after);
      if (event.operation.kind == OperationKind::notify_one && event.operation.target != no_thread)
        hash = mix(hash + name_of_thread(trace, event.operation.target));
      for (const auto& [thread, count] : preceding) hash = mix(mix(hash + thread) + count);
      digest += hash;
    }
    if (extent == Extent::prefix)
      for (const auto& [thread, count] : silent) digest += mix(name_of_thread(trace, thread) * 3 + count);
    return digest;
  }

 private:
  using Set = std::bitset<events_max>;

  static std::uint64_t mix(std::uint64_t value) {
    value += 0x9E3779B97F4A7C15U;
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9U;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBU;
    return value ^ (value >> 31);
  }

  std::uint64_t name_of_thread(const Trace& trace, ThreadIndex thread) {
    if (thread == 0) return 1;
    const auto known = names_.find(thread);
    if (known != names_.end()) return known->second;
    const ThreadInfo& info = trace.threads[thread];
    return names_[thread] = mix(name_of_thread(trace, info.parent) + info.nth);
  }

  static bool ends_program(const Event& event) {
    return event.operation.kind == OperationKind::join && event.operation.target == no_thread;
  }

  // Whether the join at `at` found that the other thread had ended when its own last did something: it is no scheduling
  // point then.
  static bool joins_what_had_ended(const std::vector<const Event*>& events, std::size_t at) {
    const Event& join = *events[at];
    if (join.operation.kind != OperationKind::join) return false;
    while (at > 0 && events[at - 1]->thread != join.thread) --at;
    for (std::size_t i = 0; i < at; ++i)
      if (events[i]->operation.kind == OperationKind::end && events[i]->thread == join.operation.target) return true;
    return false;
  }

  // Where it shows whether a thread had to wait in a join, what it does has its place among what all others do.
  bool shows_when_it_joins(const Trace& trace, const Event& one, const Event& other) const {
    const auto joins = [&](const Event& event) {
      std::vector<std::uint32_t> path;
      for (ThreadIndex at = event.thread; at != 0; at = trace.threads[at].parent) path.push_back(trace.threads[at].nth);
      std::uint64_t identity = identity_of_body;
      for (std::size_t i = path.size(); i-- > 0;) identity = child_identity(identity, path[i], salt_of_threads);
      return std::ranges::find(observed_.joiners, identity) != observed_.joiners.end();
    };
    return (observed_.lives || observed_.clock) && (joins(one) || joins(other));
  }

  // Within one trace an index is as good as a name.
  static bool conflict(const Accesses& one, const Accesses& other) {
    for (const Access& a : one)
      for (const Access& b : other)
        if (a.place == b.place && (a.write || b.write)) return true;
    return false;
  }

  // Whether the event at `later` could not have been without the one at `earlier`.
  static bool enables(const Trace& trace, const std::vector<const Event*>& events, std::size_t earlier,
                      std::size_t later) {
    const Event& cause = *events[earlier];
    const Event& event = *events[later];
    switch (event.operation.kind) {
      case OperationKind::begin:
        return cause.operation.kind == OperationKind::spawn && cause.operation.target == event.thread;
      case OperationKind::join:
        return cause.operation.kind == OperationKind::end && event.success &&
               (event.operation.target == cause.thread ||
                (event.operation.target == no_thread && !trace.threads[cause.thread].daemon));
      case OperationKind::reacquire: return notified_by(events, later) == earlier;
      case OperationKind::latch_wait:
        return cause.operation.kind == OperationKind::count_down && cause.operation.object == event.operation.object &&
               static_cast<std::int64_t>(cause.before) > 0;
      case OperationKind::barrier_wait:
        return (cause.operation.kind == OperationKind::arrive ||
                cause.operation.kind == OperationKind::arrive_and_drop) &&
               cause.operation.object == event.operation.object && cause.before == event.operation.argument;
      case OperationKind::future_wait:
        return cause.operation.kind == OperationKind::set_result && cause.operation.object == event.operation.object &&
               cause.success;
      default: return false;
    }
  }

  // Which event notified the thread whose reacquire stands at `later`.
  static std::size_t notified_by(const std::vector<const Event*>& events, std::size_t later) {
    const Event& reacquire = *events[later];
    std::size_t wait = later;
    while (events[wait]->thread != reacquire.thread || events[wait]->operation.kind != OperationKind::wait) --wait;
    for (std::size_t i = wait; i < later; ++i) {
      const Operation& operation = events[i]->operation;
      if (operation.object != reacquire.operation.second) continue;
      if (operation.kind == OperationKind::notify_all ||
          (operation.kind == OperationKind::notify_one && operation.target == reacquire.thread))
        return i;
    }
    return later;
  }

  Observed observed_;
  std::map<ThreadIndex, std::uint64_t> names_;
  std::vector<Set> before_;
};

/// Tries every choice after every class of prefixes: depth first, turning back where the prefix's class is known.
class ClassOracle : public Strategy {
 public:
  explicit ClassOracle(const Observed& observed) : digest_(observed) {}

  bool begin(std::uint64_t) override {
    depth_ = 0;
    if (!started_) return started_ = true;
    while (!path_.empty() && path_.back().taken + 1 == path_.back().options) path_.pop_back();
    if (path_.empty()) return false;
    ++path_.back().taken;
    return true;
  }
  void watch(const Trace& trace) override { trace_ = &trace; }
  /// An execution was longer than it takes: what it has told is not all.
  bool gave_up() const { return gave_up_; }
  std::size_t choose_thread(const ThreadDecision& decision) override {
    gave_up_ = gave_up_ || trace_->events.size() >= ClassDigester::events_max;
    if (gave_up_) return refuse;
    if (depth_ == path_.size() && !seen_.insert(digest_(*trace_, Extent::prefix)).second) return refuse;
    return decide(static_cast<std::uint32_t>(decision.options.size()));
  }
  std::uint32_t choose_value(const ValueDecision& decision) override { return decide(decision.options); }
  void end(const Schedule&, Step) override {}

 private:
  struct Node {
    std::uint32_t taken, options;
  };
  std::uint32_t decide(std::uint32_t options) {
    if (depth_ == path_.size()) path_.push_back({0, options});
    return path_[depth_++].taken;
  }

  ClassDigester digest_;
  const Trace* trace_ = nullptr;
  std::vector<Node> path_;
  std::size_t depth_ = 0;
  std::unordered_set<ClassDigest> seen_;
  bool started_ = false;
  bool gave_up_ = false;
};

/// The classes of executions, with how they end.
using Classes = std::set<std::pair<ClassDigest, Verdict>>;

/// All classes of a body's executions.
inline Classes classes_by_brute_force(const std::function<void()>& body, const Observed& observed = {},
                                      const ExecutionOptions& options = {},
                                      const std::function<void()>& invariant = {}) {
  const Scenario scenario{.name = "test", .body = body, .invariant = invariant};
  Execution execution(options);
  ClassOracle oracle(observed);
  ClassDigester digest(observed);
  Classes classes;
  for (std::uint64_t number = 0; oracle.begin(number); ++number) {
    const ExecutionResult result = execution.run(scenario, oracle, {});
    if (!result.diverged) classes.emplace(digest(execution.trace(), Extent::whole), result.verdict);
  }
  return classes;
}

}  // namespace snag::testing
