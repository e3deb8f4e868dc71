#include "harness/strategies/pct.h"

#include <algorithm>

namespace snag {

bool PctStrategy::begin(std::uint64_t number) {
  numbers_ = RandomNumbers(seed_ ^ (std::uint64_t{depth_} << 56), number);
  std::fill(priorities_.begin(), priorities_.end(), 0);
  decisions_ = 0;
  change_points_.clear();
  for (std::uint32_t i = 1; i < depth_; ++i) change_points_.push_back(numbers_.below(length_));
  return true;
}

std::uint64_t& PctStrategy::priority(ThreadIndex thread) {
  if (thread >= priorities_.size()) priorities_.resize(thread + std::size_t{1}, 0);
  std::uint64_t& priority = priorities_[thread];
  if (priority == 0) priority = depth_ + 1 + (numbers_.next() >> 8);
  return priority;
}

std::size_t PctStrategy::choose_thread(const ThreadDecision& decision) {
  for (const Option& option : decision.options) priority(option.thread);
  // A change point: the thread that would go falls to priority i.
  const auto highest = [&] {
    std::size_t best = 0;
    for (std::size_t i = 1; i < decision.options.size(); ++i)
      if (priorities_[decision.options[i].thread] > priorities_[decision.options[best].thread]) best = i;
    return best;
  };
  for (std::uint32_t i = 0; i < change_points_.size(); ++i)
    if (change_points_[i] == decisions_) priorities_[decision.options[highest()].thread] = i + 1;
  ++decisions_;
  return highest();
}

void PctStrategy::end(const Schedule&, Step) { length_seen_ = std::max(length_seen_, decisions_); }

void PctStrategy::learn(const Learnt& learnt) {
  length_ = learnt.empty() || learnt.front() == 0 ? length_unknown : learnt.front();
  length_seen_ = 0;
}

}  // namespace snag
