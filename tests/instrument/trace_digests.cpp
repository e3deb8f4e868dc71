// Prints the digests of some executions of each program: the same in every process.
#include "harness/campaign/reproduce.h"
#include "harness/execution/execution.h"
#include "harness/instrument/instrument.h"
#include "harness/strategies/random.h"
#include "tests/instrument/programs/interface.h"

#include <cstdint>
#include <cstdio>
#include <initializer_list>

int main() {
  using snag::instrument::Points;
  const auto print = [](const programs::Right& right, std::initializer_list<Points> watched) {
    for (const Points points : watched) {
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
  };
  for (const programs::Right& right : programs::right) print(right, {Points::sync, Points::races, Points::all});
  for (const programs::Right& right : programs::right_with_interface) print(right, {Points::sync});
}
