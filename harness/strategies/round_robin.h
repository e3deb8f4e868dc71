// Threads take turns of a fixed number of scheduling points. Execution 0 changes at every point; later
// executions have other turn lengths and other first threads, so that a campaign is not one execution repeated.
#pragma once

#include "harness/strategies/strategy.h"

namespace snag {

/// Deterministic turns; no random numbers.
class RoundRobinStrategy : public Strategy {
 public:
  bool begin(std::uint64_t number) override;
  std::size_t choose_thread(const ThreadDecision& decision) override;
  std::uint32_t choose_value(const ValueDecision& decision) override;
  void end(const Schedule&, Step) override {}

 private:
  std::uint64_t turn_length_ = 1;
  std::uint64_t in_turn_ = 0;
  std::uint64_t first_thread_ = 0;
  bool first_ = true;         // no choice has been made in this execution
  std::uint64_t values_ = 0;  // counts value choices, so that values take turns too
};

}  // namespace snag
