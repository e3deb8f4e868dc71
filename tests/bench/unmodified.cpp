// How many executions of an unmodified program a second are run in one process: two threads that each increment a counter
// under a mutex, in ten lines.
#include "checkers/all.h"
#include "harness/execution/execution.h"
#include "harness/instrument/instrument.h"
#include "harness/strategies/random.h"
#include "tests/instrument/programs/programs.h"

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <vector>

namespace {

using Checkers = std::vector<std::unique_ptr<snag::Checker>>;

void measure(const char* name, const snag::Scenario& scenario, const Checkers& checkers) {
  constexpr std::uint64_t executions = 200'000;
  snag::Execution execution;
  snag::RandomStrategy strategy(1);
  std::uint64_t points = 0;
  const auto start = std::chrono::steady_clock::now();
  for (std::uint64_t number = 0; number < executions; ++number) {
    strategy.begin(number);
    points += execution.run(scenario, strategy, checkers).points;
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::printf("%-45s %9.0f executions/s %5.1f points each\n", name, static_cast<double>(executions) / took.count(),
              static_cast<double>(points) / static_cast<double>(executions));
}

}  // namespace

int main() {
  using snag::instrument::Points;
  const snag::Scenario sync = snag::unmodified("ten lines", &programs::ten_lines, Points::sync);
  const snag::Scenario all = snag::unmodified("ten lines", &programs::ten_lines, Points::all);
  measure("synchronisation, no checkers", sync, {});
  measure("synchronisation, all checkers", sync, snag::all_checkers());
  measure("every access, no checkers", all, {});
  measure("every access, all checkers", all, snag::all_checkers());
}
