// Crashes in a thread of the program under test: finding, place and token, and exit code 1.
#include "harness/campaign/crash.h"
#include "harness/campaign/campaign.h"

#include <gtest/gtest.h>
#include <snag/snag.h>

#include <cstdint>
#include <cstdlib>

namespace snag {
namespace {

void run_crashing(void (*work)()) {
  catch_crashes("snag");
  const Scenario scenario{.name = "test/crash", .body = [work] {
                            atomic<int> x{0};
                            thread one([&] {
                              x.store(1);
                              work();
                            });
                            thread two([&] { x.store(2); });
                            one.join();
                            two.join();
                          }};
  explore(scenario, {});
}

// Not null, which the undefined-behaviour sanitizer would catch first: an address that nobody maps.
int* volatile nowhere = reinterpret_cast<int*>(std::uintptr_t{0x8000});

[[gnu::noinline]] int dig(int depth) {
  volatile char room[1000];
  room[0] = static_cast<char>(depth);
  return depth == 0 ? room[0] : dig(depth + 1) + room[0];
}

TEST(CrashDeathTest, of_a_bad_pointer_prints_the_token_and_the_place) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(run_crashing([] { *nowhere = 1; }), ::testing::ExitedWithCode(1),
              "crash in test/crash: T1 crashed .segmentation fault.*\n?replay with: snag replay "
              "1:test/crash:g:.*\n?place: .*crash_test.cpp");
}

TEST(CrashDeathTest, of_abort_is_one_too) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(run_crashing([] { std::abort(); }), ::testing::ExitedWithCode(1),
              "crash in test/crash: T1 crashed .abort");
}

TEST(CrashDeathTest, exit_in_a_thread_is_one_too) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(run_crashing([] { std::exit(0); }), ::testing::ExitedWithCode(1),
              "crash in test/crash: T1 ended the process with exit");
}

TEST(CrashDeathTest, of_a_stack_is_told_apart) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(run_crashing([] { dig(1); }), ::testing::ExitedWithCode(1),
              "stack-overflow in test/crash: T1 used up its stack");
}

}  // namespace
}  // namespace snag
