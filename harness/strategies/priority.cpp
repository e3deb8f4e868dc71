#include "harness/strategies/priority.h"

#include <algorithm>
#include <cassert>
#include <limits>

namespace snag {

namespace {

constexpr std::uint64_t last_in_line = std::numeric_limits<std::uint64_t>::max();

bool yields(const Option& option) { return option.operation->kind == OperationKind::yield; }

}  // namespace

// The first in line on the most urgent level. Who has the processor is before all others of its level until its turn is
// over or it yields, and then behind them; without preemption it is before everybody.
void find_allowed(const Scheduling& scheduling, const ThreadDecision& decision, std::vector<std::size_t>& allowed) {
  assert(decision.ready != nullptr);
  const ReadyThreads& ready = *decision.ready;
  allowed.clear();
  std::int64_t best_level = std::numeric_limits<std::int64_t>::min();
  std::uint64_t best_place = last_in_line;
  for (std::size_t i = 0; i < decision.options.size(); ++i) {
    const Option& option = decision.options[i];
    const Readiness& self = ready.threads[option.thread];
    const bool runs = option.thread == ready.running;
    const bool goes_behind = runs && (yields(option) || turn_is_over(scheduling, self));
    if (runs && !goes_behind && scheduling.policy == Policy::non_preemptive) {
      allowed.assign(1, i);
      return;
    }
    const std::int64_t level = level_of(scheduling, ready, option.thread);
    const std::uint64_t place = goes_behind ? last_in_line : runs ? 0 : self.order;
    if (level < best_level || (level == best_level && place > best_place)) continue;
    if (level > best_level || place < best_place) allowed.clear();
    best_level = level;
    best_place = place;
    allowed.push_back(i);
  }
}

std::size_t PriorityStrategy::choose_thread(const ThreadDecision& decision) {
  find_allowed(scheduling_, decision, allowed_);
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

std::unique_ptr<Strategy> keep_within(const std::optional<Scheduling>& scheduling, std::unique_ptr<Strategy> strategy) {
  if (!scheduling) return strategy;
  return std::make_unique<PriorityStrategy>(*scheduling, std::move(strategy));
}

}  // namespace snag
