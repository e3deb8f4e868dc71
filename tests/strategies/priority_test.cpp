// The rules of scheduling by priority, on decisions made by hand: levels, turns, places in line, aging, and what is left
// to the strategy among equals.
#include "harness/strategies/priority.h"

#include "harness/strategies/exhaustive.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <vector>

namespace snag {
namespace {

// Answers with the last option, and remembers what it was asked.
class Last : public Strategy {
 public:
  struct Asked {
    std::vector<ThreadIndex> threads;
    bool current_offered;
    std::uint32_t check;
  };
  bool begin(std::uint64_t number) override {
    begun = number;
    return true;
  }
  std::size_t choose_thread(const ThreadDecision& decision) override {
    Asked& now = asked.emplace_back();
    for (const Option& option : decision.options) now.threads.push_back(option.thread);
    now.current_offered = decision.current_offered;
    now.check = decision.check;
    return answers ? decision.options.size() - 1 : refuse;
  }
  std::uint32_t choose_value(const ValueDecision& decision) override { return decision.options - 1; }
  void end(const Schedule&, Step points) override { ended = points; }

  std::vector<Asked> asked;
  std::uint64_t begun = 0;
  Step ended = 0;
  bool answers = true;
};

class PriorityRules : public testing::Test {
 protected:
  // Threads that can go, T0 first; who has the processor is told apart.
  void thread(const Readiness& readiness, OperationKind next = OperationKind::work) {
    ready.threads.push_back(readiness);
    operations.push_back({.kind = next});
  }
  ThreadIndex choose(const Scheduling& scheduling = {}) {
    std::vector<Option> options;
    for (std::size_t i = 0; i < operations.size(); ++i)
      if (!blocked(static_cast<ThreadIndex>(i))) options.push_back({static_cast<ThreadIndex>(i), &operations[i]});
    auto owned = std::make_unique<Last>();
    Last& last = *owned;
    last.answers = answers;
    PriorityStrategy strategy(scheduling, std::move(owned));
    const bool offered = std::ranges::any_of(options, [&](const Option& o) { return o.thread == ready.running; });
    const std::size_t answer = strategy.choose_thread({options, ready.running, offered, 7, 42, &ready});
    asked = last.asked;
    return answer < options.size() ? options[answer].thread : no_thread;
  }
  bool blocked(ThreadIndex thread) const { return std::ranges::find(waiting, thread) != waiting.end(); }

  ReadyThreads ready;
  std::vector<ThreadIndex> waiting;
  std::vector<Operation> operations;
  std::vector<Last::Asked> asked;
  bool answers = true;
};

TEST_F(PriorityRules, the_highest_priority_goes) {
  thread({.priority = 1, .order = 1});
  thread({.priority = 3, .order = 3});
  thread({.priority = 2, .order = 2});
  EXPECT_EQ(choose(), 1);
  EXPECT_TRUE(asked.empty()) << "there is nothing to choose";
}

TEST_F(PriorityRules, who_cannot_go_is_passed_over) {
  thread({.priority = 1, .order = 1});
  thread({.priority = 3, .order = 3});
  thread({.priority = 2, .order = 2});
  waiting = {1};
  EXPECT_EQ(choose(), 2);
}

TEST_F(PriorityRules, of_equals_the_first_in_line_goes) {
  thread({.order = 5});
  thread({.order = 4});
  thread({.order = 6});
  EXPECT_EQ(choose(), 1);
  EXPECT_TRUE(asked.empty());
}

TEST_F(PriorityRules, equals_that_became_ready_together_are_left_to_the_other_strategy) {
  thread({.order = 4});
  thread({.priority = -1, .order = 1});
  thread({.order = 4});
  thread({.order = 5});
  EXPECT_EQ(choose(), 2);
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].threads, (std::vector<ThreadIndex>{0, 2}));
  EXPECT_FALSE(asked[0].current_offered);
  EXPECT_EQ(asked[0].check, 42U);
}

TEST_F(PriorityRules, a_refusal_of_the_other_strategy_is_passed_on) {
  thread({.order = 4});
  thread({.order = 4});
  answers = false;
  EXPECT_EQ(choose(), no_thread);
}

TEST_F(PriorityRules, who_has_the_processor_keeps_it_from_its_equals) {
  thread({.order = 1});
  thread({.order = 9});
  ready.running = 1;
  EXPECT_EQ(choose(), 1);
}

TEST_F(PriorityRules, a_more_urgent_one_takes_the_processor) {
  thread({.priority = 1, .order = 9});
  thread({.order = 1});
  ready.running = 1;
  EXPECT_EQ(choose(), 0);
}

