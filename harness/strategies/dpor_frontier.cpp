#include "harness/strategies/dpor_frontier.h"

#include <algorithm>
#include <utility>

namespace snag::dpor {

void Frontier::begin_anew() {
  plans_ = {};
  nodes_.clear();
  executions_ = 0;
  root_ = plans_.add({});
  adopt(root_);
}

// ---- Nodes ---------------------------------------------------------------------------------------------------------

Frontier::Node& Frontier::node(Index index) {
  if (index >= nodes_.size()) nodes_.resize(index + 1);
  return nodes_[index];
}

Frontier::Index Frontier::add(Index above, const Label& label) {
  const Index added = plans_.add(label);
  plans_.append_below(above, added);
  node(added) = {};
  return added;
}

// A plan becomes a node, with all below it.
void Frontier::adopt(Index plan) {
  plans_.walk(plan, [&](Index one, std::size_t) {
    node(one) = {plans_[one].children.empty() ? State::leaf : State::inner, {}};
  });
}

bool Frontier::is_done() const { return nodes_[root_].state == State::done; }

// Those that can be explored now, from left to right. To the right of a label whose value is not known yet nobody knows
// what sleeps.
std::vector<Frontier::Index> Frontier::leaves() const {
  std::vector<Index> leaves;
  for (std::vector<Index> ways{root_}; !ways.empty();) {
    const Index index = ways.back();
    if (index == none) {
      ways.pop_back();
      continue;
    }
    const State state = nodes_[index].state;
    const bool is_known = state == State::done || plans_[index].label.value != fresh;
    ways.back() = is_known ? plans_[index].next : none;
    if (state == State::leaf) leaves.push_back(index);
    if (state == State::inner) ways.push_back(plans_[index].children.first);
  }
  return leaves;
}

// A node is done, and with it those above it that have nothing else left.
void Frontier::finish(Index index) {
  for (;;) {
    nodes_[index].state = State::done;
    if (index == root_) return;
    index = plans_[index].above;
    for (Index child = plans_[index].children.first; child != none; child = plans_[child].next)
      if (nodes_[child].state != State::done) return;
  }
}

// What is done, and to the left of all that is not, is asked for nothing any more. Its labels sleep to the right.
void Frontier::prune() {
  for (Index index = root_; nodes_[index].state == State::inner;) {
    Index child = plans_[index].children.first;
    for (; nodes_[child].state == State::done; child = plans_[child].next) plans_.release_all(plans_[child].children);
    index = child;
  }
}

// ---- Dealing -------------------------------------------------------------------------------------------------------

std::vector<Share> Frontier::deal(std::uint64_t executions) {
  prune();
  round_.clear();
  merged_ = 0;
  executions = std::min(executions, std::clamp(executions_ / 2, dealing_.round_least, dealing_.round_most));
  const std::size_t tasks = std::clamp<std::uint64_t>(executions / dealing_.task_least, 1, dealing_.tasks_most);
  std::vector<Index> leaves = this->leaves();
  for (bool more = true; more && leaves.size() < tasks && executions_ > 0;) {
    more = false;
    for (const Index leaf : leaves) more = split(leaf) || more;
    leaves = this->leaves();
  }
  const std::size_t in_task = std::clamp<std::size_t>(leaves.size() / tasks, 1, dealing_.parts_most);
  const auto above = std::make_shared<const Plans>(plans_);
  std::vector<Share> shares;
  for (std::size_t begin = 0; begin < leaves.size() && shares.size() < tasks; begin += in_task) {
    const std::size_t end = std::min(begin + in_task, leaves.size());
    Share& share = shares.emplace_back();
    round_.emplace_back(leaves.begin() + static_cast<std::ptrdiff_t>(begin),
                        leaves.begin() + static_cast<std::ptrdiff_t>(end));
    share.task.above = above;
    for (const Index leaf : round_.back()) share.task.parts.push_back({leaf, nodes_[leaf].rest});
    share.task.names = names_.table();
    share.task.observed = observed_;
    share.task.spinning = spinning_;
  }
  for (std::size_t i = 0; i < shares.size(); ++i)
    shares[i].executions =
        std::max<std::uint64_t>(1, executions * (i + 1) / shares.size() - executions * i / shares.size());
  return shares;
}

// Gives away the upper nodes of a part that has been begun, down to the first with something to the right of its path.
bool Frontier::split(Index leaf) {
  std::vector<PartStep> rest = std::exchange(nodes_[leaf].rest, {});
  const auto has_more = std::ranges::find_if(rest, [](const PartStep& step) { return !step.pending.empty(); });
  if (has_more == rest.end()) {
    nodes_[leaf].rest = std::move(rest);
    return false;
  }
  Index above = leaf;
  for (auto step = rest.begin(); step <= has_more; ++step) {
    nodes_[above].state = State::inner;
    for (const Label& label : step->explored) nodes_[add(above, label)].state = State::done;
    const Index under_way = add(above, step->label);
    for (Index plan = plans_.make(step->pending).first; plan != none;) {
      const Index next = std::exchange(plans_[plan].next, none);
      plans_.append_below(above, plan);
      adopt(plan);
      plan = next;
    }
    above = under_way;
  }
  nodes_[above].rest.assign(std::move_iterator(has_more + 1), std::move_iterator(rest.end()));
  return true;
}

// ---- Merging -------------------------------------------------------------------------------------------------------

bool Frontier::merge(TaskResult result, std::uint64_t executions) {
  executions_ += executions;
  if (result.anew) {
    observed_ = result.observed;
    spinning_ = result.spinning;
    begin_anew();
    return false;
  }
  translate(result);
  const std::vector<Index>& leaves = round_[merged_++];
  for (std::size_t i = 0; i < result.parts.size(); ++i) merge(leaves[i], std::move(result.parts[i]));
  return true;
}

void Frontier::merge(Index leaf, PartResult result) {
  ++parts_;
  const std::vector<Index> path = plans_.path_to(leaf);
  for (const Binding& binding : result.bindings) plans_[path[binding.position]].label.value = binding.value;
  for (const Plea& plea : result.pleas) insert(path, plea);
  nodes_[leaf].rest = std::move(result.rest);
  if (nodes_[leaf].rest.empty()) finish(leaf);
}

// As WakeupTree::insert. That nobody who sleeps covers it has been seen by who asks.
void Frontier::insert(const std::vector<Index>& path, const Plea& plea) {
  insertion_ = {};
  for (const Label& label : plea.labels) insertion_.rest.push_back(&label);
  std::vector<Label> asleep;
  for (Position position = 0; position <= plea.position; ++position) {
    const Index step = path[position];
    for (Index left = plans_[plans_[step].above].children.first; left != step; left = plans_[left].next)
      asleep.push_back(plans_[left].label);
    if (position < plea.position)
      std::erase_if(asleep, [&](const Label& label) { return dependent(label, plans_[step].label); });
  }
  asleep.push_back(plans_[path[plea.position]].label);
  for (const Label& label : asleep) insertion_.sleep.push_back(&label);

  const Plans::Place place = plans_.find(plans_[path[plea.position]].next, insertion_);
  if (place.covered) return;
  Index above = place.above == none ? plans_[path[plea.position]].above : place.above;
  for (Index open = above; nodes_[open].state == State::done; open = plans_[open].above)
    nodes_[open].state = State::inner;
  const std::size_t length = Plans::length_needed(insertion_);
  for (std::size_t i = 0; i < length; ++i) {
    nodes_[above].state = State::inner;
    above = add(above, *insertion_.rest[i]);
  }
}

// From the names of whoever explored to those that hold for all.
void Frontier::translate(TaskResult& result) {
  std::vector<std::uint16_t> threads;
  std::vector<Name> objects = {Names::clock, Names::lives, Names::budget};
  const auto known = [&](Creation creation) {
    if (creation.creator != no_thread) creation.creator = threads[creation.creator];
    return creation;
  };
  for (const Creation& creation : result.names.threads) threads.push_back(names_.thread_of(known(creation)));
  for (const Creation& creation : result.names.objects) objects.push_back(names_.object_of(known(creation)));
  const auto value_of = [&](Value value) { return value < threads.size() ? threads[value] : value; };
  const auto translate = [&](Label& label) {
    label.thread = threads[label.thread];
    if (label.chooses_thread) label.value = value_of(label.value);
    for (std::size_t i = 0; i < label.size; ++i)
      label.places[i] = objects[label.object(i)] * 2 + (label.places[i] & 1U);
  };
  for (PartResult& part : result.parts) {
    for (PartStep& step : part.rest) {
      translate(step.label);
      for (Label& label : step.explored) translate(label);
      for (PlannedLabel& planned : step.pending) translate(planned.label);
    }
    for (Plea& plea : part.pleas)
      for (Label& label : plea.labels) translate(label);
    for (Binding& binding : part.bindings)
      if (binding.chooses_thread) binding.value = value_of(binding.value);
  }
}

// ---- How far -------------------------------------------------------------------------------------------------------

// Each child is taken for an equal part of the whole.
double Frontier::explored() const {
  double explored = 0;
  std::vector<std::pair<Index, double>> shares{{root_, 1.0}};
  while (!shares.empty()) {
    const auto [index, share] = shares.back();
    shares.pop_back();
    const Node& node = nodes_[index];
    if (node.state == State::done) explored += share;
    if (node.state == State::leaf) explored += share * explored_of(node.rest);
    if (node.state != State::inner) continue;
    double children = 0;
    for (Index child = plans_[index].children.first; child != none; child = plans_[child].next) ++children;
    for (Index child = plans_[index].children.first; child != none; child = plans_[child].next)
      shares.emplace_back(child, share / children);
  }
  return explored;
}

double Frontier::explored_of(const std::vector<PartStep>& rest) {
  double explored = 0;
  double share = 1;
  for (const PartStep& step : rest) {
    std::size_t below = 0;
    for (const PlannedLabel& pending : step.pending) below += pending.children;
    const auto left = static_cast<double>(step.explored.size());
    const auto right = static_cast<double>(step.pending.size() - below);
    share /= left + 1 + right;
    explored += share * left;
  }
  return explored;
}

}  // namespace snag::dpor
