// Parts of an exploration: what lies below a planned leaf of the wake-up tree can be explored apart from all else, since
// nothing sleeps there. A part is told by its place in the tree; what comes of it, by what it asks of nodes above. Both are plain values, so that parts can be explored anywhere, in any order, and again.
#pragma once

#include "harness/strategies/dpor_label.h"
#include "harness/strategies/dpor_plans.h"
#include "harness/trace/dependence.h"
#include "harness/trace/schedule.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace snag::dpor {

/// A number of a step on the path, from 0; also the node before that step.
using Position = std::uint32_t;
inline constexpr Position no_position = 0xffffffff;

/// A step of a path, and what else is done from the node before it.
struct PartStep {
  Label label;
  std::vector<Label> explored = {};        ///< to its left
  std::vector<PlannedLabel> pending = {};  ///< to its right
};

/// A subtree to explore, or what is left of one.
struct Part {
  Plans::Index leaf = Plans::none;  ///< of the tree above, which tells how to come there
  std::vector<PartStep> rest = {};  ///< of the path to be executed next
};

/// Something to try at a node above a part.
struct Plea {
  Position position = 0;
  std::vector<Label> labels = {};
};

/// A label above or in a part whose value was fresh, and is now known.
struct Binding {
  Position position = 0;
  Value value = no_value;
  bool chooses_thread = false;  ///< see Label
};

/// What exploring a part has come to.
struct PartResult {
  std::vector<PartStep> rest = {};  ///< None: nothing is left
  std::vector<Plea> pleas = {};
  std::vector<Binding> bindings = {};  ///< of labels above the part
};

/// Who created a thread or an object, and as which of its creations.
struct Creation {
  std::uint16_t creator = 0;  ///< a thread's name; no_thread: it is the body
  std::uint32_t nth = 0;
  auto operator<=>(const Creation&) const = default;
};

/// What names mean: the threads and objects that have been named so far, in order of their names.
struct NameTable {
  std::vector<Creation> threads = {};
  std::vector<Creation> objects = {};
};

/// Parts to explore one after another, and what is known before.
struct Task {
  std::shared_ptr<const Plans> above = {};  ///< the tree that the parts belong to, or what was known of it once
  std::vector<Part> parts = {};
  NameTable names = {};
  Observed observed = {};
  SpinRule spinning = SpinRule::at_once;
};

/// What a task has come to.
struct TaskResult {
  std::vector<PartResult> parts = {};  ///< those that were begun
  NameTable names = {};                ///< those of the task first
  /// The program observes more than was known, or spins: all that has been explored so far is void.
  bool anew = false;
  Observed observed = {};
  SpinRule spinning = SpinRule::at_once;
};

}  // namespace snag::dpor
