// Planned nodes of wake-up trees, and the one walk through them: down to where a sequence is covered, or has to be added.
#pragma once

#include "harness/strategies/dpor_label.h"

#include <cstdint>
#include <span>
#include <vector>

namespace snag::dpor {

/// A sequence on its way down: what is left of it, and what sleeps where it has got to.
struct Insertion {
  std::vector<const Label*> rest;
  std::vector<const Label*> sleep;
  std::size_t settled = 0;  ///< labels at the beginning of `rest` that are the same on every such way
};

/// A label of a planned tree, told in prefix order.
struct PlannedLabel {
  Label label;
  std::uint32_t children = 0;
};

/// A store of planned nodes, each reached by a label from the node above. Children are in order.
class Plans {
 public:
  using Index = std::uint32_t;
  static constexpr Index none = 0xffffffff;

  struct Siblings {
    Index first = none, last = none;
    bool empty() const { return first == none; }
  };
  struct Node {
    Label label;
    Siblings children;
    Index next = none;
    Index above = none;  ///< if append_below() has put it there
  };
  /// Where a walk has ended.
  struct Place {
    bool covered;
    bool settled;  ///< covered because of settled labels alone
    Index above;   ///< not covered: the node below which a branch is missing; none: the siblings walked along first
  };

  Node& operator[](Index index) { return nodes_[index]; }
  const Node& operator[](Index index) const { return nodes_[index]; }
  /// A node that nobody is above of yet. References to nodes die.
  Index add(const Label& label);
  /// Puts a node after the last of the siblings, or the last child.
  void append(Siblings& siblings, Index node);
  void append_below(Index above, Index node);
  /// From below the root to a node.
  std::vector<Index> path_to(Index node) const;
  /// Gives a node back, which nothing is below.
  void release(Index node);
  /// Gives back the siblings and all below them.
  void release_all(Siblings& siblings);
  /// Calls visit(node, depth) for a node, its siblings to the right and all below them, in prefix order: trees may be
  /// deep, so it does not recurse. The node may be changed, and given back.
  template <class Visit>
  void walk(Index first, Visit visit) const {
    for (std::vector<Index> ways{first}; !ways.empty();) {
      const Index node = ways.back();
      if (node == none) {
        ways.pop_back();
        continue;
      }
      const Index below = nodes_[node].children.first;
      ways.back() = nodes_[node].next;
      visit(node, ways.size() - 1);
      ways.push_back(below);
    }
  }

  /// Walks down from a node, along its children that begin with `from`. Leaves what is left in the insertion.
  Place find(Index from, Insertion& insertion) const;
  /// How many labels of the insertion a branch needs: from where nobody sleeps, whatever is executed is new.
  static std::size_t length_needed(Insertion& insertion);

  /// The siblings and all below them, in prefix order.
  void tell(const Siblings& siblings, std::vector<PlannedLabel>& labels) const;
  /// The same, the other way.
  Siblings make(std::span<const PlannedLabel> labels);

  /// All nodes, for the archive.
  std::vector<Node>& nodes() { return nodes_; }

 private:
  std::vector<Node> nodes_;
  Index free_ = none;
};

}  // namespace snag::dpor
