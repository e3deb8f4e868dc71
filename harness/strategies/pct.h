// Probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi, Nagarakatte, ASPLOS 2010): threads have
// random priorities, the highest that can go goes, and at depth - 1 random points the running thread falls below
// all others. Finds a bug of depth d with probability at least 1 / (n k^(d-1)) for n threads and k points. Where
// we differ: k is learnt, as the longest execution of the rounds before (see campaign/rounds.h).
#pragma once

#include "harness/strategies/random_numbers.h"
#include "harness/strategies/strategy.h"

#include <vector>

namespace snag {

/// PCT of a given depth.
class PctStrategy : public Strategy {
 public:
  /// depth >= 1: how many ordering constraints the bug may need.
  PctStrategy(std::uint64_t seed, std::uint32_t depth) : seed_(seed), depth_(depth) {}

  bool begin(std::uint64_t number) override;
  std::size_t choose_thread(const ThreadDecision& decision) override;
  std::uint32_t choose_value(const ValueDecision& decision) override { return numbers_.below(decision.options); }
  void end(const Schedule& schedule, Step points) override;
  Learnt taught() const override { return {length_seen_}; }
  void learn(const Learnt& learnt) override;

 private:
  static constexpr std::uint32_t length_unknown = 16;  // taken until something has been learnt

  std::uint64_t& priority(ThreadIndex thread);

  std::uint64_t seed_;
  std::uint32_t depth_;
  RandomNumbers numbers_;
  std::vector<std::uint64_t> priorities_;  // by thread; 0: not drawn yet. High ones are random, low ones change points
  std::vector<std::uint32_t> change_points_;  // in decisions, ascending order not needed: depth is small
  std::uint32_t decisions_ = 0;
  std::uint32_t length_ = length_unknown;  // decisions of the longest execution, as learnt
  std::uint32_t length_seen_ = 0;          // since then
};

}  // namespace snag
