// Every schedule, depth first under a preemption bound that rises 0, 1, 2, ... (iterative context bounding,
// Musuvathi and Qadeer, PLDI 2007). Each schedule is executed once: a branch that would cost one preemption too many
// is kept as a prefix for the next bound. When no prefix is left, all interleavings have been seen.
#pragma once

#include "harness/strategies/strategy.h"

#include <optional>
#include <vector>

namespace snag {

/// Exhaustive search. Stateful: executions must be run one after another.
class ExhaustiveStrategy : public Strategy {
 public:
  /// Decisions remembered for the next bound (24 bytes each). A search that needs more ends with the bound under way.
  static constexpr std::size_t nodes_deferred_max = 20'000'000;

  /// bound: preemptions at most; without one the bound rises until all is explored.
  explicit ExhaustiveStrategy(std::optional<std::uint32_t> bound = std::nullopt) : bound_max_(bound) {}

  bool begin(std::uint64_t number) override;
  std::size_t choose_thread(const ThreadDecision& decision) override;
  std::uint32_t choose_value(const ValueDecision& decision) override;
  void end(const Schedule& schedule, Step points) override;

  /// The bound being explored. All schedules with fewer preemptions have been executed.
  std::uint32_t bound() const { return bound_; }
  /// Whether the choice that comes next has been made before, on the way to something new.
  bool replaying() const { return depth_ < path_.size(); }
  /// Whether begin() has answered that nothing is left, and nothing was cut off by the bound: all interleavings seen.
  bool exhausted() const { return finished_ && !cut_off_; }
  /// Whether begin() has answered that nothing is left within the bound.
  bool finished() const { return finished_; }
  /// A replayed prefix met other options than when it was found: the scenario is nondeterministic. Tells the decision, or none.
  std::optional<std::size_t> mismatch() const { return mismatch_; }

 private:
  // One decision on the current path.
  struct Node {
    std::uint32_t taken;  // option index or value
    std::uint32_t first;  // the default that was taken first
    std::uint32_t next;   // next option to try
    std::uint32_t options;
    std::uint32_t check;
    bool preempts;  // leaving the default costs one preemption
  };
  std::uint32_t decide(std::uint32_t options, std::uint32_t first, std::uint32_t check, bool preempts);
  bool backtrack();
  void defer(std::size_t depth, std::uint32_t option);

  std::vector<Node> path_;
  std::size_t depth_ = 0;  // decisions made in this execution
  std::size_t fixed_ = 0;  // nodes of a deferred prefix: not branched again
  std::uint32_t bound_ = 0;
  std::optional<std::uint32_t> bound_max_;
  std::vector<std::vector<Node>> deferred_;  // prefixes that need bound_ + 1 preemptions
  std::vector<std::vector<Node>> current_;   // prefixes of this bound still to run
  std::size_t nodes_deferred_ = 0;           // in deferred_
  bool started_ = false, finished_ = false, cut_off_ = false;
  std::optional<std::size_t> mismatch_;
};

}  // namespace snag
