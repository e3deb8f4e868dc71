// What the benchmark programs share: each measures one program of S1 to S5 for a given time and prints one line, which
// tests/bench/run puts into its table. Time is that of the processor, so that a busy machine disturbs less.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace bench {

/// Seconds of processor time that this process has used.
inline double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// What a measurement has counted. points is 0 where nobody counts them.
struct Count {
  std::uint64_t executions = 0;
  std::uint64_t points = 0;
  double seconds = 0;
};

/// Runs batch(count) until the time has passed.
template <class Batch>
Count repeat(double seconds, Batch batch) {
  Count count;
  const double start = processor_seconds();
  do {
    batch(count);
    count.seconds = processor_seconds() - start;
  } while (count.seconds < seconds);
  return count;
}

/// "<executions a second> <nanoseconds a scheduling point, or 0>".
inline void print(const Count& count) {
  const double a_point = count.points == 0 ? 0 : count.seconds * 1e9 / static_cast<double>(count.points);
  std::printf("%.0f %.1f\n", static_cast<double>(count.executions) / count.seconds, a_point);
}

}  // namespace bench
