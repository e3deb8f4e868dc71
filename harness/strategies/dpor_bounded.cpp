#include "harness/strategies/dpor_bounded.h"

#include <utility>

namespace snag {

namespace dpor {

std::size_t SeenStates::slot_of(std::uint64_t state) const {
  std::size_t slot = state & (table_.size() - 1);
  while (table_[slot] != 0 && table_[slot] != state) slot = (slot + 1) & (table_.size() - 1);
  return slot;
}

bool SeenStates::insert(std::uint64_t state) {
  if (state == 0) state = 1;
  std::size_t slot = slot_of(state);
  if (table_[slot] != 0) return false;
  if (size_ == room_) return true;
  if (size_ >= table_.size() / 4 * 3) {
    const std::vector<std::uint64_t> smaller = std::exchange(table_, std::vector<std::uint64_t>(table_.size() * 2));
    for (const std::uint64_t known : smaller)
      if (known != 0) table_[slot_of(known)] = known;
    slot = slot_of(state);
  }
  table_[slot] = state;
  ++size_;
  return true;
}

}  // namespace dpor

BoundedDporStrategy::BoundedDporStrategy(std::uint32_t bound, std::uint32_t spurious_max, TimeModel time,
                                         dpor::Ordering ordering, SpinRule spinning)
    : bound_(bound), time_(time), ordering_(ordering), spinning_(spinning), search_(bound) {
  observed_.budget = spurious_max > 0;
  observed_.arrivals = true;  // so that it need not be found out
}

bool BoundedDporStrategy::begin(std::uint64_t number) {
  turned_back_ = false;
  if (restarting_) {
    restarting_ = false;
    preliminary_ += counts_.complete + counts_.deadlocked + counts_.cut_short;
    counts_ = {};
    given_up_ = 0;
    seen_ = dpor::SeenStates();
    search_.emplace(bound_);
  }
  return search_->begin(number);
}

void BoundedDporStrategy::watch(const Trace& trace) {
  trace_ = &trace;
  noticed_ = 0;
  digest_.begin(trace, observed_, ordering_);
}

// What the program observes that was not known of makes void what has been seen.
void BoundedDporStrategy::notice(Step until) {
  const Observed before = observed_;
  const dpor::Ordering ordering = ordering_;
  for (; noticed_ < until; ++noticed_) {
    const Operation& operation = trace_->events[noticed_].operation;
    observe(observed_, operation);
    const bool in_order = operation.kind == OperationKind::set_priority || operation.kind == OperationKind::work ||
                          (time_ == TimeModel::ideal && operation.kind != OperationKind::sleep && is_timed(operation));
    if (in_order) ordering_ = dpor::Ordering::total;
  }
  restarting_ = restarting_ || observed_ != before || ordering_ != ordering;
  has_awaited_ = has_awaited_ || !trace_->awaits.empty();
}

std::size_t BoundedDporStrategy::choose_thread(const ThreadDecision& decision) {
  if (decision.step > DporStrategy::events_without_spinning_max && spinning_ == SpinRule::at_once) {
    spinning_ = SpinRule::after_a_change;
    restarting_ = true;
    ++preliminary_;
    return refuse;
  }
  notice(decision.step);
  digest_.follow(decision.step);
  if (!search_->replaying() && !restarting_ && ordering_ == dpor::Ordering::dependence) {
    const std::uint64_t last = std::uint64_t{decision.check} << 16 | decision.current;
    if (!seen_.insert(digest_.value() + last * 0x9E3779B97F4A7C15U)) {
      turned_back_ = true;
      ++given_up_;
      return refuse;
    }
  }
  return search_->choose_thread(decision);
}

std::uint32_t BoundedDporStrategy::choose_value(const ValueDecision& decision) {
  const std::uint32_t value = search_->choose_value(decision);
  digest_.follow(decision.step);
  digest_.choose(value);
  return value;
}

void BoundedDporStrategy::finish(const Ending& ending) {
  notice(static_cast<Step>(trace_->events.size()));
  ++(ending.verdict == Verdict::passed     ? counts_.complete
     : ending.verdict == Verdict::deadlock ? counts_.deadlocked
                                           : counts_.cut_short);
}

void BoundedDporStrategy::end(const Schedule& schedule, Step points) { search_->end(schedule, points); }

}  // namespace snag