TEST_F(PriorityRules, without_preemption_it_does_not) {
  thread({.priority = 1, .order = 9});
  thread({.order = 1});
  ready.running = 1;
  EXPECT_EQ(choose({.policy = Policy::non_preemptive}), 1);
}

TEST_F(PriorityRules, without_preemption_it_does_when_the_running_one_yields) {
  thread({.priority = 1, .order = 9});
  thread({.order = 1}, OperationKind::yield);
  ready.running = 1;
  EXPECT_EQ(choose({.policy = Policy::non_preemptive}), 0);
}

TEST_F(PriorityRules, without_preemption_the_most_urgent_goes_when_nobody_has_the_processor) {
  thread({.order = 1});
  thread({.priority = 1, .order = 9});
  EXPECT_EQ(choose({.policy = Policy::non_preemptive}), 1);
}

TEST_F(PriorityRules, who_has_used_its_quantum_up_goes_behind_its_equals) {
  thread({.order = 1, .used = 5});
  thread({.order = 9});
  ready.running = 0;
  EXPECT_EQ(choose({.quantum = 6}), 0);
  EXPECT_EQ(choose({.quantum = 5}), 1);
}

TEST_F(PriorityRules, who_has_used_its_quantum_up_stays_before_the_less_urgent) {
  thread({.priority = 1, .order = 1, .used = 5});
  thread({.order = 9});
  ready.running = 0;
  EXPECT_EQ(choose({.quantum = 5}), 0);
}

TEST_F(PriorityRules, who_yields_goes_behind_its_equals_and_stays_before_the_less_urgent) {
  thread({.priority = 1, .order = 1}, OperationKind::yield);
  thread({.order = 2});
  ready.running = 0;
  EXPECT_EQ(choose(), 0);
  thread({.priority = 1, .order = 9});
  EXPECT_EQ(choose(), 2);
}

TEST_F(PriorityRules, a_yield_published_by_one_that_waits_in_line_costs_it_nothing) {
  thread({.order = 1}, OperationKind::yield);
  thread({.order = 2});
  EXPECT_EQ(choose(), 0);
}

TEST_F(PriorityRules, waiting_raises_by_whole_levels) {
  thread({.priority = 2, .since = 30, .order = 1});
  thread({.priority = 0, .since = 0, .order = 2});
  ready.now = 29;
  ready.threads[0].since = 29;
  EXPECT_EQ(choose({.aging = 10}), 0) << "two levels: equal, and later in line";
  ready.now = ready.threads[0].since = 30;
  EXPECT_EQ(choose({.aging = 10}), 1) << "three levels";
  EXPECT_EQ(choose(), 0) << "no aging";
}

TEST_F(PriorityRules, who_has_the_processor_does_not_wait_for_it_but_keeps_what_waiting_gave_it) {
  thread({.priority = 0, .since = 0, .order = 1});
  thread({.priority = 1, .since = 90, .order = 2});
  ready.running = 0;
  ready.now = 99;
  EXPECT_EQ(choose({.aging = 10}), 1);
  ready.threads[0].raised = 2;
  EXPECT_EQ(choose({.aging = 10}), 0);
}

TEST_F(PriorityRules, what_waiting_gave_is_lost_with_the_quantum) {
  thread({.priority = 0, .since = 0, .order = 1, .used = 5, .raised = 2});
  thread({.priority = 1, .since = 90, .order = 2});
  ready.running = 0;
  ready.now = 90;
  EXPECT_EQ(choose({.quantum = 6}), 0);
  EXPECT_EQ(choose({.quantum = 5}), 1);
}

TEST(PriorityStrategy, hands_values_and_beginnings_on) {
  auto owned = std::make_unique<Last>();
  Last& last = *owned;
  PriorityStrategy strategy({}, std::move(owned));
  EXPECT_TRUE(strategy.begin(3));
  EXPECT_EQ(last.begun, 3U);
  const Operation operation;
  EXPECT_EQ(strategy.choose_value({5, &operation, 0, 0, 0}), 4U);
  strategy.end({}, 11);
  EXPECT_EQ(last.ended, 11U);
}

TEST(InheritPriorities, goes_through_any_number_of_links_and_ends_in_a_ring) {
  std::vector<int> chain{0, 1, 2, 9};
  inherit_priorities(chain, std::vector<Blocking>{{1, 0}, {2, 1}, {3, 2}});
  EXPECT_EQ(chain, (std::vector<int>{9, 9, 9, 9}));
  std::vector<int> ring{0, 5};
  inherit_priorities(ring, std::vector<Blocking>{{0, 1}, {1, 0}});
  EXPECT_EQ(ring, (std::vector<int>{5, 5}));
}

}  // namespace
}  // namespace snag
