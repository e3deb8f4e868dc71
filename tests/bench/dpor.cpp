// Whole searches by partial-order reduction, of programs whose classes are counted: processor time of each, to be held
// against what other tools need for the same programs (docs/performance.md). Usage: dpor_bench PROGRAM, prints seconds.
#include "harness/strategies/dpor.h"
#include "harness/execution/execution.h"
#include "tests/support/dpor_programs.h"

#include <cstdint>
#include <cstdio>
#include <ctime>
#include <string_view>

namespace {

using snag::testing::Body;

struct Program {
  std::string_view name;
  Body body;
  std::uint64_t classes;
};

std::uint64_t search(const Body& body) {
  const snag::Scenario scenario{.name = "bench", .body = body};
  snag::Execution execution;
  snag::DporStrategy strategy;
  std::uint64_t executions = 0;
  for (; strategy.begin(executions); ++executions) {
    const snag::ExecutionResult result = execution.run(scenario, strategy, {});
    strategy.end(execution.schedule(), result.points);
  }
  return executions;
}

}  // namespace

int main(int count, char** arguments) {
  const Program programs[] = {
      {"S2K4", snag::testing::counters(3, 4), 34'650},      {"S2K5", snag::testing::counters(3, 5), 756'756},
      {"lastzero15", snag::testing::lastzero(15), 147'456}, {"indexer15", snag::testing::indexer(15), 4'096},
      {"readers13", snag::testing::readers(13), 8'192},
  };
  for (const Program& program : programs) {
    if (count != 2 || program.name != arguments[1]) continue;
    const std::clock_t begin = std::clock();
    const std::uint64_t executions = search(program.body);
    if (executions != program.classes) {
      std::fprintf(stderr, "dpor_bench: %lu executions for %lu classes\n", executions, program.classes);
      return 1;
    }
    std::printf("%.4f\n", static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
    return 0;
  }
  std::fputs("usage: dpor_bench S2K4|S2K5|lastzero15|indexer15|readers13\n", stderr);
  return 2;
}
