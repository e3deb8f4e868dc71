// Unmodified programs that use more than threads and locks: the waits of the standard library, POSIX semaphores, barriers
// and keys, random numbers, blocking calls. Right ones pass, wrong ones are named.
#include "tests/instrument/programs/interface.h"
#include "harness/instrument/uncontrolled.h"
#include "tests/instrument/findings_of.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace snag {
namespace {

class RightInterface : public testing::TestWithParam<programs::Right> {};

TEST_P(RightInterface, passes_ten_thousand_executions_that_switch_at_synchronisation) {
  EXPECT_EQ(found_in(GetParam().program, Points::sync, 10'000), nothing);
}

TEST_P(RightInterface, passes_when_every_access_is_watched) {
  EXPECT_EQ(found_in(GetParam().program, Points::all, 1'000), nothing);
}

TEST_P(RightInterface, is_deterministic) {
  for (const Points points : {Points::sync, Points::all}) {
    CampaignOptions options;
    options.strategy = "random";
    options.executions = 100;
    options.determinism_every = 1;
    EXPECT_EQ(explore(unmodified("program", GetParam().program, points), options).executions, 100U);
  }
}

INSTANTIATE_TEST_SUITE_P(Unmodified, RightInterface, testing::ValuesIn(programs::right_with_interface),
                         [](const auto& program) { return std::string(program.param.name); });

// Each piece is told before any is written.
TEST(Pieces, of_what_is_written_at_once_are_told_with_the_values_that_they_get) {
  Execution execution;
  RandomStrategy strategy(1);
  strategy.begin(0);
  execution.run(unmodified("program", &programs::fills_and_copies, Points::all), strategy, {});
  std::vector<std::string> written;
  for (const Event& event : execution.trace().events) {
    if (event.operation.kind != OperationKind::write) continue;
    std::string bytes(sizeof event.after, '\0');
    std::memcpy(bytes.data(), &event.after, sizeof event.after);
    written.push_back(bytes.substr(0, bytes.find('\0')));
  }
  // Before these it has noted which functions it will call.
  ASSERT_GE(written.size(), 8U);
  written.erase(written.begin(), written.end() - 8);
  EXPECT_EQ(written, (std::vector<std::string>{"ZZZZZZZZ", "ZZZZZZZZ", "ZZZZZZZZ", "one long", " text...", "another ",
                                               "text", ""}));
}

TEST(WrongWait, notify_before_the_store_is_found) {
  EXPECT_EQ(bugs_of(&programs::notifies_before_it_stores, Points::sync), Names{"lost-wakeup"});
}

TEST(WrongWait, two_futures_that_wait_for_each_other_are_found) {
  EXPECT_EQ(bugs_of(&programs::waits_for_a_promise_that_waits_for_it, Points::sync), Names{"deadlock"});
}

TEST(WrongWait, latch_that_nobody_opens_is_found) {
  EXPECT_EQ(bugs_of(&programs::counts_a_latch_down_too_rarely, Points::sync), Names{"deadlock"});
}

TEST(WrongWait, semaphore_that_nobody_releases_is_found) {
  EXPECT_EQ(bugs_of(&programs::takes_a_ticket_and_keeps_it, Points::sync), Names{"deadlock"});
}

TEST(WrongWait, lost_wakeup_is_found_by_partial_order_reduction_too) {
  EXPECT_EQ(bugs_of(&programs::notifies_before_it_stores, Points::sync, "dpor"), Names{"lost-wakeup"});
}

TEST(WrongWait, posix_semaphore_that_nobody_posts_is_found) {
  EXPECT_EQ(bugs_of(&programs::waits_for_a_post_too_many, Points::sync), Names{"deadlock"});
}

TEST(WrongWait, posix_barrier_with_too_few_is_found) {
  EXPECT_EQ(bugs_of(&programs::meets_at_a_barrier_for_more, Points::sync), Names{"deadlock"});
}

TEST(WrongWait, posix_barrier_that_goes_while_a_thread_waits_is_found) {
  EXPECT_TRUE(bugs_of(&programs::destroys_a_barrier_that_others_wait_at, Points::sync).contains("destroyed-in-use"));
}

TEST(WrongWait, spin_lock_that_is_not_released_is_found) {
  EXPECT_EQ(bugs_of(&programs::takes_a_spin_lock_twice, Points::sync), Names{"wait-cycle"});
}

TEST(WrongOrder, relaxed_lock_that_nobody_told_of_is_a_race) {
  EXPECT_TRUE(bugs_of(&programs::keeps_its_orders_to_itself, Points::all).contains("data-race"));
}

TEST(WrongOrder, bytes_that_are_copied_and_read_at_a_time_are_a_race) {
  EXPECT_TRUE(bugs_of(&programs::copies_without_a_mutex, Points::all).contains("data-race"));
}

TEST(WrongWait, read_of_what_nobody_writes_is_found) {
  EXPECT_EQ(bugs_of(&programs::reads_what_nobody_writes, Points::sync), Names{"deadlock"});
}

/// What a campaign refuses to go on with.
std::string refusal_of(Program program) {
  CampaignOptions options;
  options.strategy = "random";
  options.executions = 10;
  try {
    explore(unmodified("program", program), options);
  } catch (const UsageError& error) { return error.what(); }
  return "nothing was refused";
}

TEST(NotControlled, robust_mutex_is_refused_with_its_name) {
  EXPECT_NE(refusal_of(&programs::takes_a_robust_mutex).find("PTHREAD_MUTEX_ROBUST"), std::string::npos);
  EXPECT_EQ(found_in(&programs::ten_lines, Points::sync, 10), nothing) << "and others run after it";
}

TEST(NotControlled, what_acts_behind_the_schedulers_back_is_refused_with_its_name) {
  EXPECT_NE(refusal_of(&programs::makes_a_c11_thread).find("thrd_create"), std::string::npos);
  EXPECT_NE(refusal_of(&programs::cancels_a_thread).find("pthread_cancel"), std::string::npos);
  EXPECT_NE(refusal_of(&programs::sets_a_timer).find("timer_create"), std::string::npos);
  EXPECT_NE(refusal_of(&programs::waits_for_a_signal).find("sigwait"), std::string::npos);
}

int times_told = 0;

TEST(NotControlled, fork_is_said_once_and_its_child_goes_on_alone) {
  times_told = 0;
  instrument::tell_uncontrolled = [](instrument::Uncontrolled what, const void* place) {
    EXPECT_EQ(what, instrument::Uncontrolled::fork);
    EXPECT_NE(place, nullptr);
    ++times_told;
  };
  EXPECT_EQ(found_in(&programs::makes_a_process, Points::sync, 20), nothing);
  EXPECT_EQ(times_told, 1);
  instrument::tell_uncontrolled = nullptr;
}

}  // namespace
}  // namespace snag
