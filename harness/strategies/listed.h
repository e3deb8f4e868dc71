// Answers choices from a list of small numbers that fits every program: each is taken modulo what is offered, and after
// its end nobody is preempted. So any list is a schedule, and a list made smaller is one, too: what properties shrink.
#pragma once

#include "harness/strategies/strategy.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace snag {

/// One execution from a list. For a thread, 0 lets the one that ran last go on if it can, and k the kth of the others;
/// where it cannot go on, k means the kth offered. A value is taken as it is.
class ListedStrategy : public Strategy {
 public:
  explicit ListedStrategy(std::vector<std::uint32_t> choices) : choices_(std::move(choices)) {}

  bool begin(std::uint64_t number) override {
    next_ = 0;
    return number == 0;
  }
  std::size_t choose_thread(const ThreadDecision& decision) override;
  std::uint32_t choose_value(const ValueDecision& decision) override { return next() % decision.options; }
  void end(const Schedule&, Step) override {}

 private:
  std::uint32_t next() { return next_ < choices_.size() ? choices_[next_++] : 0; }

  std::vector<std::uint32_t> choices_;
  std::size_t next_ = 0;
};

}  // namespace snag
