#include "harness/strategies/dpor_plans.h"

#include <algorithm>
#include <utility>

namespace snag::dpor {

namespace {

// Sleepers that depend on what is executed wake up.
void wake(std::vector<const Label*>& sleep, const Label& executed) {
  std::erase_if(sleep, [&](const Label* sleeper) { return dependent(*sleeper, executed); });
}

}  // namespace

Plans::Index Plans::add(const Label& label) {
  Index index = free_;
  if (index == none) {
    index = static_cast<Index>(nodes_.size());
    nodes_.emplace_back();
  } else {
    free_ = nodes_[index].next;
  }
  nodes_[index] = {label, {}, none, none};
  return index;
}

void Plans::append(Siblings& siblings, Index node) {
  if (siblings.empty())
    siblings.first = node;
  else
    nodes_[siblings.last].next = node;
  siblings.last = node;
}

void Plans::append_below(Index above, Index node) {
  append(nodes_[above].children, node);
  nodes_[node].above = above;
}

std::vector<Plans::Index> Plans::path_to(Index node) const {
  std::vector<Index> path;
  for (; nodes_[node].above != none; node = nodes_[node].above) path.push_back(node);
  std::ranges::reverse(path);
  return path;
}

void Plans::release(Index index) {
  nodes_[index].children = {};
  nodes_[index].next = free_;
  free_ = index;
}

void Plans::release_all(Siblings& siblings) {
  walk(std::exchange(siblings, {}).first, [&](Index node, std::size_t) { release(node); });
}

Plans::Place Plans::find(Index from, Insertion& insertion) const {
  std::vector<const Label*>& rest = insertion.rest;
  bool all_settled = true;  // every answer so far came from settled labels
  Index above = none;
  for (Index child = from;;) {
    Standing found{Standing::Kind::conflicting, 0};
    for (; child != none; child = nodes_[child].next) {
      found = standing(nodes_[child].label, rest);
      if (found.at >= insertion.settled) all_settled = false;
      if (found.kind != Standing::Kind::conflicting) break;
      insertion.sleep.push_back(&nodes_[child].label);
    }
    if (child == none) return {false, false, above};
    if (found.kind == Standing::Kind::initial) {
      rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(found.at));
      if (found.at < insertion.settled) --insertion.settled;
    }
    wake(insertion.sleep, nodes_[child].label);
    above = child;
    child = nodes_[above].children.first;
    if (child == none || insertion.sleep.empty()) return {true, all_settled, above};
    if (rest.empty()) return {true, false, above};
  }
}

std::size_t Plans::length_needed(Insertion& insertion) {
  std::size_t length = 0;
  while (length < insertion.rest.size() && (length == 0 || !insertion.sleep.empty()))
    wake(insertion.sleep, *insertion.rest[length++]);
  return length;
}

void Plans::tell(const Siblings& siblings, std::vector<PlannedLabel>& labels) const {
  std::vector<std::size_t> above;  // where in the list the nodes above stand
  walk(siblings.first, [&](Index node, std::size_t depth) {
    above.resize(depth);
    if (depth > 0) ++labels[above.back()].children;
    above.push_back(labels.size());
    labels.push_back({nodes_[node].label, 0});
  });
}

Plans::Siblings Plans::make(std::span<const PlannedLabel> labels) {
  struct Open {
    Index node;
    std::uint32_t children_left;
  };
  Siblings made;
  std::vector<Open> open;
  for (const PlannedLabel& label : labels) {
    while (!open.empty() && open.back().children_left == 0) open.pop_back();
    const Index node = add(label.label);
    if (open.empty()) {
      append(made, node);
    } else {
      --open.back().children_left;
      append_below(open.back().node, node);
    }
    open.push_back({node, label.children});
  }
  return made;
}

}  // namespace snag::dpor
