// What campaigns have seen: behaviours, reads-from pairs, races in one order, and the chance of something new.
#include "harness/campaign/coverage.h"
#include "harness/campaign/campaign.h"

#include "tests/checkers/trace_builder.h"
#include "tests/support/random_program.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <snag/snag.h>

#include <functional>
#include <set>
#include <string>

namespace snag {
namespace {

CampaignResult explore_all(std::function<void()> body, const std::string& strategy, std::size_t jobs = 0,
                           std::uint64_t executions = 50'000) {
  CampaignOptions options;
  options.strategy = strategy;
  options.mixed = MixedSearch::sampling_only;
  options.executions = executions;
  options.stop_at_first = false;
  options.coverage = true;
  options.jobs = jobs;
  return explore({.name = "test/scenario", .body = std::move(body)}, options);
}

// ---- Digests ---------------------------------------------------------------------------------------------------

class Behaviour : public ::testing::Test {
 protected:
  // Two threads and what they do in turn: "ax" lets the first write x, "br" the second read x, "by" write y.
  static std::uint64_t of(const std::string& steps) {
    TraceBuilder t;
    t.thread();
    const ObjectIndex x = t.variable("x");
    const ObjectIndex y = t.variable("y");
    const ThreadIndex first = t.start();
    const ThreadIndex second = t.start();
    for (std::size_t i = 0; i + 1 < steps.size(); i += 2) {
      const ThreadIndex thread = steps[i] == 'a' ? first : second;
      if (steps[i + 1] == 'x') t.write(thread, x, 1);
      if (steps[i + 1] == 'y') t.write(thread, y, 1);
      if (steps[i + 1] == 'r') t.read(thread, x);
    }
    return BehaviourDigest().of(t.trace());
  }
};

TEST_F(Behaviour, is_the_same_whatever_the_order_of_independent_operations) {
  EXPECT_EQ(of("axby"), of("byax"));
  EXPECT_EQ(of("arbr"), of("brar")) << "two reads";
  EXPECT_EQ(of("axbyayax"), of("byaxayax"));
}

TEST_F(Behaviour, differs_where_the_order_matters) {
  EXPECT_NE(of("axbx"), of("bxax"));
  EXPECT_NE(of("axbr"), of("brax"));
  EXPECT_NE(of("axbxar"), of("axarbx"));
  EXPECT_NE(of("axby"), of("axbx"));
}

RC_GTEST_PROP(Behaviours, are_as_many_as_the_classes_that_dpor_runs, (const testing::Program& program)) {
  testing::Runner runner(program);
  const auto body = [&] { runner.body(); };
  const CampaignResult reduced = explore_all(body, "dpor", 0, 3'000);
  RC_PRE(reduced.exhausted);
  const Reduction& counts = *reduced.reduction;
  RC_PRE(counts.redundant == 0 && counts.blocked == 0 && counts.preliminary == 0 && counts.cut_short == 0);
  RC_ASSERT(reduced.coverage.behaviours() == counts.complete + counts.deadlocked);
}

TEST(Behaviours, of_every_interleaving_are_those_of_partial_order_reduction) {
  const auto body = [] {
    atomic<int> x{0}, y{0};
    mutex m;
    thread one([&] {
      x.store(1);
      const std::lock_guard guard(m);
      y.store(1);
    });
    thread two([&] {
      y.store(2);
      const std::lock_guard guard(m);
      (void)x.load();
    });
    one.join();
    two.join();
  };
  const CampaignResult all = explore_all(body, "exhaustive");
  ASSERT_TRUE(all.exhausted);
  EXPECT_EQ(all.coverage.behaviours(), explore_all(body, "dpor").executions);
  EXPECT_LT(all.coverage.behaviours(), all.executions);
  EXPECT_LT(all.coverage.chance_of_a_new_behaviour(), 0) << "no sample, no estimate";
}

// ---- Pairs -----------------------------------------------------------------------------------------------------

TEST(ReadsFrom, counts_what_each_read_has_seen) {
  const CampaignResult result = explore_all(
      [] {
        atomic<int> x{0};
        thread one([&] { x.store(1); });
        thread two([&] { x.store(2); });
        (void)x.load();
        one.join();
        two.join();
      },
      "exhaustive");
  EXPECT_EQ(result.coverage.reads_from(), 3U) << "the initial value, and two others";
}

TEST(Races, are_told_where_they_came_in_one_order_only) {
  CoverageProbe probe;
  TraceBuilder t;
  t.thread();
  const ObjectIndex x = t.variable("x");
  const ThreadIndex first = t.start();
  const ThreadIndex second = t.start();
  t.write(first, x, 1);
  t.write(second, x, 2);
  probe.add(t.trace(), 0, true);
  Coverage coverage;
  coverage.add(probe.take());
  ASSERT_EQ(coverage.races().size(), 1U);
}

TEST(Races, that_exhaustive_search_has_seen_came_in_both_orders) {
  const auto body = [] {
    atomic<int> x{0};
    mutex m;
    thread one([&] {
      x.store(1);
      m.lock();
      m.unlock();
    });
    thread two([&] {
      x.store(2);
      m.lock();
      m.unlock();
    });
    one.join();
    two.join();
  };
  const CampaignResult all = explore_all(body, "exhaustive", 0, 60);
  EXPECT_EQ(all.coverage.races().size(), 2U);
  for (const RacingPlaces& race : all.coverage.races()) EXPECT_TRUE(race.both_orders);
  const CampaignResult one = explore_all(body, "random", 0, 1);
  EXPECT_EQ(one.coverage.races().size(), 2U);
  for (const RacingPlaces& race : one.coverage.races()) EXPECT_FALSE(race.both_orders);
}

TEST(Races, are_none_where_one_must_come_first) {
  const CampaignResult result = explore_all(
      [] {
        atomic<int> x{0};
        x.store(1);
        thread one([&] { x.store(2); });
        one.join();
        x.store(3);
      },
      "random", 0, 5);
  EXPECT_TRUE(result.coverage.races().empty());
}

// ---- Estimates -------------------------------------------------------------------------------------------------

TEST(ChanceOfANewBehaviour, is_the_part_of_the_sample_that_nobody_else_has_shown) {
  constexpr std::uint64_t independent = 1;
  Coverage coverage;
  coverage.add(CoverageSample{.behaviours = {0x100 | independent, 0x100 | independent, 0x200 | independent,
                                             0x300 | independent, 0x300, 0x400}});
  EXPECT_EQ(coverage.behaviours(), 4U);
  EXPECT_DOUBLE_EQ(coverage.chance_of_a_new_behaviour(), 1.0 / 4) << "of four, only 0x200 was alone";
}

TEST(Coverage, of_two_campaigns_is_put_together) {
  constexpr std::uint64_t independent = 1;
  Coverage one, other;
  one.add(CoverageSample{.behaviours = {0x100, 0x200}});
  other.add(CoverageSample{.behaviours = {0x100 | independent, 0x300 | independent}});
  EXPECT_DOUBLE_EQ(other.chance_of_a_new_behaviour(), 1);
  other.add(one);
  EXPECT_EQ(other.behaviours(), 3U);
  EXPECT_DOUBLE_EQ(other.chance_of_a_new_behaviour(), 0.5) << "0x100 is not alone any more";
}

TEST(ChanceOfANewBehaviour, falls_as_executions_repeat_each_other) {
  const auto body = [] {
    atomic<int> x{0};
    thread one([&] { x.fetch_add(1); });
    thread two([&] { x.fetch_add(2); });
    one.join();
    two.join();
  };
  const CampaignResult result = explore_all(body, "random", 0, 200);
  EXPECT_EQ(result.coverage.behaviours(), 2U);
  EXPECT_DOUBLE_EQ(result.coverage.chance_of_a_new_behaviour(), 0);
}

TEST(CoverageOfACampaign, is_the_same_for_any_number_of_workers) {
  const auto body = [] {
    atomic<int> x{0};
    thread one([&] {
      for (int i = 0; i < 4; ++i) x.fetch_add(1);
    });
    thread two([&] {
      for (int i = 0; i < 4; ++i) x.fetch_add(2);
    });
    one.join();
    two.join();
  };
  const Coverage here = explore_all(body, "mixed", 0, 300).coverage;
  EXPECT_GT(here.behaviours(), 20U);
  EXPECT_GT(here.chance_of_a_new_behaviour(), 0);
  for (const std::size_t jobs : {1U, 2U, 3U}) {
    const Coverage there = explore_all(body, "mixed", jobs, 300).coverage;
    EXPECT_EQ(there.behaviours(), here.behaviours());
    EXPECT_EQ(there.reads_from(), here.reads_from());
    EXPECT_EQ(there.races().size(), here.races().size());
    EXPECT_DOUBLE_EQ(there.chance_of_a_new_behaviour(), here.chance_of_a_new_behaviour());
  }
}

}  // namespace
}  // namespace snag
