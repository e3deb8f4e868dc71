// How many threads of a program could run at the same time: work divided by span of the happens-before order (Cormen,
// Leiserson, Rivest, Stein, "Introduction to Algorithms", on multithreaded algorithms). Work is the number of
// operations on data (variables, atomics, queues) by the threads that the body starts; span is the longest chain of them
// that are ordered one after another. Locks, waits, and what the body itself does count nothing; what they order is
// ordered. Of an unmodified program every access is seen, so of its variables only those count that threads share.
#pragma once

#include "harness/trace/scenario.h"
#include "harness/trace/trace.h"

#include <cstdint>

namespace snag {

/// Work and span of one execution.
struct WorkAndSpan {
  std::uint64_t work = 0;
  std::uint64_t span = 0;     ///< 0 only without work
  std::uint32_t threads = 0;  ///< beside T0
};

/// On which variables operations are work.
enum class Data : std::uint8_t {
  all,
  shared,  ///< those that two threads other than T0 use, and one of them changes: the rest is each thread's own account
};

WorkAndSpan work_and_span(const Trace& trace, Data data = Data::all);

/// Over several executions.
struct Parallelism {
  double average = 0;            ///< of work / span; 0: no execution did any work
  std::uint64_t executions = 0;  ///< that did any work
  std::uint32_t threads = 0;     ///< beside T0: the most in one execution
  std::uint32_t untested = 0;    ///< of these, without a scheduling point: the most in one execution
  bool data_seen = false;        ///< one of them touched data that snag sees
};

/// Runs the scenario `executions` times under the random strategy and takes the average. Executions that do not pass
/// count only if none does. The same seed gives the same numbers.
Parallelism measure_parallelism(const Scenario& scenario, std::uint64_t seed, std::uint64_t executions);

/// Whether a program lets clearly fewer threads run at the same time than the least parallel of those that are known to
/// be right: by a tenth of a thread at least, and by a quarter of what these have beyond one thread.
bool is_serialised(double parallelism, double least_of_the_right_ones);

}  // namespace snag
