#include "harness/strategies/dpor_tree.h"

#include <algorithm>

namespace snag::dpor {

namespace {

using Kind = Standing::Kind;

// Sleepers that depend on what is executed wake up.
void wake(std::vector<const Label*>& sleep, const Label& executed) {
  std::erase_if(sleep, [&](const Label* sleeper) { return dependent(*sleeper, executed); });
}

}  // namespace

bool WakeupTree::advance() {
  if (!started_) {
    started_ = true;
    return true;
  }
  for (; !path_.empty(); path_.pop_back()) {
    Node& node = path_.back();
    if (node.first_pending == none) continue;
    sleepers_.resize(node.sleep_end);
    sleepers_.push_back(node.label);
    ++node.sleep_end;
    ++node.explored;

    Index next = node.first_pending;
    node.first_pending = planned_nodes_[next].next;
    if (node.first_pending == none) node.last_pending = none;
    node.label = planned_nodes_[next].label;
    shared_ = size() - 1;
    enter_sleep();
    for (;;) {
      const Index children = planned_nodes_[next].first_child;
      const Index last_child = planned_nodes_[next].last_child;
      planned_nodes_[next].first_child = none;
      planned_nodes_[next].next = none;
      release(next);
      if (children == none) break;
      next = children;
      const Index siblings = planned_nodes_[next].next;
      push(planned_nodes_[next].label);
      path_.back().first_pending = siblings;
      path_.back().last_pending = siblings == none ? none : last_child;
    }
    planned_ = size();
    return true;
  }
  return false;
}

// The sleep set of the path's end: what its last node had asleep and its step did not wake.
void WakeupTree::enter_sleep() {
  const Node& node = path_.back();
  sleepers_.resize(node.sleep_end);
  next_sleepers_ = node.sleep_end;
  for (std::uint32_t i = node.sleep_begin; i < node.sleep_end; ++i)
    if (!dependent(sleepers_[i], node.label)) sleepers_.push_back(Label(sleepers_[i]));
}

void WakeupTree::push(const Label& label) {
  Node& node = path_.emplace_back();
  node.label = label;
  node.sleep_begin = next_sleepers_;
  node.sleep_end = static_cast<std::uint32_t>(sleepers_.size());
  enter_sleep();
}

void WakeupTree::extend(const Label& label) { push(label); }

bool WakeupTree::asleep(const Label& label) const {
  for (std::size_t i = next_sleepers_; i < sleepers_.size(); ++i)
    if (sleepers_[i].thread == label.thread && match(sleepers_[i], label)) return true;
  return false;
}

void WakeupTree::cut(Position position) {
  while (size() > position) {
    for (Index pending = path_.back().first_pending; pending != none;) {
      const Index next = planned_nodes_[pending].next;
      release(pending);
      pending = next;
    }
    path_.pop_back();
  }
  planned_ = position;
  if (path_.empty()) {
    sleepers_.clear();
    next_sleepers_ = 0;
  } else {
    enter_sleep();
  }
}

WakeupTree::Index WakeupTree::make(const Label& label) {
  Index index = free_;
  if (index == none) {
    index = static_cast<Index>(planned_nodes_.size());
    planned_nodes_.emplace_back();
  } else {
    free_ = planned_nodes_[index].next;
  }
  planned_nodes_[index] = {label};
  return index;
}

// With all its children.
void WakeupTree::release(Index index) {
  for (Index child = planned_nodes_[index].first_child; child != none;) {
    const Index next = planned_nodes_[child].next;
    release(child);
    child = next;
  }
  planned_nodes_[index].next = free_;
  free_ = index;
}

bool WakeupTree::insert(Position position, const Wish& wish) {
  const Node& node = path_[position];
  std::size_t settled = wish.settled;
  bool all_settled = true;  // every answer so far came from settled labels
  rest_.assign(wish.labels.begin(), wish.labels.end());
  sleep_.clear();

  for (std::uint32_t i = node.sleep_begin; i < node.sleep_end; ++i) {
    const Standing sleeper = standing(sleepers_[i], rest_);
    if (sleeper.kind != Kind::conflicting) return sleeper.kind == Kind::initial && sleeper.at < settled;
    sleep_.push_back(&sleepers_[i]);
  }
  sleep_.push_back(&node.label);

  // Down the tree, from the siblings to the right of the step under way.
  Index above = none;  // the planned node whose children are looked at; none: those of `node`
  for (;;) {
    Index child = above == none ? node.first_pending : planned_nodes_[above].first_child;
    Standing found{Kind::conflicting, 0};
    for (; child != none; child = planned_nodes_[child].next) {
      found = standing(planned_nodes_[child].label, rest_);
      if (found.at >= settled) all_settled = false;
      if (found.kind != Kind::conflicting) break;
      sleep_.push_back(&planned_nodes_[child].label);
    }
    if (child == none) {
      append(position, above);
      return false;
    }
    if (found.kind == Kind::initial) {
      rest_.erase(rest_.begin() + static_cast<std::ptrdiff_t>(found.at));
      if (found.at < settled) --settled;
    }
    wake(sleep_, planned_nodes_[child].label);
    above = child;
    if (planned_nodes_[child].first_child == none || sleep_.empty()) return all_settled;
    if (rest_.empty()) return false;
  }
}

// rest_ becomes the rightmost branch under `above` (none: the path's node at `position`), as far as sleepers need it:
// from where nobody sleeps, whatever is executed is new.
void WakeupTree::append(Position position, Index above) {
  std::size_t length = 0;
  while (length < rest_.size() && (length == 0 || !sleep_.empty())) wake(sleep_, *rest_[length++]);
  for (std::size_t i = 0; i < length; ++i) {
    const Index added = make(*rest_[i]);
    Index& first = above == none ? path_[position].first_pending : planned_nodes_[above].first_child;
    Index& last = above == none ? path_[position].last_pending : planned_nodes_[above].last_child;
    if (first == none)
      first = added;
    else
      planned_nodes_[last].next = added;
    last = added;
    above = added;
  }
}

double WakeupTree::explored() const {
  double explored = 0;
  double share = 1;
  for (const Node& node : path_) {
    std::uint32_t pending = 0;
    for (Index child = node.first_pending; child != none; child = planned_nodes_[child].next) ++pending;
    const double part = share / (node.explored + 1 + pending);
    explored += part * node.explored;
    share = part;
  }
  return explored;
}

}  // namespace snag::dpor
