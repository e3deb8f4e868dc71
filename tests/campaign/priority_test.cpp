// Campaigns over scenarios that ask for scheduling by priority: which strategy stands for which, what is confirmed only
// within the scheduling, and what the starvation checkers find.
#include "harness/campaign/campaign.h"
#include "harness/campaign/reproduce.h"

#include <gtest/gtest.h>
#include <snag/snag.h>

#include <algorithm>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <vector>

namespace snag {
namespace {

using namespace std::chrono_literals;

Scenario scheduled(std::function<void()> body, const Scheduling& scheduling = {}) {
  return {.name = "test/scenario", .body = std::move(body), .time = TimeModel::ideal, .scheduling = scheduling};
}

CampaignResult campaign(const Scenario& scenario, const std::string& strategy = "mixed",
                        std::uint64_t executions = 50) {
  CampaignOptions options;
  options.strategy = strategy;
  options.executions = executions;
  options.stop_at_first = false;
  options.determinism_every = 1;
  return explore(scenario, options);
}

std::vector<std::string> names_of(const CampaignResult& result) {
  std::vector<std::string> names;
  for (const Bug& bug : result.bugs) names.push_back(bug.finding.checker);
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

using Names = std::vector<std::string>;

void high_before_low() {
  atomic<int> order{0};
  int high_at = 0, low_at = 0;
  thread low = thread_with_priority(0, [&] { low_at = order.fetch_add(1); });
  thread high = thread_with_priority(1, [&] { high_at = order.fetch_add(1); });
  low.join();
  high.join();
  check(high_at == 0 && low_at == 1, "the urgent one goes first");
}

TEST(PriorityCampaign, keeps_to_the_priorities_whatever_the_strategy) {
  for (const char* const strategy : {"mixed", "priority", "random", "round_robin", "pct", "exhaustive"})
    EXPECT_EQ(names_of(campaign(scheduled(&high_before_low), strategy)), Names{}) << strategy;
}

TEST(PriorityCampaign, is_told_under_its_own_name_by_default) {
  CampaignOptions options;
  EXPECT_EQ(strategy_for(scheduled(&high_before_low), options), "priority");
  EXPECT_EQ(strategy_for({.name = "plain", .body = &high_before_low}, options), "mixed");
  options.strategy = "exhaustive";
  EXPECT_EQ(strategy_for(scheduled(&high_before_low), options), "exhaustive");
}

TEST(PriorityCampaign, is_refused_where_no_scheduling_is_asked_for) {
  try {
    campaign({.name = "test/plain", .body = &high_before_low}, "priority");
    FAIL() << "should be refused";
  } catch (const UsageError& error) {
    EXPECT_NE(std::string(error.what()).find("test/plain does not ask for scheduling"), std::string::npos)
        << error.what();
  }
}

TEST(PriorityCampaign, is_verified_within_the_scheduling) {
  const CampaignResult result = campaign(scheduled(&high_before_low), "exhaustive");
  EXPECT_TRUE(result.exhausted);
  EXPECT_TRUE(result.scheduled);
  EXPECT_EQ(result.executions, 1U) << "the priorities leave no choice";
}

// Two threads take two locks in opposite orders, but the second runs only when the first is done.
void opposite_orders(int second_priority) {
  mutex a, b;
  const auto take = [](mutex& first, mutex& second) {
    std::lock_guard outer(first);
    std::lock_guard inner(second);
  };
  thread one = thread_with_priority(1, [&] { take(a, b); });
  thread two = thread_with_priority(second_priority, [&] {
    this_thread::sleep_for(1ns);
    take(b, a);
  });
  one.join();
  two.join();
}

TEST(PriorityCampaign, hunts_only_through_what_the_scheduling_allows) {
  const CampaignResult result = campaign(scheduled([] { opposite_orders(0); }));
  ASSERT_EQ(names_of(result), Names{"lock-order-cycle"});
  EXPECT_EQ(result.bugs[0].finding.certainty, Certainty::predicted) << "no such scheduler can deadlock here";
  EXPECT_GT(result.bugs[0].hunts, 0U);
}

// ---- Starvation ---------------------------------------------------------------------------------------------------

// Low has 1ns to do; the others come again and again and fill the processor.
void arrivals(int rounds) {
  set_priority(9);
  std::vector<thread> threads;
  threads.push_back(thread_with_priority(0, [] { work(1ns); }));
  for (int i = 0; i < 2; ++i)
    threads.push_back(thread_with_priority(2, [rounds] {
      for (int round = 0; round < rounds; ++round) {
        work(5ns);
        this_thread::sleep_for(5ns);
      }
    }));
  for (thread& each : threads) each.join();
}

TEST(PriorityCampaign, tells_who_is_starved_by_arrivals_and_replays_it) {
  const Scenario scenario = scheduled([] { arrivals(8); }, {.starved_after = 30});
  const CampaignResult result = campaign(scenario);
  ASSERT_EQ(names_of(result), Names{"starvation"});
  const Finding& finding = result.bugs[0].finding;
  EXPECT_EQ(finding.threads.front(), 1U);
  ASSERT_EQ(finding.rivals.size(), 2U);
  EXPECT_EQ(finding.rivals[0].times, 8U);
  EXPECT_EQ(finding.rivals[0].duration, 40U);
  const Reproduction again = reproduce(scenario, result.bugs[0].token, Detail::trace_only);
  EXPECT_FALSE(again.divergence);
  EXPECT_TRUE(again.same_trace);
  ASSERT_EQ(again.narrative.findings.size(), 1U);
  EXPECT_EQ(again.narrative.findings[0].timeline, finding.timeline);
}

TEST(PriorityCampaign, a_replay_under_another_scheduling_does_not_fit) {
  Scenario scenario = scheduled(&high_before_low);
  scenario.body = [] {
    high_before_low();
    check(false, "never reached");
  };
  const CampaignResult result = campaign(scenario);
  ASSERT_EQ(names_of(result), Names{"failed-check"});
  EXPECT_FALSE(reproduce(scenario, result.bugs[0].token, Detail::trace_only).divergence);
  scenario.scheduling->policy = Policy::non_preemptive;
  EXPECT_FALSE(reproduce(scenario, result.bugs[0].token, Detail::trace_only).divergence) << "the same turns";
  Token other = result.bugs[0].token;
  ASSERT_FALSE(other.schedule.empty());
  for (Choice& choice : other.schedule) choice.chosen = choice.chosen == 1 ? 2 : choice.chosen == 2 ? 1 : choice.chosen;
  const auto divergence = reproduce(scenario, other, Detail::trace_only).divergence;
  ASSERT_TRUE(divergence.has_value());
  EXPECT_NE(divergence->what.find("by the scenario's scheduling it is another's turn"), std::string::npos)
      << divergence->what;
}

TEST(PriorityCampaign, finds_no_starvation_when_waiting_makes_more_urgent) {
  EXPECT_EQ(names_of(campaign(scheduled([] { arrivals(8); }, {.aging = 5, .starved_after = 30}))), Names{});
}

TEST(PriorityCampaign, ends_executions_in_which_somebody_starves_for_ever) {
  const Scenario scenario = scheduled(
      [] {
        set_priority(9);
        bool done = false;
        thread low = thread_with_priority(0, [&] {
          work(1ns);
          done = true;
        });
        thread high = thread_with_priority(1, [&] {
          while (!done) work(5ns);
        });
        low.join();
        high.join();
      },
      {.starved_after = 30});
  const CampaignResult result = campaign(scenario);
  EXPECT_EQ(names_of(result), Names{"starvation"});
  EXPECT_LT(result.points / result.executions, 100U);
}

void inversion() {
  set_priority(9);
  mutex lock;
  thread low = thread_with_priority(0, [&] {
    std::lock_guard guard(lock);
    work(4ns);
  });
  thread high = thread_with_priority(2, [&] {
    this_thread::sleep_for(1ns);
    std::lock_guard guard(lock);
  });
  thread middle = thread_with_priority(1, [&] {
    this_thread::sleep_for(2ns);
    work(40ns);
  });
  low.join();
  high.join();
  middle.join();
}

TEST(PriorityCampaign, tells_a_priority_inversion_and_not_that_the_holder_is_starved_by_it) {
  const CampaignResult result = campaign(scheduled(&inversion, {.starved_after = 30}));
  ASSERT_EQ(names_of(result), Names{"priority-inversion"});
  EXPECT_EQ(result.bugs[0].finding.threads, (std::vector<ThreadIndex>{2, 1, 3}));
  EXPECT_EQ(result.bugs[0].finding.rivals.at(0).duration, 40U);
}

TEST(PriorityCampaign, finds_an_inversion_within_the_bound_harmless) {
  EXPECT_EQ(names_of(campaign(scheduled(&inversion, {.starved_after = 50}))), Names{});
}

// ---- Starvation whatever the scheduling ----------------------------------------------------------------------------

void readers_and_a_writer() {
  shared_mutex page;
  const auto read = [&] {
    for (int i = 0; i < 5; ++i) std::shared_lock guard(page);
  };
  thread one(read), two(read);
  thread writer([&] { std::lock_guard guard(page); });
  one.join();
  two.join();
  writer.join();
}

TEST(Campaign, finds_the_writer_that_readers_starve_unless_it_holds_them_back) {
  Scenario scenario{.name = "test/readers", .body = &readers_and_a_writer, .starved_after_grants = 5};
  EXPECT_EQ(names_of(campaign(scenario, "mixed", 500)), Names{"starvation"});
  scenario.waiting_writer = WaitingWriter::holds_readers_back;
  EXPECT_EQ(names_of(campaign(scenario, "mixed", 500)), Names{});
}

}  // namespace
}  // namespace snag
