// Whole searches by partial-order reduction, of programs whose classes are counted: processor time of each, to be held
// against what other tools need for the same programs (docs/performance.md). Usage: dpor_bench PROGRAM, prints seconds.
// With a number of workers: wall time of a campaign with that many, all checkers included.
#include "harness/strategies/dpor.h"
#include "harness/campaign/campaign.h"
#include "harness/execution/execution.h"
#include "tests/support/dpor_programs.h"

#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <string_view>

namespace {

using snag::testing::Body;

struct Program {
  std::string_view name;
  Body body;
  std::uint64_t classes;
};

struct Search {
  std::uint64_t executions = 0;
  double seconds = 0;
};

Search search_alone(const Body& body) {
  const std::clock_t begin = std::clock();
  const snag::Scenario scenario{.name = "bench", .body = body};
  snag::Execution execution;
  snag::DporStrategy strategy;
  Search search;
  for (; strategy.begin(search.executions); ++search.executions) {
    const snag::ExecutionResult result = execution.run(scenario, strategy, {});
    strategy.end(execution.schedule(), result.points);
  }
  search.seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  return search;
}

Search search_by_workers(const Body& body, std::size_t workers) {
  const auto begin = std::chrono::steady_clock::now();
  const snag::Scenario scenario{.name = "bench", .body = body};
  snag::CampaignOptions options;
  options.strategy = "dpor";
  options.executions = 10'000'000;
  options.jobs = workers;
  const snag::CampaignResult result = snag::explore(scenario, options);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  return {result.exhausted ? result.executions : 0, seconds.count()};
}

}  // namespace

int main(int count, char** arguments) {
  const Program programs[] = {
      {"S2K4", snag::testing::counters(3, 4), 34'650},      {"S2K5", snag::testing::counters(3, 5), 756'756},
      {"lastzero15", snag::testing::lastzero(15), 147'456}, {"indexer15", snag::testing::indexer(15), 4'096},
      {"readers13", snag::testing::readers(13), 8'192},
  };
  for (const Program& program : programs) {
    if (count < 2 || count > 3 || program.name != arguments[1]) continue;
    std::size_t workers = 0;
    if (count == 3) std::from_chars(arguments[2], arguments[2] + std::strlen(arguments[2]), workers);

    const Search search = count == 2 ? search_alone(program.body) : search_by_workers(program.body, workers);
    if (search.executions != program.classes) {
      std::fprintf(stderr, "dpor_bench: %lu executions for %lu classes\n", search.executions, program.classes);
      return 1;
    }
    std::printf("%.4f\n", search.seconds);
    return 0;
  }
  std::fputs("usage: dpor_bench S2K4|S2K5|lastzero15|indexer15|readers13 [WORKERS]\n", stderr);
  return 2;
}
