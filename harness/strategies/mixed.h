// Several strategies taking turns, one execution each: what one is blind to another sees. The default.
#pragma once

#include "harness/strategies/strategy.h"

#include <memory>
#include <vector>

namespace snag {

/// Execution n goes to part n mod count, as its execution n div count.
class MixedStrategy : public Strategy {
 public:
  explicit MixedStrategy(std::vector<std::unique_ptr<Strategy>> parts) : parts_(std::move(parts)) {}
  /// The default portfolio: uniform and run-length random choices, PCT of depth 2 and 3, round robin.
  static std::unique_ptr<MixedStrategy> portfolio(std::uint64_t seed);

  bool begin(std::uint64_t number) override;
  std::size_t choose_thread(const ThreadDecision& decision) override { return active_->choose_thread(decision); }
  std::uint32_t choose_value(const ValueDecision& decision) override { return active_->choose_value(decision); }
  void end(const Schedule& schedule, Step points) override { active_->end(schedule, points); }
  Learnt taught() const override;
  void learn(const Learnt& learnt) override;
  bool draws_independently() const override { return active_->draws_independently(); }

 private:
  std::vector<std::unique_ptr<Strategy>> parts_;
  Strategy* active_ = nullptr;
};

}  // namespace snag
