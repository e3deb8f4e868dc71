// Static variables of plain code that lies in an object of its own begin each execution as they were loaded.
#include "harness/instrument/instrument.h"
#include "tests/instrument/findings_of.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <stdexcept>
#include <vector>

#include <dlfcn.h>

extern "C" void __tsan_vptr_update(void** address, void* value);

namespace snag {
namespace {

Program program_of(const char* library, const char* name) {
  void* const handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) throw std::runtime_error(dlerror());
  return reinterpret_cast<Program>(dlsym(handle, name));
}

TEST(StaticVariables, begin_each_execution_as_they_were_loaded) {
  const Program program = program_of(SNAG_STATICS_FEW, "finds_all_as_loaded");
  for (const Points points : {Points::sync, Points::races, Points::all})
    EXPECT_EQ(found_in(program, points, 1'000), nothing);
}

TEST(StaticVariables, do_so_where_there_are_too_many_to_compare) {
  const Program program = program_of(SNAG_STATICS_MANY, "finds_all_as_loaded");
  EXPECT_EQ(found_in(program, Points::races, 1'000), nothing);
}

TEST(StaticVariables, do_so_in_worker_processes) {
  for (const char* const library : {SNAG_STATICS_FEW, SNAG_STATICS_MANY})
    EXPECT_EQ(bugs_of(program_of(library, "finds_all_as_loaded"), Points::races, "random", 2), nothing);
}

TEST(StaticVariables, do_so_after_an_execution_that_was_ended_in_the_middle) {
  EXPECT_EQ(bugs_of(program_of(SNAG_STATICS_FEW, "waits_for_ever"), Points::sync), Names{"lock-leaked"});
  EXPECT_EQ(found_in(program_of(SNAG_STATICS_FEW, "finds_all_as_loaded"), Points::sync, 100), nothing);
}

/// How many events each of three executions has that make the same choices.
std::vector<std::size_t> events_of(const std::function<void()>& program) {
  const Scenario scenario = unmodified("program", program, Points::all);
  Execution execution;
  RandomStrategy strategy(1);
  std::vector<std::size_t> counts;
  for (int run = 0; run < 3; ++run) {
    strategy.begin(0);
    const ExecutionResult result = execution.run(scenario, strategy, {});
    strategy.end(execution.schedule(), result.points);
    EXPECT_EQ(result.verdict, Verdict::passed);
    counts.push_back(execution.trace().events.size());
  }
  return counts;
}

TEST(Executions, take_the_same_steps_whatever_others_have_left_on_the_stack) {
  int run = 0;
  int table = 0;
  const std::vector<std::size_t> counts = events_of([&] {
    void* pointer = run++ == 1 ? &table : nullptr;  // what happens to lie there
    __tsan_vptr_update(&pointer, &table);
    pointer = &table;
  });
  EXPECT_EQ(counts[1], counts[0]);
  EXPECT_EQ(counts[2], counts[0]);
}

TEST(StaticVariables, are_refused_where_a_library_has_them_for_each_thread) {
  const auto run = [] {
    const Program program = program_of(SNAG_STATICS_OF_THREADS, "finds_all_as_loaded");
    try {
      found_in(program, Points::sync, 1);
    } catch (const UsageError& error) {
      std::fputs(error.what(), stderr);
      std::exit(2);
    }
    std::exit(0);
  };
  EXPECT_EXIT(run(), testing::ExitedWithCode(2), "has thread_local variables, .* link it into the program");
}

}  // namespace
}  // namespace snag
