// Abandoning executions in the middle, wherever their threads happen to be.
#include "harness/execution/execution.h"
#include "harness/strategies/random.h"

#include <gtest/gtest.h>
#include <snag/snag.h>

#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace snag {
namespace {

// Resident memory of this process in KiB.
long resident() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmRSS:")) return std::stol(line.substr(6));
  return 0;
}

struct InDestructor {
  mutex& m;
  ~InDestructor() {
    m.lock();
    this_thread::yield();
    m.unlock();
  }
};

void in_noexcept_function(mutex& m) noexcept {
  m.lock();
  this_thread::yield();
  m.unlock();
}

// Four threads that sit in a destructor, a catch block, a noexcept function and a stubborn catch (...) when the
// execution ends: two of them deadlock in the end, whatever the schedule.
void awkward_places() {
  mutex m;
  binary_semaphore never{0};
  std::vector<int> on_the_heap(100);
  thread destructor([&] {
    std::vector<int> more(10);
    InDestructor guard{m};
  });
  thread catching([&] {
    try {
      throw std::string("in flight while the execution is abandoned");
    } catch (const std::string&) { never.acquire(); }
  });
  thread unwinding([&] { in_noexcept_function(m); });
  thread stubborn([&] {
    for (int i = 0; i < 3; ++i) try {
        std::lock_guard guard(m);
        never.acquire();
      } catch (...) {}
  });
  destructor.join();
  catching.join();
  unwinding.join();
  stubborn.join();
}

TEST(Abandoning, leaves_nothing_behind_wherever_the_threads_are) {
  constexpr std::uint64_t executions = 100'000;
  Execution execution;
  RandomStrategy strategy(1);
  std::uint64_t deadlocks = 0, parked = 0;
  long warm = 0;
  for (std::uint64_t number = 0; number < executions; ++number) {
    strategy.begin(number);
    // Abandoned at the deadlock, or earlier at the step limit.
    execution.options().steps_max = number % 2 == 0 ? 100'000 : 1 + static_cast<Step>(number % 17);
    const ExecutionResult result = execution.run({.name = "abandoned", .body = &awkward_places}, strategy, {});
    ASSERT_NE(result.verdict, Verdict::passed);
    deadlocks += result.verdict == Verdict::deadlock ? 1 : 0;
    parked += result.parked;
    if (number == executions / 10) warm = resident();
  }
  EXPECT_GT(deadlocks, executions / 3);
  EXPECT_GT(parked, 0U) << "some threads were abandoned inside the noexcept function";
#ifndef SNAG_ADDRESS_SANITIZER
  EXPECT_LT(resident() - warm, 4 * 1024) << "memory stays flat";
#else
  (void)warm;
#endif
}

TEST(Abandoning, unwinds_what_it_can) {
  int destroyed = 0;
  struct Counted {
    int& count;
    ~Counted() { ++count; }
  };
  Execution execution;
  RandomStrategy strategy(1);
  strategy.begin(0);
  const ExecutionResult result = execution.run({.name = "unwound",
                                                .body =
                                                    [&] {
                                                      binary_semaphore never{0};
                                                      Counted body{destroyed};
                                                      thread one([&] {
                                                        Counted inner{destroyed};
                                                        never.acquire();
                                                      });
                                                      one.join();
                                                    }},
                                               strategy, {});
  EXPECT_EQ(result.verdict, Verdict::deadlock);
  EXPECT_EQ(result.parked, 0U);
  EXPECT_EQ(destroyed, 2);
}

TEST(Abandoning, discards_callables_that_never_ran_or_ran) {
  const auto counted = std::make_shared<int>(0);
  Execution execution({.steps_max = 1});
  RandomStrategy strategy(1);
  strategy.begin(0);
  execution.run({.name = "discarded",
                 .body =
                     [&] {
                       atomic<int> x{0};
                       x.store(1);
                       thread one([counted, &x] {
                         x.store(2);
                         x.store(3);
                       });
                       one.join();
                     }},
                strategy, {});
  EXPECT_EQ(counted.use_count(), 1);
}

TEST(Abandoning, survives_a_thread_that_swallows_everything_for_ever) {
  Execution execution;
  RandomStrategy strategy(1);
  strategy.begin(0);
  const ExecutionResult result = execution.run({.name = "stubborn",
                                                .body =
                                                    [&] {
                                                      binary_semaphore never{0};
                                                      thread one([&] {
                                                        for (;;) try {
                                                            never.acquire();
                                                          } catch (...) {}
                                                      });
                                                      one.join();
                                                    }},
                                               strategy, {});
  EXPECT_EQ(result.verdict, Verdict::deadlock);
  EXPECT_EQ(result.parked, 1U);
}

TEST(Abandoning, turns_terminate_in_a_thread_into_an_event) {
  Execution execution;
  RandomStrategy strategy(1);
  strategy.begin(0);
  const ExecutionResult result =
      execution.run({.name = "terminates",
                     .body =
                         [&] {
                           const auto fail = [] { throw std::runtime_error("nobody catches this"); };
                           thread one([&]() noexcept { fail(); });
                           one.join();
                         }},
                    strategy, {});
  EXPECT_EQ(result.verdict, Verdict::crash);
  ASSERT_EQ(execution.trace().texts.size(), 1U);
  EXPECT_NE(execution.trace().texts[0].find("nobody catches this"), std::string::npos);
}

}  // namespace
}  // namespace snag
