#include "harness/strategies/dpor_tree.h"

#include <utility>

namespace snag::dpor {

using Kind = Standing::Kind;

// ---- Parts -----------------------------------------------------------------------------------------------------

void WakeupTree::take_up(const Part& part, const std::shared_ptr<const Plans>& above) {
  *this = {};
  above_ = above;
  way_ = above->path_to(part.leaf);
  given_ = static_cast<Position>(way_.size());
  for (const Plans::Index step : way_) {
    const Plans::Node& node = (*above)[step];
    for (Plans::Index left = (*above)[node.above].children.first; left != step; left = (*above)[left].next)
      sleepers_.push_back((*above)[left].label);
    push(node.label);
  }
  for (const PartStep& step : part.rest) {
    sleepers_.insert(sleepers_.end(), step.explored.begin(), step.explored.end());
    push(step.label);
    path_.back().explored = static_cast<std::uint32_t>(step.explored.size());
    path_.back().pending = plans_.make(step.pending);
  }
  planned_ = size();
}

PartResult WakeupTree::hand_back() {
  PartResult result;
  if (advance()) {
    for (Position position = given_; position < size(); ++position) {
      const Node& node = path_[position];
      PartStep& step = result.rest.emplace_back();
      step.label = node.label;
      step.explored.assign(sleepers_.begin() + (node.sleep_end - node.explored), sleepers_.begin() + node.sleep_end);
      plans_.tell(node.pending, step.pending);
    }
  }
  result.pleas = std::move(pleas_);
  result.bindings = std::move(bindings_);
  return result;
}

void WakeupTree::bind(Position position, Value value) {
  Label& label = path_[position].label;
  if (position < given_ && label.value != value) bindings_.push_back({position, value, label.chooses_thread});
  label.value = value;
}

// ---- The path --------------------------------------------------------------------------------------------------

bool WakeupTree::advance() {
  if (!started_) {
    started_ = true;
    return true;
  }
  for (; size() > given_ && !astray_; path_.pop_back()) {
    Node& node = path_.back();
    if (node.pending.empty()) continue;
    sleepers_.resize(node.sleep_end);
    sleepers_.push_back(node.label);
    ++node.sleep_end;
    ++node.explored;

    Plans::Index next = node.pending.first;
    node.pending.first = plans_[next].next;
    node.label = plans_[next].label;
    shared_ = size() - 1;
    enter_sleep();
    for (;;) {
      const Plans::Siblings children = std::exchange(plans_[next].children, {});
      plans_.release(next);
      if (children.empty()) break;
      next = children.first;
      push(plans_[next].label);
      path_.back().pending = {plans_[next].next, children.last};
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
  for (; size() > position; path_.pop_back()) plans_.release_all(path_.back().pending);
  planned_ = position;
  astray_ = position < given_;
  if (path_.empty()) {
    sleepers_.clear();
    next_sleepers_ = 0;
  } else {
    enter_sleep();
  }
}

bool WakeupTree::insert(Position position, const Wish& wish) {
  Node& node = path_[position];
  insertion_.rest.assign(wish.labels.begin(), wish.labels.end());
  insertion_.sleep.clear();
  insertion_.settled = wish.settled;

  for (std::uint32_t i = node.sleep_begin; i < node.sleep_end; ++i) {
    const Standing sleeper = standing(sleepers_[i], insertion_.rest);
    if (sleeper.kind != Kind::conflicting) return sleeper.kind == Kind::initial && sleeper.at < wish.settled;
    insertion_.sleep.push_back(&sleepers_[i]);
  }
  insertion_.sleep.push_back(&node.label);

  const bool is_given = position < given_;
  const Plans::Place place =
      is_given ? above_->find((*above_)[way_[position]].next, insertion_) : plans_.find(node.pending.first, insertion_);
  if (place.covered) return place.settled;
  if (is_given) {
    plead(position, wish);
    return false;
  }
  const std::size_t length = Plans::length_needed(insertion_);
  Plans::Index above = place.above;
  for (std::size_t i = 0; i < length; ++i) {
    const Plans::Index added = plans_.add(*insertion_.rest[i]);
    plans_.append(above == Plans::none ? node.pending : plans_[above].children, added);
    above = added;
  }
  return false;
}

void WakeupTree::plead(Position position, const Wish& wish) {
  if (astray_) return;
  Plea& plea = pleas_.emplace_back();
  plea.position = position;
  for (const Label* const label : wish.labels) plea.labels.push_back(*label);
}

double WakeupTree::explored() const {
  double explored = 0;
  double share = 1;
  for (Position position = given_; position < size(); ++position) {
    const Node& node = path_[position];
    std::uint32_t pending = 0;
    for (Plans::Index child = node.pending.first; child != Plans::none; child = plans_[child].next) ++pending;
    const double part = share / (node.explored + 1 + pending);
    explored += part * node.explored;
    share = part;
  }
  return explored;
}

}  // namespace snag::dpor
