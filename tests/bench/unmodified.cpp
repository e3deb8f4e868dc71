// How many executions of an unmodified program are run in one process in a second of processor time: two threads that
// each increment a counter under a mutex, in ten lines.
#include "checkers/all.h"
#include "harness/execution/execution.h"
#include "harness/instrument/instrument.h"
#include "harness/strategies/random.h"
#include "tests/instrument/programs/programs.h"

#include <cstdint>
#include <cstdio>
#include <ctime>
#include <memory>
#include <stdexcept>
#include <vector>

#include <dlfcn.h>

namespace {

using Checkers = std::vector<std::unique_ptr<snag::Checker>>;

void measure(const char* name, const snag::Scenario& scenario, const Checkers& checkers) {
  constexpr std::uint64_t executions = 200'000;
  snag::Execution execution;
  snag::RandomStrategy strategy(1);
  std::uint64_t points = 0;
  const std::clock_t start = std::clock();
  for (std::uint64_t number = 0; number < executions; ++number) {
    strategy.begin(number);
    points += execution.run(scenario, strategy, checkers).points;
  }
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  std::printf("%-45s %9.0f executions/s %5.1f points each\n", name, static_cast<double>(executions) / seconds,
              static_cast<double>(points) / static_cast<double>(executions));
}

snag::Scenario in_library(const char* file) {
  void* const library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw std::runtime_error(dlerror());
  return snag::unmodified("ten lines", reinterpret_cast<void (*)()>(dlsym(library, "ten_lines")));
}

}  // namespace

int main() {
  using snag::instrument::Points;
  const snag::Scenario sync = snag::unmodified("ten lines", &programs::ten_lines, Points::sync);
  const snag::Scenario races = snag::unmodified("ten lines", &programs::ten_lines, Points::races);
  const snag::Scenario all = snag::unmodified("ten lines", &programs::ten_lines, Points::all);
  measure("synchronisation, no checkers", sync, {});
  measure("synchronisation, all checkers", sync, snag::all_checkers());
  measure("accesses that race, no checkers", races, {});
  measure("accesses that race, all checkers", races, snag::all_checkers());
  measure("every access, no checkers", all, {});
  measure("every access, all checkers", all, snag::all_checkers());
  const snag::Scenario small = in_library(SNAG_LIBRARY);
  measure("in a library, put back, no checkers", small, {});
  measure("in a library, put back, all checkers", small, snag::all_checkers());
  const snag::Scenario large = in_library(SNAG_LARGE_LIBRARY);
  measure("with 800 KB of static variables, no checkers", large, {});
}
