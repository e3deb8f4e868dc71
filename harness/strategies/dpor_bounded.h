// Partial-order reduction within a bound of preemptions: every class of interleavings that has an execution with at
// most so many is seen. To cut off dpor's own search at a bound would miss some (Coons, Musuvathi and McKinley, OOPSLA
// 2013). So this is the exhaustive search, which turns back where it comes to a state that it has come to before:
// what has been done is equivalent, and the same thread ran last, so that the same preemptions lie ahead. Bounds rise,
// so whoever came there first had spent no more of them. A class may be executed more than once.
#pragma once

#include "harness/strategies/dpor.h"
#include "harness/strategies/exhaustive.h"
#include "harness/strategies/prefix_digest.h"
#include "harness/strategies/strategy.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace snag {

namespace dpor {

/// States that have been seen, 8 bytes each (at most 16 with what is kept free). It takes no more than it is given room
/// for: a state that it has not taken in is new whenever it is met, which costs time only.
class SeenStates {
 public:
  static constexpr std::size_t states_max = std::size_t{1} << 26;

  explicit SeenStates(std::size_t room = states_max) : room_(room), table_(1024) {}
  /// Whether it has not been seen; it has from now on.
  bool insert(std::uint64_t state);

 private:
  std::size_t slot_of(std::uint64_t state) const;

  std::size_t room_;
  std::vector<std::uint64_t> table_;  // a power of two; 0: free
  std::size_t size_ = 0;
};

}  // namespace dpor

/// The strategy. Stateful: executions must be run one after another. It refuses to go on where it turns back: such an
/// execution has not shown a mismatch, and counts as none.
class BoundedDporStrategy : public Strategy {
 public:
  /// The execution must be run with the same budget of spurious wake-ups. Ordering::total: nothing is equivalent, as
  /// where the scenario asks for scheduling by priority.
  explicit BoundedDporStrategy(std::uint32_t bound, std::uint32_t spurious_max = 0,
                               TimeModel time = TimeModel::adversarial,
                               dpor::Ordering ordering = dpor::Ordering::dependence,
                               SpinRule spinning = SpinRule::at_once);

  bool begin(std::uint64_t number) override;
  std::optional<SpinRule> spinning() const override { return spinning_; }
  void watch(const Trace& trace) override;
  std::size_t choose_thread(const ThreadDecision& decision) override;
  std::uint32_t choose_value(const ValueDecision& decision) override;
  void finish(const Ending& ending) override;
  void end(const Schedule& schedule, Step points) override;

  /// Whether the execution that has just ended was given up where nothing new lay ahead.
  bool turned_back() const { return turned_back_; }
  /// Whether the execution that has just ended tells nothing: the next begin() starts anew.
  bool starts_anew() const { return restarting_; }
  /// As of ExhaustiveStrategy.
  std::uint32_t bound() const { return search_->bound(); }
  bool exhausted() const { return search_->exhausted(); }
  bool finished() const { return search_->finished(); }
  std::optional<std::size_t> mismatch() const { return search_->mismatch(); }
  /// As of DporStrategy. None is blocked, misplanned or counted as redundant.
  const DporCounts& counts() const { return counts_; }
  const Observed& observed() const { return observed_; }
  bool has_awaited() const { return has_awaited_; }
  std::uint64_t preliminary() const { return preliminary_; }
  /// Executions that were given up where nothing new lay ahead.
  std::uint64_t given_up() const { return given_up_; }

 private:
  void notice(Step until);

  std::uint32_t bound_;
  TimeModel time_;
  dpor::Ordering ordering_;
  SpinRule spinning_;
  Observed observed_;
  std::optional<ExhaustiveStrategy> search_;  // always there: replaced when it begins anew
  dpor::SeenStates seen_;
  dpor::PrefixDigest digest_;
  DporCounts counts_;
  std::uint64_t preliminary_ = 0, given_up_ = 0;
  bool restarting_ = false, has_awaited_ = false, turned_back_ = false;
  const Trace* trace_ = nullptr;
  Step noticed_ = 0;  // events looked at for what the program observes
};

}  // namespace snag
