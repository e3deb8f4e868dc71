#include "harness/strategies/mixed.h"

#include "harness/strategies/pct.h"
#include "harness/strategies/random.h"
#include "harness/strategies/round_robin.h"

#include <utility>

namespace snag {

std::unique_ptr<MixedStrategy> MixedStrategy::portfolio(std::uint64_t seed) {
  std::vector<std::unique_ptr<Strategy>> parts;
  parts.push_back(std::make_unique<RandomStrategy>(seed));
  parts.push_back(std::make_unique<PctStrategy>(seed, 2));
  parts.push_back(std::make_unique<RandomStrategy>(seed + 1, 0.5));
  parts.push_back(std::make_unique<PctStrategy>(seed, 3));
  parts.push_back(std::make_unique<RandomStrategy>(seed + 2, 0.85));
  parts.push_back(std::make_unique<RoundRobinStrategy>());
  return std::make_unique<MixedStrategy>(std::move(parts));
}

bool MixedStrategy::begin(std::uint64_t number) {
  active_ = parts_[number % parts_.size()].get();
  return active_->begin(number / parts_.size());
}

// The parts' lessons, one after another.
Learnt MixedStrategy::taught() const {
  Learnt all;
  for (const auto& part : parts_) {
    const Learnt learnt = part->taught();
    all.insert(all.end(), learnt.begin(), learnt.end());
  }
  return all;
}

void MixedStrategy::learn(const Learnt& learnt) {
  auto begin = learnt.begin();
  for (const auto& part : parts_) {
    const auto end = learnt.empty() ? begin : begin + static_cast<std::ptrdiff_t>(part->taught().size());
    part->learn(Learnt(begin, end));
    begin = end;
  }
}

}  // namespace snag
