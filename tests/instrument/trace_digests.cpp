// Prints the digests of some executions of each program: the same in every process.
#include "harness/campaign/reproduce.h"
#include "harness/execution/execution.h"
#include "harness/instrument/instrument.h"
#include "harness/strategies/random.h"
#include "tests/instrument/programs/programs.h"

#include <cstdint>
#include <cstdio>

int main() {
  using snag::instrument::Points;
  for (const programs::Right& right : programs::right)
    for (const Points points : {Points::sync, Points::races, Points::all}) {
      const snag::Scenario scenario = snag::unmodified(right.name, right.program, points);
      snag::Execution execution;
      snag::RandomStrategy strategy(7, 0.5);
      std::printf("%s", right.name);
      for (std::uint64_t number = 0; number < 10; ++number) {
        strategy.begin(number);
        execution.run(scenario, strategy, {});
        std::printf(" %08x", snag::trace_digest(execution.trace()));
      }
      std::printf("\n");
    }
}
