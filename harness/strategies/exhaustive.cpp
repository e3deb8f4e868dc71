#include "harness/strategies/exhaustive.h"

#include <utility>

namespace snag {

// Invariant: a path begins with a prefix (fixed_ nodes) that costs exactly bound_ preemptions (none at bound 0);
// below it only branches that cost nothing are taken, and those that cost one go to deferred_. So every schedule
// is met once, at the bound that equals its preemptions.

bool ExhaustiveStrategy::begin(std::uint64_t) {
  depth_ = 0;
  if (!started_) {
    started_ = true;
    return true;
  }
  if (mismatch_) return false;
  if (backtrack()) return true;
  for (;;) {
    if (!current_.empty()) {
      path_ = std::move(current_.back());
      current_.pop_back();
      fixed_ = path_.size();
      return true;
    }
    if (deferred_.empty() || (bound_max_ && bound_ >= *bound_max_)) {
      finished_ = true;
      return false;
    }
    ++bound_;
    current_ = std::move(deferred_);
    deferred_.clear();
    nodes_deferred_ = 0;
  }
}

std::size_t ExhaustiveStrategy::choose_thread(const ThreadDecision& decision) {
  std::uint32_t first = 0;
  if (decision.current_offered)
    while (decision.options[first].thread != decision.current) ++first;
  return decide(static_cast<std::uint32_t>(decision.options.size()), first, decision.check, decision.current_offered);
}

std::uint32_t ExhaustiveStrategy::choose_value(const ValueDecision& decision) {
  return decide(decision.options, 0, decision.check, false);
}

std::uint32_t ExhaustiveStrategy::decide(std::uint32_t options, std::uint32_t first, std::uint32_t check,
                                         bool preempts) {
  const std::size_t depth = depth_++;
  if (depth < path_.size()) {
    Node& node = path_[depth];
    if (node.check != check || node.options != options) {
      mismatch_ = depth;
      return refuse;
    }
    return node.taken;
  }
  path_.push_back({first, first, 0, options, check, preempts});
  if (preempts) {
    for (std::uint32_t option = 0; option < options; ++option)
      if (option != first) defer(depth, option);
  }
  return first;
}

void ExhaustiveStrategy::defer(std::size_t depth, std::uint32_t option) {
  if (bound_max_ && bound_ >= *bound_max_) {
    cut_off_ = true;
    return;
  }
  std::vector<Node> prefix(path_.begin(), path_.begin() + static_cast<std::ptrdiff_t>(depth) + 1);
  prefix.back().taken = option;
  nodes_deferred_ += prefix.size();
  if (nodes_deferred_ > nodes_deferred_max) {
    // Too many to remember: the bound under way is still completed, and it is said that more was cut off.
    deferred_ = {};
    bound_max_ = bound_;
    cut_off_ = true;
    return;
  }
  deferred_.push_back(std::move(prefix));
}

// The next path in depth-first order that costs no further preemption; false when this prefix is done.
bool ExhaustiveStrategy::backtrack() {
  while (path_.size() > fixed_) {
    Node& node = path_.back();
    if (!node.preempts) {
      if (node.next == node.first) ++node.next;
      if (node.next < node.options) {
        node.taken = node.next++;
        return true;
      }
    }
    path_.pop_back();
  }
  return false;
}

void ExhaustiveStrategy::end(const Schedule&, Step) {
  // A path may be longer than this execution was only if the scenario is nondeterministic.
  if (depth_ < path_.size() && !mismatch_) mismatch_ = depth_;
}

}  // namespace snag
