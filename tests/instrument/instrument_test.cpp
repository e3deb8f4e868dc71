// Unmodified programs in one process: right ones pass, wrong ones are found and named, whichever compiler they come
// from; thread-locals belong to a thread; the same seed gives the same trace.
#include "harness/instrument/instrument.h"
#include "checkers/all.h"
#include "checkers/causes.h"
#include "harness/campaign/campaign.h"
#include "harness/campaign/reproduce.h"
#include "harness/execution/execution.h"
#include "harness/strategies/random.h"
#include "tests/instrument/findings_of.h"
#include "tests/instrument/programs/programs.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <iterator>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace snag {
namespace {

class RightProgram : public testing::TestWithParam<programs::Right> {};

TEST_P(RightProgram, passes_ten_thousand_executions_that_switch_at_synchronisation) {
  EXPECT_EQ(found_in(GetParam().program, Points::sync, 10'000), nothing);
}

TEST_P(RightProgram, passes_where_accesses_that_race_are_learnt) {
  EXPECT_EQ(found_in(GetParam().program, Points::races, 2'000), nothing);
}

TEST_P(RightProgram, passes_when_every_access_is_watched) {
  EXPECT_EQ(found_in(GetParam().program, Points::all, 1'000), nothing);
}

TEST_P(RightProgram, is_deterministic) {
  for (const Points points : {Points::sync, Points::races, Points::all}) {
    CampaignOptions options;
    options.strategy = "random";
    options.executions = 100;
    options.determinism_every = 1;
    EXPECT_EQ(explore(unmodified("program", GetParam().program, points), options).executions, 100U);
  }
}

INSTANTIATE_TEST_SUITE_P(Unmodified, RightProgram, testing::ValuesIn(programs::right),
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

TEST(WrongProgram, lost_update_of_a_plain_variable_is_found_where_accesses_that_race_are_learnt) {
  for (const std::size_t jobs : {0U, 2U}) {
    CampaignOptions options;
    options.strategy = "random";
    options.executions = 300;
    options.stop_at_first = false;
    options.jobs = jobs;
    const Scenario scenario = unmodified("program", &programs::loses_an_update, Points::races);
    const CampaignResult result = explore(scenario, options);
    Names names;
    for (const Bug& bug : result.bugs) names.insert(bug.finding.checker);
    EXPECT_EQ(names, Names{"lost-update"});
    ASSERT_FALSE(result.bugs.empty());
    const Token& token = result.bugs[0].token;
    EXPECT_FALSE(token.plain_points.places.empty()) << "a replay needs to know where threads may switch";
    const Reproduction reproduction = reproduce(scenario, parse_token(format_token(token)), Detail::trace_only);
    EXPECT_FALSE(reproduction.divergence.has_value());
    EXPECT_TRUE(reproduction.same_trace);
    ASSERT_EQ(reproduction.narrative.findings.size(), 1U);
    EXPECT_EQ(reproduction.narrative.findings[0].checker, "lost-update");
  }
}

TEST(WrongProgram, update_lost_between_two_critical_sections_is_found_though_nothing_races) {
  EXPECT_EQ(bugs_of(&programs::loses_an_update_between_locks, Points::races), Names{"lost-update"});
}

TEST(WrongProgram, data_race_is_found_in_the_first_execution_where_accesses_that_race_are_learnt) {
  EXPECT_EQ(found_in(&programs::loses_an_update, Points::races, 1), Names{"data-race"});
}

TEST(WrongProgram, wait_for_a_plain_flag_ends_where_accesses_that_race_are_learnt) {
  EXPECT_EQ(bugs_of(&programs::waits_for_a_plain_flag, Points::races), Names{"data-race"});
}

TEST(WrongProgram, plain_accesses_are_points_for_searches_of_all_interleavings) {
  EXPECT_EQ(bugs_of(&programs::loses_an_update, Points::races, "dpor"),
            bugs_of(&programs::loses_an_update, Points::all, "dpor"));
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

TEST(WrongProgram, use_after_free_is_found_wherever_threads_switch) {
  for (const Points points : {Points::sync, Points::races, Points::all}) {
    EXPECT_EQ(bugs_of(&programs::uses_what_another_thread_has_freed, points), Names{"use-after-free"});
    EXPECT_EQ(bugs_of(&programs::uses_an_atomic_that_was_freed, points), Names{"use-after-free"});
  }
}

TEST(WrongProgram, use_that_only_may_come_after_the_free_is_a_race_at_first_and_then_happens) {
  CampaignOptions options;
  options.strategy = "random";
  options.executions = 300;
  options.stop_at_first = false;
  const Scenario scenario = unmodified("program", &programs::uses_what_a_thread_may_have_freed);
  const CampaignResult result = explore(scenario, options);
  Names names;
  for (const Bug& bug : result.bugs) names.insert(bug.finding.checker);
  EXPECT_EQ(names, (Names{"data-race", "use-after-free"}));
}

TEST(WrongProgram, second_free_is_found) {
  EXPECT_EQ(bugs_of(&programs::frees_twice, Points::sync), Names{"double-free"});
}

TEST(WrongProgram, free_of_what_is_no_block_is_found) {
  EXPECT_EQ(bugs_of(&programs::frees_what_was_never_allocated, Points::sync), Names{"invalid-free"});
  EXPECT_EQ(bugs_of(&programs::frees_an_address_in_the_middle, Points::sync), Names{"invalid-free"});
}

TEST(WrongProgram, use_after_free_is_told_with_the_lines_of_allocation_free_and_use) {
  CampaignOptions options;
  options.strategy = "random";
  const Scenario scenario = unmodified("program", &programs::uses_what_another_thread_has_freed);
  const CampaignResult result = explore(scenario, options);
  ASSERT_EQ(result.bugs.size(), 1U);
  const Reproduction reproduction = reproduce(scenario, result.bugs[0].token, Detail::with_source);
  EXPECT_TRUE(reproduction.same_trace);
  ASSERT_EQ(reproduction.narrative.findings.size(), 1U);
  ASSERT_EQ(reproduction.narrative.findings[0].steps.size(), 3U);
  for (const Step step : reproduction.narrative.findings[0].steps) {
    const std::vector<SourcePlace>& places = reproduction.narrative.places[step];
    ASSERT_FALSE(places.empty());
    EXPECT_TRUE(places[0].file.ends_with("programs/memory.cpp")) << places[0].file;
  }
}

TEST(UnmodifiedPrograms, may_have_parts_whose_accesses_are_not_looked_at) {
  for (const Points points : {Points::races, Points::all})
    EXPECT_EQ(found_in(&programs::counts_roughly, points, 100), nothing);
}

TEST(Names, of_static_variables_come_from_debug_information) {
  const auto named_by = [](Program program) {
    CampaignOptions options;
    options.strategy = "random";
    options.executions = 300;
    const CampaignResult result = explore(unmodified("program", program), options);
    Names names;
    for (const Bug& bug : result.bugs)
      for (const ObjectIndex object : bug.finding.objects) names.insert(display_name(bug.trace, object));
    return names;
  };
  EXPECT_EQ(named_by(&programs::races_on_a_member), Names{"account.balance"});
  EXPECT_EQ(named_by(&programs::races_on_an_element), Names{"table[3].count[1]"});
  const Names local = named_by(&programs::races_on_a_static_local);
  ASSERT_EQ(local.size(), 1U);
  EXPECT_TRUE(local.begin()->starts_with("calls")) << "Clang does not tell of which function";
  EXPECT_EQ(named_by(&programs::loses_a_ticket), Names{"tickets"});
}

TEST(Heap, gives_memory_again_when_the_quarantine_is_full) {
  EXPECT_EQ(found_in(&programs::allocates_and_frees_much, Points::sync, 3), nothing);
}

TEST(Heap, gives_each_thread_the_same_addresses_under_every_schedule) {
  static std::set<const void*> addresses;
  addresses.clear();
  const auto two_threads = [] {
    const auto allocates = [] {
      for (int i = 0; i < 3; ++i) {
        const auto number = std::make_unique<int>(i);
        const instrument::Inside inside;
        addresses.insert(number.get());
      }
    };
    std::thread one(allocates);
    std::thread other(allocates);
    one.join();
    other.join();
  };
  Execution execution;
  RandomStrategy strategy(1, go_on);
  const Scenario scenario = unmodified("addresses", two_threads);
  for (std::uint64_t number = 0; number < 100; ++number) {
    strategy.begin(number);
    execution.run(scenario, strategy, {});
  }
  EXPECT_EQ(addresses.size(), 6U);
}

TEST(WrongProgram, place_of_a_bug_is_the_programs_line) {
  CampaignOptions options;
  options.strategy = "random";
  const Scenario scenario = unmodified("program", &programs::locks_in_opposite_orders);
  const CampaignResult result = explore(scenario, options);
  ASSERT_EQ(result.bugs.size(), 1U);
  const Reproduction reproduction = reproduce(scenario, result.bugs[0].token, Detail::with_source);
  EXPECT_TRUE(reproduction.same_trace);
  ASSERT_EQ(reproduction.narrative.findings.size(), 1U);
  for (const Step step : reproduction.narrative.findings[0].steps) {
    const std::vector<SourcePlace>& places = reproduction.narrative.places[step];
    ASSERT_FALSE(places.empty());
    EXPECT_TRUE(places[0].file.ends_with("programs/threads.cpp")) << places[0].file;
    EXPECT_GT(places[0].line, 0);
  }
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

TEST(UnmodifiedPrograms, give_the_same_traces_in_every_process) {
  // Addresses differ from process to process.
  std::set<std::string> outputs;
  for (int i = 0; i < 20; ++i) {
    std::FILE* const child = popen(SNAG_TRACE_DIGESTS, "r");
    ASSERT_NE(child, nullptr);
    std::string output;
    for (int character = std::fgetc(child); character != EOF; character = std::fgetc(child))
      output += static_cast<char>(character);
    ASSERT_EQ(pclose(child), 0);
    outputs.insert(output);
  }
  ASSERT_EQ(outputs.size(), 1U) << "the first two:\n" << *outputs.begin() << "\n" << *std::next(outputs.begin());
  EXPECT_NE(outputs.begin()->find("ten_lines"), std::string::npos);
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

// As the compiler calls them.
__extension__ using Wide = unsigned __int128;
extern "C" {
std::uint32_t __tsan_atomic32_fetch_add(volatile std::uint32_t* at, std::uint32_t operand, int order);
std::uint8_t __tsan_atomic8_fetch_nand(volatile std::uint8_t* at, std::uint8_t operand, int order);
int __tsan_atomic64_compare_exchange_strong(volatile std::uint64_t* at, std::uint64_t* expected, std::uint64_t desired,
                                            int success, int failure);
Wide __tsan_atomic128_exchange(volatile Wide* at, Wide operand, int order);
Wide __tsan_atomic128_load(const volatile Wide* at, int order);
Wide __tsan_atomic128_compare_exchange_val(volatile Wide* at, Wide expected, Wide desired, int success, int failure);
void __tsan_read16(void* address);
void __tsan_unaligned_write8(void* address);
void __tsan_write_range(void* address, unsigned long size);
}

void uses_the_runtime_by_hand() {
  constexpr int order = __ATOMIC_SEQ_CST;
  std::uint32_t four = 1;
  std::uint8_t one = 6;
  std::uint64_t eight = 7;
  std::uint64_t expected = 8;
  alignas(16) Wide wide = Wide{1} << 100;
  programs::require(__tsan_atomic32_fetch_add(&four, 2, order) == 1 && four == 3, "fetch_add");
  programs::require(__tsan_atomic8_fetch_nand(&one, 3, order) == 6 && one == 0xfd, "fetch_nand");
  programs::require(__tsan_atomic64_compare_exchange_strong(&eight, &expected, 9, order, order) == 0 && expected == 7,
                    "compare_exchange that fails");
  programs::require(__tsan_atomic64_compare_exchange_strong(&eight, &expected, 9, order, order) == 1 && eight == 9,
                    "compare_exchange that succeeds");
  programs::require(__tsan_atomic128_exchange(&wide, Wide{5} << 70, order) == Wide{1} << 100, "wide exchange");
  programs::require(__tsan_atomic128_compare_exchange_val(&wide, 1, 2, order, order) == Wide{5} << 70,
                    "wide compare_exchange");
  programs::require(__tsan_atomic128_load(&wide, order) == Wide{5} << 70, "wide load");
  __tsan_read16(&wide);
  __tsan_unaligned_write8(reinterpret_cast<char*>(&wide) + 3);
  __tsan_write_range(reinterpret_cast<char*>(&wide) + 1, 11);
}

TEST(Runtime, does_the_plain_thing_outside_an_execution) { EXPECT_NO_THROW(uses_the_runtime_by_hand()); }

TEST(Runtime, does_the_same_in_an_execution) {
  EXPECT_EQ(found_in(&uses_the_runtime_by_hand, Points::sync, 1), nothing);
  EXPECT_EQ(found_in(&uses_the_runtime_by_hand, Points::all, 1), nothing);
}

TEST(Runtime, cuts_wide_and_unaligned_accesses_where_eight_bytes_begin) {
  const auto accesses_of = [](void (*touch)(void* address)) {
    alignas(16) static char bytes[32];
    Execution execution;
    RandomStrategy strategy(1);
    strategy.begin(0);
    execution.run(unmodified(
                      "touch", [&] { touch(bytes); }, Points::all),
                  strategy, {});
    std::vector<std::uint32_t> offsets;
    for (const Event& event : execution.trace().events)
      if (event.operation.kind == OperationKind::read || event.operation.kind == OperationKind::write)
        offsets.push_back(execution.trace().objects[event.operation.object].nth);
    const std::uint32_t first = offsets.empty() ? 0 : offsets.front();
    for (std::uint32_t& offset : offsets) offset -= first;
    return offsets;
  };
  using Offsets = std::vector<std::uint32_t>;
  EXPECT_EQ(accesses_of([](void* at) { __tsan_read16(at); }), (Offsets{0, 8}));
  EXPECT_EQ(accesses_of([](void* at) { __tsan_unaligned_write8(static_cast<char*>(at) + 3); }), (Offsets{0, 1, 5, 7}));
  EXPECT_EQ(accesses_of([](void* at) { __tsan_write_range(static_cast<char*>(at) + 1, 11); }), (Offsets{0, 1, 3, 7}));
}

TEST(Runtime, records_what_a_write_left_as_its_value) {
  static int value = 0;
  Execution execution;
  RandomStrategy strategy(1);
  strategy.begin(0);
  value = 7;
  execution.run(unmodified(
                    "write", [] { programs::write_through(value, 9); }, Points::all),
                strategy, {});
  const Event* write = nullptr;
  for (const Event& event : execution.trace().events)
    if (event.operation.kind == OperationKind::write) write = &event;
  ASSERT_NE(write, nullptr);
  EXPECT_EQ(write->before, 7U);
  EXPECT_EQ(write->after, 9U);
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
