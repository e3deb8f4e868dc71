// Unmodified programs in one process: right ones pass, wrong ones are found and named, whichever compiler they come
// from; thread-locals belong to a thread; the same seed gives the same trace.
#include "harness/instrument/instrument.h"
#include "checkers/all.h"
#include "checkers/causes.h"
#include "harness/campaign/campaign.h"
#include "harness/campaign/reproduce.h"
#include "harness/execution/execution.h"
#include "harness/strategies/random.h"
#include "tests/instrument/programs/programs.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstdint>
#include <functional>
#include <mutex>
#include <ostream>
#include <set>
#include <string>
#include <thread>

namespace snag {
namespace {

using instrument::Points;
using Program = void (*)();
using Names = std::set<std::string>;

constexpr double go_on = 0.5;

/// What the checkers say of so many random executions, symptoms dropped; "step limit", too, and deadlocks that nobody
/// explains. A failed program brings its own words along.
Names found_in(Program program, Points points, std::uint64_t executions, std::uint64_t seed = 1) {
  Names names;
  const auto checkers = all_checkers();
  const Scenario scenario = unmodified("program", program, points);
  Execution execution;
  RandomStrategy strategy(seed, go_on);
  for (std::uint64_t number = 0; number < executions && names.empty(); ++number) {
    strategy.begin(number);
    ExecutionResult result = execution.run(scenario, strategy, checkers);
    strategy.end(execution.schedule(), result.points);
    keep_causes(result.findings, execution.trace());
    for (const Finding& finding : result.findings)
      if (finding.certainty != Certainty::candidate) names.insert(finding.checker);
    if (result.verdict != Verdict::passed) names.insert(name_of(result.verdict));
    for (const std::string& text : execution.trace().texts) names.insert(text);
  }
  return names;
}

/// What a campaign comes to: candidates are confirmed, predictions hunted, and each is replayed.
Names bugs_of(Program program, Points points, const std::string& strategy = "random", std::size_t jobs = 0) {
  CampaignOptions options;
  options.jobs = jobs;
  options.hang_seconds = 0.3;
  options.strategy = strategy;
  options.executions = 2000;
  options.determinism_every = 10;
  const CampaignResult result = explore(unmodified("program", program, points), options);
  Names names;
  for (const Bug& bug : result.bugs) names.insert(bug.finding.checker);
  return names;
}

const Names nothing;

struct Right {
  const char* name;
  Program program;
  friend std::ostream& operator<<(std::ostream& stream, const Right& right) { return stream << right.name; }
};

class RightProgram : public testing::TestWithParam<Right> {};

TEST_P(RightProgram, passes_ten_thousand_executions_that_switch_at_synchronisation) {
  EXPECT_EQ(found_in(GetParam().program, Points::sync, 10'000), nothing);
}

TEST_P(RightProgram, passes_when_every_access_is_watched) {
  EXPECT_EQ(found_in(GetParam().program, Points::all, 1'000), nothing);
}

TEST_P(RightProgram, is_deterministic) {
  for (const Points points : {Points::sync, Points::all}) {
    CampaignOptions options;
    options.strategy = "random";
    options.executions = 100;
    options.determinism_every = 1;
    EXPECT_EQ(explore(unmodified("program", GetParam().program, points), options).executions, 100U);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Unmodified, RightProgram,
    testing::Values(Right{"counts_under_a_mutex", &programs::counts_under_a_mutex},
                    Right{"hands_over_with_a_condition_variable", &programs::hands_over_with_a_condition_variable},
                    Right{"publishes_with_an_atomic", &programs::publishes_with_an_atomic},
                    Right{"initialises_once", &programs::initialises_once},
                    Right{"shares_a_lock", &programs::shares_a_lock},
                    Right{"adds_in_every_width", &programs::adds_in_every_width},
                    Right{"adds_with_compare_exchange", &programs::adds_with_compare_exchange},
                    Right{"keeps_thread_locals_apart", &programs::keeps_thread_locals_apart},
                    Right{"keeps_errno_apart", &programs::keeps_errno_apart},
                    Right{"keeps_exceptions_in_flight_apart", &programs::keeps_exceptions_in_flight_apart},
                    Right{"destroys_thread_locals", &programs::destroys_thread_locals_at_the_end_of_a_thread},
                    Right{"returns_results_through_join", &programs::returns_results_through_join},
                    Right{"leaves_threads_with_pthread_exit", &programs::leaves_threads_with_pthread_exit},
                    Right{"uses_all_types_of_mutexes", &programs::uses_all_types_of_mutexes},
                    Right{"waits_with_time_outs", &programs::waits_with_time_outs},
                    Right{"initialises_once_with_pthread_once", &programs::initialises_once_with_pthread_once},
                    Right{"reads_and_writes_under_a_rwlock", &programs::reads_and_writes_under_a_rwlock},
                    Right{"detaches_a_thread", &programs::detaches_a_thread}, Right{"ten_lines", &programs::ten_lines}),
    [](const auto& program) { return std::string(program.param.name); });

TEST(WrongProgram, lost_update_of_a_plain_variable_is_found_and_confirmed_when_every_access_is_watched) {
  CampaignOptions options;
  options.strategy = "random";
  options.executions = 300;
  options.stop_at_first = false;
  const CampaignResult result = explore(unmodified("program", &programs::loses_an_update, Points::all), options);
  Names names;
  for (const Bug& bug : result.bugs) {
    names.insert(bug.finding.checker);
    ASSERT_EQ(bug.finding.objects.size(), 1U);
    EXPECT_EQ(bug.trace.objects[bug.finding.objects[0]].creator, 0) << "the variable is one of T0's, on its stack";
  }
  EXPECT_EQ(names, Names{"lost-update"});
}

TEST(WrongProgram, lost_update_of_an_atomic_is_found_and_confirmed) {
  EXPECT_EQ(bugs_of(&programs::loses_an_update_of_an_atomic, Points::sync), Names{"lost-update"});
}

TEST(WrongProgram, locks_taken_in_opposite_orders_are_found) {
  EXPECT_EQ(bugs_of(&programs::locks_in_opposite_orders, Points::sync), Names{"wait-cycle"});
}

TEST(WrongProgram, missed_notify_is_found) {
  EXPECT_EQ(bugs_of(&programs::misses_a_notify, Points::sync), Names{"lost-wakeup"});
}

TEST(WrongProgram, second_join_is_found) {
  EXPECT_EQ(bugs_of(&programs::joins_a_thread_twice, Points::sync), Names{"join-misuse"});
}

TEST(WrongProgram, exception_that_leaves_a_thread_is_found) {
  EXPECT_EQ(bugs_of(&programs::lets_an_exception_leave_a_thread, Points::sync), Names{"uncaught-exception"});
}

TEST(WrongProgram, destroyed_joinable_thread_is_found) {
  EXPECT_EQ(bugs_of(&programs::destroys_a_joinable_thread, Points::sync), Names{"uncaught-exception"});
}

TEST(WrongProgram, crash_is_found_in_a_worker) {
  EXPECT_EQ(bugs_of(&programs::follows_a_null_pointer, Points::sync, "random", 1), Names{"crash"});
  EXPECT_EQ(bugs_of(&programs::follows_a_null_pointer, Points::all, "random", 1), Names{"crash"});
}

TEST(WrongProgram, endless_loop_is_found_in_a_worker) {
  EXPECT_EQ(bugs_of(&programs::computes_for_ever, Points::sync, "random", 1), Names{"endless-loop"});
}

TEST(WrongProgram, bugs_are_found_by_partial_order_reduction_too) {
  EXPECT_EQ(bugs_of(&programs::locks_in_opposite_orders, Points::sync, "dpor"), Names{"wait-cycle"});
  EXPECT_EQ(bugs_of(&programs::loses_an_update_of_an_atomic, Points::sync, "dpor"), Names{"lost-update"});
}

TEST(RightPrograms, are_verified_by_partial_order_reduction) {
  CampaignOptions options;
  options.strategy = "dpor";
  options.executions = 20'000;
  const CampaignResult result = explore(unmodified("program", &programs::ten_lines), options);
  EXPECT_TRUE(result.exhausted);
  EXPECT_TRUE(result.bugs.empty());
}

TEST(UnmodifiedPrograms, give_the_same_trace_for_the_same_seed_a_hundred_times) {
  const auto digests_of = [](Points points) {
    const Scenario scenario = unmodified("program", &programs::hands_over_with_a_condition_variable, points);
    std::set<std::uint32_t> digests;
    for (int i = 0; i < 100; ++i) {
      Execution execution;
      RandomStrategy strategy(7, go_on);
      strategy.begin(3);
      execution.run(scenario, strategy, {});
      digests.insert(trace_digest(execution.trace()));
    }
    return digests;
  };
  EXPECT_EQ(digests_of(Points::sync).size(), 1U);
  EXPECT_EQ(digests_of(Points::all).size(), 1U);
}

TEST(UnmodifiedPrograms, take_turns_with_each_other_and_with_real_threads) {
  errno = 77;
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(found_in(&programs::keeps_thread_locals_apart, Points::sync, 10), nothing);
    std::mutex mutex;
    int count = 0;
    std::thread real([&] {
      const std::lock_guard<std::mutex> lock(mutex);
      ++count;
    });
    real.join();
    EXPECT_EQ(count, 1);
  }
  EXPECT_EQ(errno, 77) << "an execution has left its errno behind";
}

TEST(UnmodifiedPrograms, destroy_the_thread_locals_of_each_thread_once) {
  found_in(&programs::destroys_thread_locals_at_the_end_of_a_thread, Points::sync, 1);
  EXPECT_EQ(programs::thread_locals_destroyed(), 2);
}

TEST(UnmodifiedPrograms, run_on_after_executions_that_were_abandoned) {
  CampaignOptions options;
  options.strategy = "random";
  options.executions = 3000;
  options.stop_at_first = false;
  const CampaignResult result = explore(unmodified("program", &programs::locks_in_opposite_orders), options);
  EXPECT_EQ(result.executions, 3000U);
  EXPECT_EQ(found_in(&programs::keeps_exceptions_in_flight_apart, Points::sync, 100), nothing);
}

TEST(UnmodifiedPrograms, run_in_worker_processes) {
  CampaignOptions options;
  options.strategy = "random";
  options.executions = 2000;
  options.jobs = 2;
  const CampaignResult right = explore(unmodified("program", &programs::keeps_thread_locals_apart), options);
  EXPECT_EQ(right.executions, 2000U);
  EXPECT_TRUE(right.bugs.empty());
  const CampaignResult wrong = explore(unmodified("program", &programs::locks_in_opposite_orders), options);
  ASSERT_EQ(wrong.bugs.size(), 1U);
  EXPECT_EQ(wrong.bugs[0].finding.checker, "wait-cycle");
}

}  // namespace
}  // namespace snag
