// Parts of an exploration: what lies below a planned leaf of the wake-up tree can be explored apart from all else, since
// nothing sleeps there. A part is told by the path that leads to it; what comes of it is told by what it asks of nodes
// above. Both are plain values, so that parts can be explored anywhere, in any order, and again.
#pragma once

#include "harness/strategies/dpor_label.h"
#include "harness/trace/dependence.h"
#include "harness/trace/schedule.h"

#include <cstdint>
#include <vector>

namespace snag::dpor {

/// A number of a step on the path, from 0; also the node before that step.
using Position = std::uint32_t;
inline constexpr Position no_position = 0xffffffff;

/// A label of a planned tree, told in prefix order.
struct PlannedLabel {
  Label label;
  std::uint32_t children = 0;
};

/// A step of a path, and what else is done from the node before it.
struct PartStep {
  Label label;
  std::vector<Label> explored = {};        ///< to its left
  std::vector<PlannedLabel> pending = {};  ///< to its right
};

/// A subtree to explore, or what is left of one.
struct Part {
  std::vector<PartStep> path = {};  ///< to be executed next
  Position given = 0;               ///< its first steps, which lead to the part. What is to their right others explore
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
  std::vector<PartStep> rest = {};  ///< of its path, those not given. None: nothing is left
  std::vector<Plea> pleas = {};
  std::vector<Binding> bindings = {};  ///< of given labels
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
