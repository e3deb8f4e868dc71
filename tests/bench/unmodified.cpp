// How many executions of an unmodified program are run in one process in a second of processor time: two threads that
// each increment a counter under a mutex, in ten lines. Usage: unmodified_bench
// sync|races|all|library|large-library none|all, which prints executions a second and scheduling points in each; without
// arguments all of them, one after the other.
#include "checkers/all.h"
#include "harness/execution/execution.h"
#include "harness/instrument/instrument.h"
#include "harness/strategies/random.h"
#include "tests/instrument/programs/programs.h"

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <memory>
#include <stdexcept>
#include <vector>

#include <dlfcn.h>

namespace {

using Checkers = std::vector<std::unique_ptr<snag::Checker>>;

struct Measured {
  double rate = 0;    // executions a second
  double points = 0;  // in each
};

Measured measure(const snag::Scenario& scenario, const Checkers& checkers) {
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
  return {static_cast<double>(executions) / seconds, static_cast<double>(points) / static_cast<double>(executions)};
}

snag::Scenario in_library(const char* file) {
  void* const library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw std::runtime_error(dlerror());
  return snag::unmodified("ten lines", reinterpret_cast<void (*)()>(dlsym(library, "ten_lines")));
}

snag::Scenario with(snag::instrument::Points points) {
  return snag::unmodified("ten lines", &programs::ten_lines, points);
}

struct Choice {
  const char* name;
  snag::Scenario (*make)();
};
// In a library of its own static variables are put back after each execution: few of them, and 800 KB.
constexpr Choice choices[] = {{"sync", [] { return with(snag::instrument::Points::sync); }},
                              {"races", [] { return with(snag::instrument::Points::races); }},
                              {"all", [] { return with(snag::instrument::Points::all); }},
                              {"library", [] { return in_library(SNAG_LIBRARY); }},
                              {"large-library", [] { return in_library(SNAG_LARGE_LIBRARY); }}};

}  // namespace

int main(int argc, char** argv) {
  bool any = false;
  for (const Choice& choice : choices) {
    for (const char* const checkers : {"none", "all"}) {
      if (argc == 3 && (std::strcmp(argv[1], choice.name) != 0 || std::strcmp(argv[2], checkers) != 0)) continue;
      const Measured is = measure(choice.make(), std::strcmp(checkers, "all") == 0 ? snag::all_checkers() : Checkers{});
      if (argc == 3)
        std::printf("%.0f %.1f\n", is.rate, is.points);
      else
        std::printf("%-13s  checkers %-4s  %9.0f executions/s %5.1f points each\n", choice.name, checkers, is.rate,
                    is.points);
      any = true;
    }
  }
  if (any && (argc == 1 || argc == 3)) return 0;
  std::fprintf(stderr, "usage: unmodified_bench [sync|races|all|library|large-library none|all]\n");
  return 2;
}
