// The interface of strategies: they answer choices, and learn from how executions ended.
#pragma once

#include "harness/trace/schedule.h"
#include "harness/trace/scheduling.h"
#include "harness/trace/trace.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace snag {

/// A thread that may go next and what it would do.
struct Option {
  ThreadIndex thread;
  const Operation* operation;
};

/// A choice between threads. There are at least two options, in thread order; spinning threads are left out
/// while others can run, so strategies need not know of spinning.
struct ThreadDecision {
  std::span<const Option> options;
  ThreadIndex current;                  ///< who ran last
  bool current_offered;                 ///< whether it is among the options: leaving it is then a preemption
  Step step;                            ///< events so far
  std::uint32_t check;                  ///< digest of the options, as Choice::check
  const ReadyThreads* ready = nullptr;  ///< where the scenario asks for scheduling by priority
};

/// A choice between values.
struct ValueDecision {
  std::uint32_t options;       ///< at least 2
  const Operation* operation;  ///< choose, notify_one (waiters by identity) or wait (0: no spurious wake-up, 1: one)
  ThreadIndex thread;
  Step step;
  std::uint32_t check;  ///< digest of the options, as Choice::check
};

/// How an execution ended, for strategies that learn from its events.
struct Ending {
  Verdict verdict;
  /// Threads that have not ended, in thread order, and what each was about to do. None of them could go, unless the
  /// verdict cut the execution short (finding, crash, step limit).
  std::span<const Option> pending;
};

/// What executions have taught: where several have learnt the same, the larger number counts.
using Learnt = std::vector<std::uint32_t>;

/// Answers the choices of executions. Executions are numbered from 0; answers depend on nothing but the seed,
/// the execution's number and what rounds before it taught.
class Strategy {
 public:
  static constexpr std::uint32_t refuse = 0xffffffff;

  Strategy() = default;
  Strategy(const Strategy&) = delete;
  Strategy& operator=(const Strategy&) = delete;
  virtual ~Strategy() = default;
  /// Prepares for execution `number`; false when there is nothing left to explore.
  virtual bool begin(std::uint64_t number) = 0;
  /// How the execution that begin() has announced must treat threads that spin. Nothing: as its options say.
  virtual std::optional<SpinRule> spinning() const { return std::nullopt; }
  /// An execution starts. Its trace grows with every event, forced ones included, and is valid until finish().
  virtual void watch(const Trace&) {}
  /// Which option's index (not thread) goes next; `refuse` ends the execution (a replay that no longer fits).
  virtual std::size_t choose_thread(const ThreadDecision& decision) = 0;
  /// Which value, below decision.options, or `refuse`.
  virtual std::uint32_t choose_value(const ValueDecision& decision) = 0;
  /// The program has ended while daemon threads were alive, and cuts them off. What each was about to do: those that
  /// could go, and those that could not.
  virtual void cut_off(std::span<const Option> /*able*/, std::span<const Option> /*unable*/) {}
  /// The execution has ended; its trace is whole. Not called when it diverged.
  virtual void finish(const Ending&) {}
  /// Tells how the execution went: its choices and how many scheduling points it had.
  virtual void end(const Schedule& schedule, Step points) = 0;

  /// What the executions since the last call of learn() have taught. It changes no answer until it is learnt.
  virtual Learnt taught() const { return {}; }
  /// From the next execution on, answers rest on this. As long as taught(), or empty: on nothing.
  virtual void learn(const Learnt&) {}
  /// Whether the execution begun last is drawn without regard to any other, so that many of them are a sample.
  virtual bool draws_independently() const { return false; }
};

}  // namespace snag
