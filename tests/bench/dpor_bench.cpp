// Whole searches by partial-order reduction, of programs whose classes are counted: seconds for each search, to be held
// against what other tools need for the same programs (docs/performance.md).
#include "harness/execution/execution.h"
#include "harness/strategies/dpor.h"
#include "tests/support/dpor_programs.h"

#include <benchmark/benchmark.h>

#include <cstdint>

namespace {

using snag::testing::Body;

void search(benchmark::State& state, const Body& body, std::uint64_t classes) {
  const snag::Scenario scenario{.name = "bench", .body = body};
  for (auto _ : state) {
    snag::Execution execution;
    snag::DporStrategy strategy;
    std::uint64_t executions = 0;
    for (; strategy.begin(executions); ++executions) {
      const snag::ExecutionResult result = execution.run(scenario, strategy, {});
      strategy.end(execution.schedule(), result.points);
    }
    if (executions != classes) state.SkipWithError("another number of executions than there are classes");
  }
  state.counters["executions"] =
      benchmark::Counter(static_cast<double>(classes), benchmark::Counter::kIsIterationInvariantRate);
}

// Each search is long enough to be timed alone.
#define SNAG_SEARCH(name, body, classes)                        \
  BENCHMARK_CAPTURE(search, name, snag::testing::body, classes) \
      ->Iterations(1)                                           \
      ->Repetitions(3)                                          \
      ->ReportAggregatesOnly()                                  \
      ->Unit(benchmark::kSecond)

SNAG_SEARCH(S2_of_4, counters(3, 4), 34'650);
SNAG_SEARCH(S2_of_5, counters(3, 5), 756'756);
SNAG_SEARCH(lastzero_15, lastzero(15), 147'456);
SNAG_SEARCH(indexer_15, indexer(15), 4'096);
SNAG_SEARCH(readers_13, readers(13), 8'192);

}  // namespace
