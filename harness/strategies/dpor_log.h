// The steps of the execution under way, with their vector clocks, and the races among them: pairs of steps that could
// have come in the other order. Kept for the prefix that one execution shares with the next; only what lies beyond is
// computed anew. Happens-before here is that of partial-order reduction (harness/trace/dependence.h): the order of
// dependent steps, and what enables what.
#pragma once

#include "harness/strategies/dpor_tree.h"
#include "harness/trace/operation.h"

#include <cstdint>
#include <span>
#include <vector>

namespace snag::dpor {

/// A step by its thread and its number among that thread's steps, from 1.
struct StepName {
  std::uint16_t thread;
  std::uint32_t nth;
};

/// A step as it was executed, or is about to be.
struct Step {
  Label label;
  OperationKind kind = OperationKind::begin;
  bool success = true;
  bool value_depends = false;  ///< executed elsewhere it may choose among other values, or have none to choose
  /// Of the label's places, as bits: those that others may now find changed, and those of which the thread waited for a
  /// change. It waits for a change of any.
  std::uint16_t changed = 0;
  std::uint16_t awaited = 0;
  std::uint8_t own = 0;  ///< the label's places that it touches itself come first; those after them are only awaited
  std::uint64_t before = 0;
  std::uint64_t after = 0;
  std::uint64_t argument = 0;
  std::int64_t limit = 0;  ///< of a queue or a breakable barrier
};

/// Two steps that could come in the other order, or a step that could have chosen another value.
struct Race {
  Position first;                  ///< what the second would come before
  Position second;                 ///< the same as first: another value
  Value value = no_value;          ///< the other value
  std::uint32_t others_begin = 0;  ///< what must give way together with first (readers before a writer)
  std::uint32_t others_end = 0;
  bool settled = false;  ///< the tree has what it asks for, however executions that begin alike go on
};

/// The log.
class EventLog {
 public:
  Position size() const { return static_cast<Position>(steps_.size()); }
  const Step& step(Position position) const { return steps_[position].step; }
  /// Forgets the steps from `size` on.
  void truncate(Position size);
  /// Takes in the next step. enablers: steps without which it could not have been executed, besides the thread's own.
  /// alternatives: the other values that it could have chosen.
  void append(const Step& step, std::span<const StepName> enablers, std::span<const Value> alternatives);
  /// Takes in what a thread was about to do when it was stopped, after `until` steps, for races with it. It is no step.
  void append_pending(const Step& step, std::span<const StepName> enablers, Position until);

  /// The races of the steps, in order of their second, then those of the pending ones.
  std::span<Race> races() { return races_; }
  /// What to try in place of race.first. Valid until the log changes.
  void wish_for(const Race& race, Wish& wish);
  /// Whether a step happens before the one at `position`.
  bool ordered(const StepName& earlier, Position position) const {
    return clock(position)[earlier.thread] >= earlier.nth;
  }
  /// A digest of all steps' classes: equal for executions that differ in the order of independent steps only.
  std::uint64_t digest() const;

 private:
  struct Entry {
    Step step;
    std::uint32_t nth;
    Position previous;  // the thread's previous step
    std::uint32_t enablers_begin, enablers_end;
  };
  // An object's use by one step.
  struct Touch {
    Position position;
    std::uint32_t last_write;  // number of the last touch before this one that wrote; none: there is none
    std::int64_t state;        // of the object, after it
    bool write;
    bool changed;
    bool own;
  };
  // From a reader's lock to its unlock.
  struct Session {
    Position begin;
    Position end;  // no_position: not yet
    bool removed;
  };
  static constexpr std::uint32_t none = 0xffffffff;
  using Clock = std::uint32_t*;

  Clock clock(Position position) { return clocks_.data() + std::size_t{position} * stride_; }
  const std::uint32_t* clock(Position position) const { return clocks_.data() + std::size_t{position} * stride_; }
  bool precedes(Position position, const std::uint32_t* later) const {
    const Entry& entry = steps_[position];
    return later[entry.step.label.thread] >= entry.nth;
  }
  void join(Clock into, const std::uint32_t* from) const;
  void make_room(std::uint32_t threads);
  void base_of(Position position, Clock base) const;
  void add_enablers(Clock base, std::span<const StepName> enablers) const;
  void find_races(const Step& step, Position position, const std::uint32_t* base);
  void find_partners(const Step& step, const std::uint32_t* base);
  bool possible_before(const Step& step, Position removed, const std::uint32_t* base) const;
  void enter(const Entry& entry, Position position);
  std::span<const Touch> touches_of(Name object) const;
  std::int64_t state_before(std::span<const Touch> touches, std::size_t touch) const;
  bool race_with_readers(const Step& step, Position position, const std::uint32_t* base);
  bool remove_readers(Position first, const std::uint32_t* base);
  void add_group_race(Position position);

  std::vector<Entry> steps_;
  std::vector<std::uint32_t> clocks_;  // one row for each step, then one for each pending step (its base)
  std::uint32_t stride_ = 8;
  std::vector<std::vector<Touch>> objects_;     // by name
  std::vector<std::vector<Position>> threads_;  // their steps, by name
  std::vector<StepName> enablers_;
  std::vector<Position> others_;
  std::vector<Race> races_;
  std::vector<Step> pending_;
  std::vector<Position> candidates_, partners_;
  std::vector<Session> sessions_;
  Position until_ = no_position;  // races are looked for among the steps before it
  Label moved_;                   // the first label of a wish that is not a step's
};

}  // namespace snag::dpor
