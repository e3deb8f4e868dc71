// Campaigns: what they find, confirm, hunt, and how they end.
#include "harness/campaign/campaign.h"

#include "harness/campaign/reproduce.h"

#include <gtest/gtest.h>
#include <snag/snag.h>

#include <algorithm>
#include <functional>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <vector>

namespace snag {
namespace {

Scenario scenario(std::function<void()> body) { return {.name = "test/scenario", .body = std::move(body)}; }

CampaignResult campaign(const Scenario& scenario, const std::string& strategy = "mixed") {
  CampaignOptions options;
  options.strategy = strategy;
  options.executions = strategy == "exhaustive" ? 20'000 : 500;
  options.stop_at_first = false;
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

// Two threads that each do the same.
template <class Work>
void twice(Work work) {
  thread one(work), two(work);
  one.join();
  two.join();
}

// ---- Lost updates: confirmed, or silent ----------------------------------------------------------------------------

void increment_unprotected() {
  shared<int> count{0, "count"};
  twice([&] { count = count + 1; });
  check(count == 2, "both increments count");
}

void increment_in_two_locked_steps() {
  shared<int> count{0, "count"};
  mutex m;
  twice([&] {
    int seen = 0;
    {
      std::lock_guard guard(m);
      seen = count;
    }
    std::lock_guard guard(m);
    count = seen + 1;
  });
}

void increment_by_load_and_store() {
  atomic<int> count{0};
  name(count, "count");
  twice([&] { count.store(count.load() + 1); });
}

void withdraw_under_an_outer_lock_of_its_own() {
  shared<int> balance{100, "balance"};
  mutex one, two;  // each thread locks another mutex: no protection at all
  thread first([&] {
    std::lock_guard guard(one);
    balance = balance - 10;
  });
  thread second([&] {
    std::lock_guard guard(two);
    balance = balance - 20;
  });
  first.join();
  second.join();
}

void overwrite_blindly() {
  atomic<int> last{0};
  thread one([&] {
    (void)last.load();
    last.store(1);
  });
  thread two([&] {
    (void)last.load();
    last.store(2);
  });
  one.join();
  two.join();
}

void increment_by_compare_exchange() {
  atomic<int> count{0};
  twice([&] {
    int seen = count.load();
    while (!count.compare_exchange_weak(seen, seen + 1)) {}
  });
  check(count.load() == 2, "both increments count");
}

void reset_that_is_meant() {
  atomic<int> count{5};
  thread counter([&] { count.fetch_add(1); });
  thread reader([&] {
    (void)count.load();
    count.store(0);
  });
  counter.join();
  reader.join();
}

void raise_a_flag_if_it_is_down() {
  atomic<bool> flag{false};
  twice([&] {
    if (!flag.load()) flag.store(true);
  });
}

TEST(LostUpdates, are_confirmed_where_the_value_written_came_from_the_value_read) {
  for (const auto& body : {&increment_unprotected, &increment_in_two_locked_steps, &increment_by_load_and_store,
                           &withdraw_under_an_outer_lock_of_its_own})
    for (const char* const strategy : {"mixed", "random", "pct", "exhaustive"})
      EXPECT_EQ(names_of(campaign(scenario(body), strategy)), Names{"lost-update"}) << strategy;
}

// What T1 reads leads it to write another variable first. The same function then writes the one in question, as it does
// in the other order: that is another write than the one that overwrote.
void link_after_another() {
  mutex m;
  shared<int> next{1, "next"};
  shared<int> other{0, "other"};
  const auto link = [](shared<int> & where, int value) __attribute__((noinline)) { where.write(value); };
  jthread one([&] {
    int links = 0;
    {
      std::lock_guard guard(m);
      if (next.read() == 0) link(other, ++links);
    }
    std::lock_guard guard(m);
    link(next, ++links + 10);
  });
  jthread another([&] {
    std::lock_guard guard(m);
    next.write(0);
  });
}

// Each reads under a share and writes under the lock: well locked, and yet an update is lost in between.
TEST(LostUpdates, are_confirmed_where_the_read_was_made_under_a_share) {
  EXPECT_EQ(names_of(campaign(scenario([] {
              shared_mutex m;
              shared<int> count{0, "count"};
              twice([&] {
                int seen = 0;
                {
                  std::shared_lock guard(m);
                  seen = count.read();
                }
                std::lock_guard guard(m);
                count.write(seen + 1);
              });
            }))),
            Names{"lost-update"});
}

TEST(LostUpdates, stay_silent_where_nothing_is_lost) {
  for (const auto& body : {&overwrite_blindly, &increment_by_compare_exchange, &reset_that_is_meant,
                           &raise_a_flag_if_it_is_down, &link_after_another})
    for (const char* const strategy : {"mixed", "exhaustive"})
      EXPECT_EQ(names_of(campaign(scenario(body), strategy)), Names{}) << strategy;
}

// ---- Lock-order cycles: hunted ---------------------------------------------------------------------------------------

void three_locks_in_a_ring() {
  mutex a, b, c;
  const auto work = [](mutex& first, mutex& second) {
    std::lock_guard outer(first);
    std::lock_guard inner(second);
  };
  thread one([&] { work(a, b); }), two([&] { work(b, c); }), three([&] { work(c, a); });
  one.join();
  two.join();
  three.join();
}

// The second thread takes its locks only when the first has let go of its own, but by a flag that is no synchronisation
// that a lock-order prediction knows of.
void opposite_orders_one_after_the_other() {
  mutex a, b;
  atomic<bool> first_is_done{false};
  thread one([&] {
    {
      std::lock_guard outer(a);
      std::lock_guard inner(b);
    }
    first_is_done.store(true);
  });
  thread two([&] {
    while (!first_is_done.load()) {}
    std::lock_guard outer(b);
    std::lock_guard inner(a);
  });
  one.join();
  two.join();
}

TEST(LockOrderCycles, are_hunted_from_one_execution_that_did_not_hang) {
  CampaignOptions options;
  options.strategy = "exhaustive";  // its first execution runs the threads one after the other
  options.executions = 1;
  options.stop_at_first = false;
  const CampaignResult result = explore(scenario(&three_locks_in_a_ring), options);
  ASSERT_EQ(names_of(result), Names{"wait-cycle"});
  EXPECT_TRUE(result.bugs[0].hunted);
  const Reproduction again = reproduce(scenario(&three_locks_in_a_ring), result.bugs[0].token, Detail::trace_only);
  ASSERT_FALSE(again.divergence.has_value()) << again.divergence->what;
  ASSERT_EQ(again.narrative.findings.size(), 1U);
  EXPECT_EQ(again.narrative.findings[0].checker, "wait-cycle");
}

// One shares the table and then locks the log, the other locks the log and then the table.
void reader_and_writer_in_opposite_orders() {
  shared_mutex table;
  mutex log;
  thread reader([&] {
    std::shared_lock outer(table);
    std::lock_guard inner(log);
  });
  thread writer([&] {
    std::lock_guard outer(log);
    std::unique_lock inner(table);
  });
  reader.join();
  writer.join();
}

TEST(LockOrderCycles, through_shared_locks_are_hunted_too) {
  CampaignOptions options;
  options.strategy = "exhaustive";
  options.executions = 1;
  options.stop_at_first = false;
  for (const WaitingWriter way : {WaitingWriter::lets_readers_pass, WaitingWriter::holds_readers_back}) {
    Scenario tried = scenario(&reader_and_writer_in_opposite_orders);
    tried.waiting_writer = way;
    const CampaignResult result = explore(tried, options);
    ASSERT_EQ(names_of(result), Names{"wait-cycle"});
    EXPECT_TRUE(result.bugs[0].hunted);
  }
}

TEST(LockOrderCycles, that_cannot_be_reached_are_told_as_predicted_only) {
  const CampaignResult result = campaign(scenario(&opposite_orders_one_after_the_other));
  ASSERT_EQ(names_of(result), Names{"lock-order-cycle"});
  EXPECT_EQ(result.bugs[0].finding.certainty, Certainty::predicted);
  EXPECT_GT(result.bugs[0].hunts, 0U);
}

// ---- How campaigns end ------------------------------------------------------------------------------------------------

TEST(Campaign, stops_at_the_first_finding_that_happened) {
  CampaignOptions options;
  options.executions = 100'000;
  const CampaignResult result = explore(scenario(&increment_unprotected), options);
  EXPECT_EQ(names_of(result), Names{"lost-update"});
  EXPECT_LT(result.executions, 100U);
}

TEST(Campaign, gives_the_same_bugs_for_the_same_seed) {
  const auto tokens = [](std::uint64_t seed) {
    CampaignOptions options;
    options.seed = seed;
    options.stop_at_first = false;
    options.executions = 200;
    std::vector<std::string> result;
    for (const Bug& bug : explore(scenario(&three_locks_in_a_ring), options).bugs)
      result.push_back(format_token(bug.token) + bug.fingerprint);
    return result;
  };
  EXPECT_EQ(tokens(3), tokens(3));
  EXPECT_FALSE(tokens(3).empty());
}

TEST(Campaign, says_when_exhaustive_search_has_run_out) {
  const CampaignResult all = campaign(scenario(&increment_by_compare_exchange), "exhaustive");
  EXPECT_TRUE(all.exhausted);
  EXPECT_LT(all.executions, 20'000U);

  CampaignOptions options;
  options.strategy = "exhaustive";
  options.bound = 1;
  options.executions = 20'000;
  const CampaignResult bounded = explore(scenario(&increment_by_compare_exchange), options);
  EXPECT_FALSE(bounded.exhausted);
  EXPECT_EQ(bounded.bound, 1U);
  EXPECT_LT(bounded.executions, all.executions);

  options.bound.reset();
  options.executions = 3;
  const CampaignResult cut = explore(scenario(&increment_by_compare_exchange), options);
  EXPECT_FALSE(cut.exhausted);
  EXPECT_FALSE(cut.bound.has_value());
}

TEST(Campaign, keeps_its_time_cap_and_says_so) {
  CampaignOptions options;
  options.executions = 1'000'000'000;
  options.seconds = 0.2;
  const CampaignResult result = explore(scenario(&increment_by_compare_exchange), options);
  EXPECT_TRUE(result.time_capped);
  EXPECT_GE(result.seconds, 0.2);
  EXPECT_LT(result.seconds, 5);
}

TEST(Campaign, ends_when_it_is_interrupted) {
  CampaignOptions options;
  options.executions = 1'000'000'000;
  const CampaignResult result =
      explore(scenario(&increment_by_compare_exchange), options, [](const Progress&) { return false; });
  EXPECT_TRUE(result.interrupted);
  EXPECT_GT(result.executions, 0U);
}

TEST(Campaign, counts_endless_executions_as_inconclusive) {
  CampaignOptions options;
  options.executions = 10;
  options.steps_max = 500;
  const CampaignResult result = explore(scenario([] {
                                          atomic<int> x{0};
                                          for (;;) x.fetch_add(1);
                                        }),
                                        options);
  EXPECT_TRUE(result.bugs.empty());
  EXPECT_EQ(result.inconclusive, 10U);
}

TEST(Campaign, takes_the_step_limit_of_the_scenario_unless_another_is_asked_for) {
  Scenario endless = scenario([] {
    atomic<int> x{0};
    for (;;) x.fetch_add(1);
  });
  endless.steps_max = 300;
  CampaignOptions options;
  options.executions = 1;
  EXPECT_EQ(explore(endless, options).points, 301U);
  options.steps_max = 500;
  EXPECT_EQ(explore(endless, options).points, 501U);
}

TEST(Campaign, refuses_options_that_make_no_sense) {
  const auto with = [](auto change) {
    CampaignOptions options;
    change(options);
    return [options] { explore(scenario([] {}), options); };
  };
  EXPECT_THROW(with([](auto& options) { options.strategy = "clever"; })(), UsageError);
  EXPECT_THROW(with([](auto& options) { options.executions = 0; })(), UsageError);
  EXPECT_THROW(with([](auto& options) { options.go_on = 1.5; })(), UsageError);
  EXPECT_THROW(with([](auto& options) { options.depth = 0; })(), UsageError);
  EXPECT_THROW(with([](auto& options) { options.stack_size = 10; })(), UsageError);
}

// ---- The determinism guard ----------------------------------------------------------------------------------------------

TEST(DeterminismGuard, names_the_first_step_that_differs) {
  int runs = 0;
  const Scenario remembers = scenario([&] {
    atomic<int> x{0};
    x.store(1);
    if (++runs % 2 == 0)
      x.fetch_add(1);
    else
      (void)x.load();
  });
  try {
    campaign(remembers);
    FAIL() << "no error";
  } catch (const NondeterminismError& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("step 2"), std::string::npos) << text;
    EXPECT_NE(text.find("campaign_test.cpp"), std::string::npos) << text;
  }
}

TEST(DeterminismGuard, sees_that_other_threads_can_go) {
  int runs = 0;
  const Scenario remembers = scenario([&] {
    atomic<int> x{0};
    const bool odd = ++runs % 2 != 0;
    thread one([&] { x.store(1); });
    thread two([&] {
      if (odd)
        x.store(2);
      else
        x.fetch_add(2);
    });
    one.join();
    two.join();
  });
  EXPECT_THROW(campaign(remembers), NondeterminismError);
  EXPECT_THROW(campaign(remembers, "exhaustive"), NondeterminismError);
}

TEST(DeterminismGuard, ends_its_second_run_where_the_first_one_ended) {
  EXPECT_EQ(names_of(campaign(scenario([] {
              atomic<int> x{0};
              thread one([&] { x.store(1); });
            }))),
            Names{"thread-not-joined"});
}

TEST(DeterminismGuard, meets_statics_with_the_error_that_tells_the_mend) {
  EXPECT_THROW(campaign(scenario([] {
                 static mutex kept;
                 kept.lock();
                 kept.unlock();
               })),
               UsageError);
}

TEST(Campaign, withholds_verified_where_a_bounded_loop_was_held_back) {
  const CampaignResult result = campaign(scenario([] {
                                           atomic<int> x{0}, y{0};
                                           thread one([&] {
                                             for (int i = 0; i < 5; ++i) (void)x.load();
                                             y.store(1);
                                           });
                                           thread two([&] { (void)y.load(); });
                                           one.join();
                                           two.join();
                                         }),
                                         "exhaustive");
  EXPECT_TRUE(result.polled_in_vain);
  EXPECT_FALSE(result.exhausted);
}

// ---- Replays ----------------------------------------------------------------------------------------------------------------

TEST(Reproduction, of_a_token_gives_the_same_finding_and_trace) {
  for (const auto& body : {&increment_unprotected, &three_locks_in_a_ring, &increment_in_two_locked_steps}) {
    const CampaignResult result = campaign(scenario(body));
    ASSERT_FALSE(result.bugs.empty());
    for (const Bug& bug : result.bugs) {
      const Token token = parse_token(format_token(bug.token));
      const Reproduction again = reproduce(scenario(body), token, Detail::with_source);
      EXPECT_FALSE(again.divergence.has_value());
      EXPECT_TRUE(again.same_trace);
      ASSERT_FALSE(again.narrative.findings.empty());
      EXPECT_EQ(again.narrative.findings[0].checker, bug.finding.checker);
      const std::vector<SourcePlace>& frames = again.narrative.places.at(bug.finding.steps.at(0));
      ASSERT_FALSE(frames.empty());
      EXPECT_TRUE(frames[0].file.ends_with("campaign_test.cpp")) << frames[0].file;
    }
  }
}

TEST(Reproduction, on_a_changed_program_says_where_it_parts) {
  const CampaignResult result = campaign(scenario(&increment_unprotected));
  ASSERT_FALSE(result.bugs.empty());
  const Token token = parse_token(format_token(result.bugs[0].token));
  EXPECT_TRUE(reproduce(scenario(&three_locks_in_a_ring), token, Detail::trace_only).divergence.has_value());
}

}  // namespace
}  // namespace snag
