#include "harness/campaign/confirm.h"

#include "harness/strategies/priority.h"
#include "harness/strategies/random_numbers.h"
#include "harness/strategies/replay.h"

#include <algorithm>
#include <vector>

namespace snag {

namespace {

bool writes(OperationKind kind) {
  return kind == OperationKind::write || kind == OperationKind::store || kind == OperationKind::read_modify_write ||
         kind == OperationKind::compare_exchange;
}

std::size_t index_of(const ThreadDecision& decision, ThreadIndex thread) {
  for (std::size_t i = 0; i < decision.options.size(); ++i)
    if (decision.options[i].thread == thread) return i;
  return decision.options.size();
}

// The step at which the thread took the first of the locks that it holds at `step`; `step` itself if none.
Step first_lock_held(const Trace& trace, ThreadIndex thread, Step step) {
  struct Held {
    ObjectIndex lock;
    Step since;
    int count;
  };
  std::vector<Held> held;
  const auto find = [&](ObjectIndex lock) { return std::ranges::find(held, lock, &Held::lock); };
  for (Step i = 0; i < step; ++i) {
    const Event& event = trace.events[i];
    if (event.thread != thread || event.phase != Phase::done) continue;
    const Operation& operation = event.operation;
    const auto levels = static_cast<int>(levels_of(event));
    const auto release = [&](ObjectIndex lock) {
      if (const auto entry = find(lock); entry != held.end() && (entry->count -= levels) <= 0) held.erase(entry);
    };
    switch (operation.kind) {
      case OperationKind::lock:
      case OperationKind::try_lock:
      case OperationKind::lock_shared:
      case OperationKind::try_lock_shared:
      case OperationKind::reacquire:
        if (!event.success) break;
        if (const auto entry = find(operation.object); entry != held.end())
          entry->count += levels;
        else
          held.push_back({operation.object, i, levels});
        break;
      case OperationKind::unlock:
      case OperationKind::unlock_shared: release(operation.object); break;
      case OperationKind::wait: release(operation.second); break;
      default: break;
    }
  }
  Step first = step;
  for (const Held& entry : held) first = std::min(first, entry.since);
  return first;
}

// How many writes a thread makes at a place, of whatever, in the steps from `begin` on, up to `end` and with it.
std::size_t count_writes(const Trace& trace, ThreadIndex thread, const void* place, Step begin, Step end) {
  std::size_t count = 0;
  for (Step i = begin; i <= end; ++i) {
    const Event& event = trace.events[i];
    if (event.thread == thread && event.phase == Phase::done && event.success && writes(event.operation.kind) &&
        event.operation.place == place)
      ++count;
  }
  return count;
}

// How far the serialised run has come. The strategy steers by it, the probe moves it on.
struct Serialisation {
  enum class Stage { prefix, other_first, reader_after, done } stage = Stage::prefix;
  ThreadIndex reader, other;
  ObjectIndex variable;
  const void* other_place;
  const void* reader_place;
  Step from;                                          // first step that is not replayed
  std::size_t nth;                                    // of the reader's writes there from `from` on: the one meant
  std::optional<std::uint64_t> value = std::nullopt;  // of the variable, last written from `from` on
};

// Replays the prefix, then holds the reader back until the other thread has written, then prefers the reader.
class SerialisedStrategy : public Strategy {
 public:
  SerialisedStrategy(const Schedule& prefix, const Serialisation& state)
      : replay_(prefix, Comparison::full, &after_), after_(state) {}
  bool begin(std::uint64_t number) override { return replay_.begin(number); }
  std::size_t choose_thread(const ThreadDecision& decision) override { return replay_.choose_thread(decision); }
  std::uint32_t choose_value(const ValueDecision& decision) override { return replay_.choose_value(decision); }
  void end(const Schedule&, Step) override {}

 private:
  class Steering : public Strategy {
   public:
    explicit Steering(const Serialisation& state) : state_(state) {}
    bool begin(std::uint64_t) override { return true; }
    std::size_t choose_thread(const ThreadDecision& decision) override {
      if (state_.stage == Serialisation::Stage::done) return refuse;
      const bool other_first = state_.stage != Serialisation::Stage::reader_after;
      const std::size_t preferred = index_of(decision, other_first ? state_.other : state_.reader);
      if (preferred < decision.options.size()) return preferred;
      for (std::size_t i = 0; i < decision.options.size(); ++i)
        if (!other_first || decision.options[i].thread != state_.reader) return i;
      return 0;
    }
    std::uint32_t choose_value(const ValueDecision&) override { return 0; }
    void end(const Schedule&, Step) override {}

