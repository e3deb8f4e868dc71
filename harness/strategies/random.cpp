#include "harness/strategies/random.h"

namespace snag {

std::size_t RandomStrategy::choose_thread(const ThreadDecision& decision) {
  const auto count = static_cast<std::uint32_t>(decision.options.size());
  if (go_on_ < 0 || !decision.current_offered) return numbers_.below(count);
  std::uint32_t current = 0;
  while (decision.options[current].thread != decision.current) ++current;
  if (numbers_.chance(go_on_)) return current;
  const std::uint32_t other = numbers_.below(count - 1);
  return other < current ? other : other + 1;
}

}  // namespace snag
