// Watches a solution from inside its own process: endless loops, standing still, memory without end, and calls into what
// snag does not control (real threads, locks, sleeps) end the process with a report, as a crash does.
#pragma once

#include "harness/students/solution_kind.h"

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace snag {

/// How long a thread may stay between two scheduling points, and how much memory the process may use.
struct WatchLimits {
  std::chrono::milliseconds computing{2000};       ///< of processor time
  std::chrono::milliseconds standing_still{4000};  ///< of real time, hardly computing
  std::size_t memory = 1UL << 30;                  ///< bytes beside what is in use already; not with sanitizers
};

/// Begins to watch this process. To be called once, after catch_crashes(). What is to be done is told in words of the kind.
void watch_solution(const WatchLimits& limits, SolutionKind kind);

/// While it lives, time is not watched: reports look up source lines in the middle of an execution.
class WatchPause {
 public:
  WatchPause();
  WatchPause(const WatchPause&) = delete;
  WatchPause& operator=(const WatchPause&) = delete;
  ~WatchPause();
};

/// Functions that a solution must not call. Linked with --wrap=<name>, a call to one of them ends the process with a
/// report that names what was meant and what snag has in its place.
std::vector<std::string> refused_functions();

}  // namespace snag