   private:
    const Serialisation& state_;
  };
  ReplayStrategy replay_;
  Steering after_;
};

class SerialisationProbe : public Checker {
 public:
  explicit SerialisationProbe(Serialisation& state) : state_(state) {}
  void begin() override {}
  void observe(const Event& event, const Observation&, Findings& findings) override {
    using Stage = Serialisation::Stage;
    if (event.phase != Phase::done || event.step < state_.from || state_.stage == Stage::done) return;
    const Operation& operation = event.operation;
    const bool is_by_reader = event.thread == state_.reader;
    if (!writes(operation.kind) || !event.success) {
      if (operation.kind == OperationKind::end && is_by_reader) finish(findings);
      return;
    }
    const bool is_the_write = is_by_reader && operation.place == state_.reader_place && ++reader_writes_ == state_.nth;
    if (operation.object == state_.variable) {
      state_.value = event.after;
      if (event.thread == state_.other && operation.place == state_.other_place) state_.stage = Stage::reader_after;
    } else if (is_the_write) {
      // What it read led it elsewhere: what it may write to the variable later on is another write.
      state_.stage = Stage::prefix;
    }
    // The reader wrote: after the other thread, as wanted, or before it, and then nothing is shown.
    if (is_the_write) finish(findings);
  }
  void finish(const Outcome&, const Observation&, Findings&) override {}

 private:
  void finish(Findings& findings) {
    ended_after_other_ = state_.stage == Serialisation::Stage::reader_after;
    state_.stage = Serialisation::Stage::done;
    Finding stop;
    stop.stops_execution = true;
    findings.push_back(stop);
  }
  Serialisation& state_;
  std::size_t reader_writes_ = 0;

 public:
  bool ended_after_other_ = false;
};

}  // namespace

bool confirm_lost_update(Execution& execution, const Scenario& scenario, const Finding& candidate, const Trace& trace,
                         const Schedule& schedule) {
  const Event& read = trace.events[candidate.steps[0]];
  const Event& foreign = trace.events[candidate.steps[1]];
  const Event& overwrite = trace.events[candidate.steps[2]];
  Serialisation state{.reader = read.thread,
                      .other = foreign.thread,
                      .variable = read.operation.object,
                      .other_place = foreign.operation.place,
                      .reader_place = overwrite.operation.place,
                      .from = first_lock_held(trace, read.thread, read.step),
                      .nth = 0};
  state.nth = count_writes(trace, read.thread, state.reader_place, state.from, overwrite.step);
  Schedule prefix;
  for (const Choice& choice : schedule)
    if (choice.step < state.from) prefix.push_back(choice);
  SerialisedStrategy strategy(prefix, state);
  std::vector<std::unique_ptr<Checker>> probes;
  probes.push_back(std::make_unique<SerialisationProbe>(state));
  strategy.begin(0);
  execution.run(scenario, strategy, probes);
  const auto& probe = static_cast<const SerialisationProbe&>(*probes.front());
  // Wrote something else, or left the other's value standing where it had been overwritten with another.
  return probe.ended_after_other_ && state.value.has_value() && *state.value != overwrite.after;
}

// ---- Lock-order cycles -----------------------------------------------------------------------------------------

namespace {

// One thread of the cycle, told by identities, since numbers may differ from execution to execution.
struct Member {
  std::vector<std::uint32_t> path;                            // nth spawns from T0
  std::pair<std::vector<std::uint32_t>, std::uint32_t> held;  // creator's path, nth; and the kind is a mutex's
  std::pair<std::vector<std::uint32_t>, std::uint32_t> wanted;
  ThreadIndex thread = no_thread;  // in the execution under way
  bool holds = false;
};

std::vector<std::uint32_t> path_of(const Trace& trace, ThreadIndex thread) {
  std::vector<std::uint32_t> path;
  for (; thread != 0 && thread < trace.threads.size(); thread = trace.threads[thread].parent)
    path.push_back(trace.threads[thread].nth);
  return path;
}

std::pair<std::vector<std::uint32_t>, std::uint32_t> identity_of(const Trace& trace, ObjectIndex object) {
  const ObjectInfo& info = trace.objects[object];
  return {path_of(trace, info.creator), info.nth};
}

bool may_wait_for_lock(OperationKind kind) {
  return kind == OperationKind::lock || kind == OperationKind::lock_shared || kind == OperationKind::line_up;
}

// Follows who of the cycle holds its lock.
class CycleProbe : public Checker {
 public:
  explicit CycleProbe(std::vector<Member>& members) : members_(members) {}
  void begin() override {
    for (Member& member : members_) {
      member.thread = no_thread;
      member.holds = false;
    }
  }
  void observe(const Event& event, const Observation& seen, Findings&) override {
    if (event.phase != Phase::done) return;
    switch (event.operation.kind) {
      case OperationKind::begin:
        for (Member& member : members_)
          if (member.path == path_of(seen.trace, event.thread)) member.thread = event.thread;
        break;
      case OperationKind::lock:
      case OperationKind::try_lock:
      case OperationKind::lock_shared:
      case OperationKind::try_lock_shared:
      case OperationKind::reacquire: note(event, seen.trace, event.operation.object, event.success); break;
      case OperationKind::unlock:
      case OperationKind::unlock_shared: note(event, seen.trace, event.operation.object, false); break;
      case OperationKind::wait: note(event, seen.trace, event.operation.second, false); break;
      default: break;
    }
    trace_ = &seen.trace;
  }
  void finish(const Outcome&, const Observation&, Findings&) override {}

