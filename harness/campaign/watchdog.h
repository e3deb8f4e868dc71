// Watches this process from inside while it executes a program under test: a thread that computes without ever reaching
// a scheduling point, and memory without end, end the process as a crash does.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace snag {

/// How much a process may use.
struct ProcessLimits {
  double hang_seconds = 5;         ///< of processor time between two scheduling points; 0: no bound
  std::size_t memory = 4UL << 30;  ///< bytes beside what is in use already; 0: no bound. Not with sanitizers
};

/// Watches while it lives. There can be one in a process, made after its crashes are caught.
class ProcessWatch {
 public:
  /// `beats`, which may be null, changes now and then as long as the process gets on.
  explicit ProcessWatch(const ProcessLimits& limits, std::atomic<std::uint64_t>* beats = nullptr);
  ProcessWatch(const ProcessWatch&) = delete;
  ProcessWatch& operator=(const ProcessWatch&) = delete;
  ~ProcessWatch();
};

/// Whether a debugger holds this process: then nobody must be taken for hung.
bool is_debugged();

}  // namespace snag
