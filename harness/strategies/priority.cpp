#include "harness/strategies/priority.h"

#include <algorithm>
#include <cassert>
#include <limits>

namespace snag {

namespace {

constexpr std::uint64_t last_in_line = std::numeric_limits<std::uint64_t>::max();

bool yields(const Option& option) { return option.operation->kind == OperationKind::yield; }

}  // namespace

std::size_t PriorityStrategy::choose_thread(const ThreadDecision& decision) {
  assert(decision.ready != nullptr);
  find_allowed(decision);
  if (allowed_.size() == 1) return allowed_.front();
  options_.clear();
  ThreadDecision narrowed = decision;
  narrowed.current_offered = false;
  for (const std::size_t index : allowed_) {
    options_.push_back(decision.options[index]);
    narrowed.current_offered = narrowed.current_offered || decision.options[index].thread == decision.current;
  }
  narrowed.options = options_;
  const std::size_t answer = among_equals_->choose_thread(narrowed);
  return answer < allowed_.size() ? allowed_[answer] : refuse;
}

// The first in line on the most urgent level. Who has the processor is before all others of its level until its turn is
// over or it yields, and then behind them; without preemption it is before everybody.
void PriorityStrategy::find_allowed(const ThreadDecision& decision) {
  const ReadyThreads& ready = *decision.ready;
  allowed_.clear();
  std::int64_t best_level = std::numeric_limits<std::int64_t>::min();
  std::uint64_t best_place = last_in_line;
  for (std::size_t i = 0; i < decision.options.size(); ++i) {
    const Option& option = decision.options[i];
    const Readiness& self = ready.threads[option.thread];
    const bool runs = option.thread == ready.running;
    const bool goes_behind = runs && (yields(option) || turn_is_over(scheduling_, self));
    if (runs && !goes_behind && scheduling_.policy == Policy::non_preemptive) {
      allowed_.assign(1, i);
      return;
    }
    const std::int64_t level = level_of(scheduling_, ready, option.thread);
    const std::uint64_t place = goes_behind ? last_in_line : runs ? 0 : self.order;
    if (level < best_level || (level == best_level && place > best_place)) continue;
    if (level > best_level || place < best_place) allowed_.clear();
    best_level = level;
    best_place = place;
    allowed_.push_back(i);
  }
}

}  // namespace snag
