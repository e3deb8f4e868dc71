// The wake-up tree of optimal partial-order reduction (Abdulla, Aronsson, Jonsson, Sagonas, JACM 2017), explored depth
// first: the path under way, the subtrees that wait to its right, and for each node of the path its sleep set, what
// has been explored from there and need not be again. A planned leaf has an empty sleep set, so no execution is in vain.
// What lies below such a leaf can be explored apart from all else: it is a part, and a tree may be that of a part only.
#pragma once

#include "harness/strategies/dpor_label.h"
#include "harness/strategies/dpor_part.h"
#include "harness/strategies/dpor_plans.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace snag::dpor {

/// A sequence to be tried at a node. Only its first `settled` labels are the same whenever the race that asks for it
/// is met again on the same path; those after them depend on how the execution went on.
struct Wish {
  std::vector<const Label*> labels;
  std::size_t settled = 0;
};

/// The tree. The path's first planned() labels are to be executed; extend() adds what is executed beyond.
class WakeupTree {
 public:
  /// Begins to explore a part of the tree above. advance() comes next.
  void take_up(const Part& part, const std::shared_ptr<const Plans>& above);
  /// What is left of the part, after an execution and what it has asked for. The tree is of no use until the next
  /// take_up().
  PartResult hand_back();

  /// The next path, one that shares as long a prefix with the last as any; false when nothing is left.
  bool advance();
  /// Labels that the path shares with the one before.
  Position shared() const { return shared_; }
  Position planned() const { return planned_; }
  Position size() const { return static_cast<Position>(path_.size()); }
  const Label& label(Position position) const { return path_[position].label; }
  /// Fixes the value of a label that was fresh, now that it has been executed.
  void bind(Position position, Value value);
  /// The plan cannot be followed beyond `position`: forgets the rest of it, and what waits beside it.
  void cut(Position position);
  /// One more step was executed beyond the plan.
  void extend(const Label& label);
  /// Whether the label is asleep at the path's end: what starts with it has been explored.
  bool asleep(const Label& label) const;
  bool anybody_asleep() const { return next_sleepers_ != sleepers_.size(); }

  /// Plans that what the wish leads to is explored from the node before the step at `position`, unless it has been or
  /// will be; where that node belongs to others, they will be asked. Returns true if the answer would be "it has been or
  /// will be", with no change, for every wish that has the same settled labels, as long as the path up to there is the
  /// same.
  bool insert(Position position, const Wish& wish);

  /// How much of the tree has been explored, as far as it is known: 0 to 1, each subtree of a node taken as equal.
  double explored() const;

 private:
  // A node of the path: the step that leaves it, and what else has been or will be done from it.
  struct Node {
    Label label;                    // under way
    std::uint32_t sleep_begin = 0;  // its sleep set lies in sleepers_; the labels explored from here are its last
    std::uint32_t sleep_end = 0;
    std::uint32_t explored = 0;
    Plans::Siblings pending;
  };

  void push(const Label& label);
  void enter_sleep();
  void plead(Position position, const Wish& wish);

  std::vector<Node> path_;
  std::vector<Label> sleepers_;      // of all nodes of the path, then of its end
  std::uint32_t next_sleepers_ = 0;  // where those of the path's end begin
  Plans plans_;
  Position shared_ = 0, planned_ = 0;
  bool started_ = false;
  Insertion insertion_;
  // Of a part.
  std::shared_ptr<const Plans> above_;
  std::vector<Plans::Index> way_;  // the nodes above it
  Position given_ = 0;             // their number: steps of the path that are not the part's own
  bool astray_ = false;            // it could not even follow those
  std::vector<Plea> pleas_;
  std::vector<Binding> bindings_;
};

}  // namespace snag::dpor