  // Whether the thread is in position: it holds its lock and is about to take the next one's.
  bool in_position(const Option& option) const {
    for (const Member& member : members_)
      if (member.thread == option.thread && member.holds && may_wait_for_lock(option.operation->kind))
        return identity_of(*trace_, option.operation->object) == member.wanted;
    return false;
  }
  bool is_member(ThreadIndex thread) const {
    return std::ranges::any_of(members_, [&](const Member& member) { return member.thread == thread; });
  }

 private:
  void note(const Event& event, const Trace& trace, ObjectIndex lock, bool holds) {
    if (lock == no_object) return;
    for (Member& member : members_)
      if (member.thread == event.thread && identity_of(trace, lock) == member.held) member.holds = holds;
  }
  std::vector<Member>& members_;
  const Trace* trace_ = nullptr;
};

// Holds back those in position; prefers other members of the cycle, so that they get there too.
class HuntingStrategy : public Strategy {
 public:
  explicit HuntingStrategy(const CycleProbe& probe) : probe_(probe) {}
  bool begin(std::uint64_t number) override {
    numbers_ = RandomNumbers(0x68756E74, number);
    return true;
  }
  std::size_t choose_thread(const ThreadDecision& decision) override {
    members_.clear();
    others_.clear();
    for (std::size_t i = 0; i < decision.options.size(); ++i) {
      const Option& option = decision.options[i];
      if (probe_.in_position(option)) continue;
      (probe_.is_member(option.thread) ? members_ : others_).push_back(i);
    }
    const bool members = others_.empty() || (!members_.empty() && numbers_.chance(0.8));
    const std::vector<std::size_t>& from = members ? members_ : others_;
    if (from.empty()) return numbers_.below(static_cast<std::uint32_t>(decision.options.size()));
    return from[numbers_.below(static_cast<std::uint32_t>(from.size()))];
  }
  std::uint32_t choose_value(const ValueDecision& decision) override { return numbers_.below(decision.options); }
  void end(const Schedule&, Step) override {}

 private:
  const CycleProbe& probe_;
  RandomNumbers numbers_;
  std::vector<std::size_t> members_, others_;
};

// Runs another's checkers with one's own probe in front.
class Borrowed : public Checker {
 public:
  explicit Borrowed(Checker& checker) : checker_(checker) {}
  void begin() override { checker_.begin(); }
  void observe(const Event& event, const Observation& seen, Findings& findings) override {
    checker_.observe(event, seen, findings);
  }
  void finish(const Outcome& outcome, const Observation& seen, Findings& findings) override {
    checker_.finish(outcome, seen, findings);
  }

 private:
  Checker& checker_;
};

}  // namespace

Hunt hunt_lock_order(Execution& execution, const Scenario& scenario, std::span<const std::unique_ptr<Checker>> checkers,
                     const Finding& predicted, const Trace& trace, std::uint64_t executions_max) {
  std::vector<Member> members;
  const std::size_t count = predicted.threads.size();
  for (std::size_t i = 0; i < count; ++i)
    members.push_back({.path = path_of(trace, predicted.threads[i]),
                       .held = identity_of(trace, predicted.objects[i]),
                       .wanted = identity_of(trace, predicted.objects[(i + 1) % count])});
  std::vector<std::unique_ptr<Checker>> watching;
  watching.push_back(std::make_unique<CycleProbe>(members));
  for (const auto& checker : checkers) watching.push_back(std::make_unique<Borrowed>(*checker));
  // A deadlock that the scenario's scheduling does not allow would confirm nothing.
  const std::unique_ptr<Strategy> strategy = keep_within(
      scenario.scheduling, std::make_unique<HuntingStrategy>(static_cast<const CycleProbe&>(*watching.front())));
  Hunt hunt;
  while (hunt.executions < executions_max && !hunt.deadlocked) {
    strategy->begin(hunt.executions++);
    hunt.result = execution.run(scenario, *strategy, watching);
    for (const Finding& finding : hunt.result.findings)
      hunt.deadlocked =
          hunt.deadlocked || (finding.checker == "wait-cycle" && finding.certainty == Certainty::happened);
  }
  return hunt;
}

}  // namespace snag
