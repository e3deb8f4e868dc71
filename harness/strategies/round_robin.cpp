#include "harness/strategies/round_robin.h"

namespace snag {

namespace {
constexpr std::uint64_t turn_lengths = 8;
}

bool RoundRobinStrategy::begin(std::uint64_t number) {
  turn_length_ = 1 + number % turn_lengths;
  in_turn_ = number / turn_lengths % turn_length_;  // a first turn that is shorter by so much
  values_ = number / turn_lengths;
  return true;
}

std::size_t RoundRobinStrategy::choose_thread(const ThreadDecision& decision) {
  if (decision.current_offered && ++in_turn_ < turn_length_) {
    std::size_t current = 0;
    while (decision.options[current].thread != decision.current) ++current;
    return current;
  }
  in_turn_ = 0;
  // The next thread after the current one, in thread order.
  for (std::size_t i = 0; i < decision.options.size(); ++i)
    if (decision.options[i].thread > decision.current) return i;
  return 0;
}

std::uint32_t RoundRobinStrategy::choose_value(const ValueDecision& decision) {
  return static_cast<std::uint32_t>(values_++ % decision.options);
}

}  // namespace snag
