// Tells a livelock from a long execution: at the step limit, every thread that can run has long been
// repeating its own cycle of operations, values included.
#pragma once

#include "harness/trace/finding.h"

#include <optional>
#include <span>

namespace snag {

/// A thread that had not ended when the limit was reached, and how it repeats itself (see SpinDetector).
struct Repetition {
  ThreadIndex thread;
  std::uint32_t period;   ///< events in one round; 0: it does not repeat itself
  std::uint32_t matched;  ///< events that repeated the round before
};

/// The finding, with each thread's cycle folded into the sentence; nothing when some thread that can run makes progress.
/// A thread that waits just now is told with the others if it took part: it repeats itself, and ran during their last
/// rounds.
std::optional<Finding> find_livelock(const Trace& trace, std::span<const Repetition> can_run,
                                     std::span<const Repetition> waits);

}  // namespace snag
