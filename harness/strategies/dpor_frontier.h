// What is left of an exploration by partial-order reduction when its parts are explored side by side: the upper nodes of
// the wake-up tree, with the parts below them. Parts are dealt out in rounds of tasks and merged in the order in which they
// were dealt, so that what is explored does not depend on who explores it, or when. A part that is not done after its
// share of executions comes back, and gives its upper nodes away when there are too few parts for all. That parts may be
// explored in any order rests on sleep sets: a node's are the labels to its left, explored or not.
#pragma once

#include "harness/strategies/dpor_names.h"
#include "harness/strategies/dpor_part.h"
#include "harness/strategies/dpor_plans.h"

#include <cstdint>
#include <vector>

namespace snag::dpor {

/// A task and how many executions it has at most.
struct Share {
  Task task;
  std::uint64_t executions = 0;
};

/// How parts are dealt out. Does not change what is explored but in which order, and with which representatives.
struct Dealing {
  // A round is half of what has been explored, so that there are few of them and none is long before much is known.
  std::uint64_t round_least = 256, round_most = 16'384;  ///< executions
  std::uint64_t task_least = 64;                         ///< executions
  std::uint64_t tasks_most = 32;                         ///< in a round
  std::size_t parts_most = 16;                           ///< in a task: some are small
};

/// The upper part of a wake-up tree.
class Frontier {
 public:
  explicit Frontier(const Dealing& dealing = {}) : dealing_(dealing) { begin_anew(); }

  /// Whether nothing is left.
  bool is_done() const;
  /// The next round: at least one task, unless nothing is left. All of them must be merged before the next call.
  /// executions: those that the tasks together may have, at least 1.
  std::vector<Share> deal(std::uint64_t executions);
  /// Takes in what a task of the round has come to, and how many executions it took. Tasks are merged in order.
  /// False: all that has been explored so far is void, and what is left of the round, too.
  bool merge(TaskResult result, std::uint64_t executions);
  /// Part of the exploration that is done, 0 to 1, as far as it is known.
  double explored() const;
  /// Parts that have been merged, finished or not.
  std::uint64_t parts() const { return parts_; }

 private:
  using Index = Plans::Index;
  static constexpr Index none = Plans::none;
  enum class State : std::uint8_t {
    leaf,   // a part that is not finished
    inner,  // its children are what there is
    done,   // with all below it
  };
  // What is known of a node besides its plan.
  struct Node {
    State state = State::leaf;
    std::vector<PartStep> rest;  // of a part: what is left, if it has been begun
  };

  void begin_anew();
  Index add(Index above, const Label& label);
  void adopt(Index plan);
  Node& node(Index index);
  std::vector<Index> leaves() const;
  bool split(Index leaf);
  void merge(Index leaf, PartResult result);
  void insert(const std::vector<Index>& path, const Plea& plea);
  void finish(Index index);
  void prune();
  void translate(TaskResult& result);
  static double explored_of(const std::vector<PartStep>& rest);

  Dealing dealing_;
  Plans plans_;
  std::vector<Node> nodes_;  // by index of the plan
  Index root_ = none;
  Names names_;
  Observed observed_;
  SpinRule spinning_ = SpinRule::at_once;
  std::uint64_t executions_ = 0;  // merged, since it began anew
  std::uint64_t parts_ = 0;
  std::vector<std::vector<Index>> round_;  // the parts of its tasks
  std::size_t merged_ = 0;                 // tasks of the round
  Insertion insertion_;
};

}  // namespace snag::dpor
