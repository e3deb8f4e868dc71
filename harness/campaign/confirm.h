// Makes sure of what a checker could not tell from one execution: a lost update by running its two threads
// one after the other, a lock-order cycle by steering its threads into the deadlock.
#pragma once

#include "harness/execution/execution.h"

#include <cstdint>
#include <optional>

namespace snag {

/// Whether a lost-update candidate is one. Runs the execution up to the read (up to the first lock held
/// over it), lets the other thread write first, and then the reader: had the value that it wrote come from what
/// it read, the variable now ends up with another value. A blind overwrite or a reset that is meant does not change.
bool confirm_lost_update(Execution& execution, const Scenario& scenario, const Finding& candidate, const Trace& trace,
                         const Schedule& schedule);

/// What a hunt came to.
struct Hunt {
  bool deadlocked = false;  ///< the execution holds trace, schedule and result of the deadlock
  ExecutionResult result = {};
  std::uint64_t executions = 0;
};

/// Hunts a predicted lock-order cycle: each thread of it is held back when it holds its lock and wants the next one's,
/// until all are (as in DeadlockFuzzer: Joshi, Park, Sen, Naik, PLDI 2009); other choices are random.
Hunt hunt_lock_order(Execution& execution, const Scenario& scenario, std::span<const std::unique_ptr<Checker>> checkers,
                     const Finding& predicted, const Trace& trace, std::uint64_t executions_max);

}  // namespace snag
