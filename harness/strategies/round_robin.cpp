#include "harness/strategies/round_robin.h"

#include <utility>

namespace snag {

namespace {
constexpr std::uint64_t turn_lengths = 8;
}

bool RoundRobinStrategy::begin(std::uint64_t number) {
  turn_length_ = 1 + number % turn_lengths;
  in_turn_ = number / turn_lengths % turn_length_;  // a first turn that is shorter by so much
  first_thread_ = values_ = number / turn_lengths;
  first_ = true;
  return true;
}

std::size_t RoundRobinStrategy::choose_thread(const ThreadDecision& decision) {
  const bool first = std::exchange(first_, false);
  if (decision.current_offered && ++in_turn_ < turn_length_) {
    std::size_t current = 0;
    while (decision.options[current].thread != decision.current) ++current;
    return current;
  }
  // The next thread after the current one, in thread order. The first choice may fall on any of those after it.
  std::size_t next = 0;
  while (next < decision.options.size() && decision.options[next].thread < decision.current) ++next;
  if (next < decision.options.size() && decision.options[next].thread == decision.current) ++next;
  if (first && !decision.current_offered)
    next += first_thread_;
  else
    in_turn_ = 0;
  return next % decision.options.size();
}

std::uint32_t RoundRobinStrategy::choose_value(const ValueDecision& decision) {
  return static_cast<std::uint32_t>(values_++ % decision.options);
}

}  // namespace snag
