// Scheduling by priority: the most urgent thread that can go goes. Only where several have an equal right (they became
// ready by the same event) is there anything to choose, and there another strategy answers: a random one, or exhaustive
// search through all that such a scheduler allows. Levels, quanta and aging are explained in trace/scheduling.h.
#pragma once

#include "harness/strategies/strategy.h"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace snag {

/// Fills in the indices of the options that the scheduling allows: one, or several of equal right.
void find_allowed(const Scheduling& scheduling, const ThreadDecision& decision, std::vector<std::size_t>& allowed);

/// Narrows the choices between threads to those that the scheduling allows. For scenarios that ask for it only.
class PriorityStrategy : public Strategy {
 public:
  PriorityStrategy(const Scheduling& scheduling, std::unique_ptr<Strategy> among_equals)
      : scheduling_(scheduling), among_equals_(std::move(among_equals)) {}

  bool begin(std::uint64_t number) override { return among_equals_->begin(number); }
  std::size_t choose_thread(const ThreadDecision& decision) override;
  std::uint32_t choose_value(const ValueDecision& decision) override { return among_equals_->choose_value(decision); }
  void end(const Schedule& schedule, Step points) override { among_equals_->end(schedule, points); }
  Learnt taught() const override { return among_equals_->taught(); }
  void learn(const Learnt& learnt) override { among_equals_->learn(learnt); }
  bool draws_independently() const override { return among_equals_->draws_independently(); }

 private:
  Scheduling scheduling_;
  std::unique_ptr<Strategy> among_equals_;
  std::vector<std::size_t> allowed_;  // of the decision under way: indices of options
  std::vector<Option> options_;
};

/// The strategy, within the scheduling if there is one.
std::unique_ptr<Strategy> keep_within(const std::optional<Scheduling>& scheduling, std::unique_ptr<Strategy> strategy);

}  // namespace snag
