// Random choices, with runs: a thread that can go on does so with a given probability, else any other is
// drawn uniformly. Bugs that need long runs of one thread are out of reach of a uniform choice at each step.
#pragma once

#include "harness/strategies/random_numbers.h"
#include "harness/strategies/strategy.h"

namespace snag {

/// Seeded random choices; each execution draws from its own stream.
class RandomStrategy : public Strategy {
 public:
  /// go_on: the probability that the thread that ran last goes on if it can; below 0: uniform among all.
  explicit RandomStrategy(std::uint64_t seed, double go_on = -1) : seed_(seed), go_on_(go_on) {}

  bool begin(std::uint64_t number) override {
    numbers_ = RandomNumbers(seed_, number);
    return true;
  }
  std::size_t choose_thread(const ThreadDecision& decision) override;
  std::uint32_t choose_value(const ValueDecision& decision) override { return numbers_.below(decision.options); }
  void end(const Schedule&, Step) override {}
  bool draws_independently() const override { return true; }

 private:
  std::uint64_t seed_;
  double go_on_;
  RandomNumbers numbers_;
};

}  // namespace snag
