#include "harness/strategies/listed.h"

namespace snag {

std::size_t ListedStrategy::choose_thread(const ThreadDecision& decision) {
  const std::size_t count = decision.options.size();
  const std::uint32_t wish = next();
  if (!decision.current_offered) return wish % count;
  std::size_t current = 0;
  while (decision.options[current].thread != decision.current) ++current;
  if (wish == 0) return current;
  const std::size_t other = (wish - 1) % (count - 1);
  return other < current ? other : other + 1;
}

}  // namespace snag
