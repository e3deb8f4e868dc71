// The lock-order checker over hand-built traces: which cycles it predicts, and which it excuses.
#include "checkers/lock_order.h"

#include "tests/checkers/trace_builder.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <iterator>
#include <tuple>
#include <vector>

namespace snag {
namespace {

class LockOrderTest : public ::testing::Test {
 protected:
  Findings found() { return run(checker, trace.trace()); }
  // Takes the locks in order and lets them go in reverse.
  void nest(ThreadIndex t, std::initializer_list<ObjectIndex> locks) {
    for (const ObjectIndex lock : locks) trace.lock(t, lock);
    for (auto lock = std::rbegin(locks); lock != std::rend(locks); ++lock) trace.unlock(t, *lock);
  }

  LockOrder checker;
  TraceBuilder trace;
  ThreadIndex t0 = trace.thread();
  ThreadIndex t1 = trace.start();
  ThreadIndex t2 = trace.start();
  ThreadIndex t3 = trace.start();
  ObjectIndex a = trace.mutex("a");
  ObjectIndex b = trace.mutex("b");
  ObjectIndex c = trace.mutex("c");
  ObjectIndex gate = trace.mutex("gate");
};

// Events that tell which lock was taken last: the checker is shown no others, and does nothing until there may be a cycle.
class ToldLockOrderTest : public LockOrderTest {
 protected:
  // Takes the locks in order, each inside the one before, and lets them go in reverse. The step of each.
  std::vector<Step> nest(ThreadIndex t, const std::vector<ObjectIndex>& locks) {
    std::vector<Step> steps{trace.routine().lock(t, locks.front())};
    for (std::size_t i = 1; i < locks.size(); ++i) steps.push_back(trace.inside(locks[i - 1]).lock(t, locks[i]));
    for (auto lock = locks.rbegin(); lock != locks.rend(); ++lock) trace.routine().unlock(t, *lock);
    return steps;
  }
};

TEST_F(ToldLockOrderTest, finds_the_cycle_that_the_last_of_three_threads_closes) {
  const std::vector<Step> first = nest(t1, {a, b});
  const std::vector<Step> second = nest(t2, {b, c});
  const std::vector<Step> third = nest(t3, {c, a});
  const Findings findings = found();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].threads, (std::vector{t1, t2, t3}));
  EXPECT_EQ(findings[0].objects, (std::vector{a, b, c}));
  EXPECT_EQ(findings[0].steps, (std::vector{first[0], first[1], second[0], second[1], third[0], third[1]}));
}

TEST_F(ToldLockOrderTest, finds_a_cycle_through_a_lock_that_was_not_taken_last) {
  nest(t1, {a, b, c});
  nest(t2, {c, a});
  ASSERT_EQ(found().size(), 1U);
  EXPECT_EQ(found()[0].objects, (std::vector{a, c}));
}

TEST_F(ToldLockOrderTest, finds_a_cycle_through_a_lock_that_was_taken_by_a_try) {
  trace.routine().lock(t1, a);
  trace.inside(a).try_lock(t1, b);
  trace.inside(b).lock(t1, c);
  nest(t2, {c, a});
  ASSERT_EQ(found().size(), 1U);
  EXPECT_EQ(found()[0].objects, (std::vector{a, c}));
}

TEST_F(ToldLockOrderTest, finds_nothing_where_the_order_is_the_same_or_a_try_has_failed) {
  nest(t1, {a, b, c});
  nest(t2, {a, c});
  trace.routine().lock(t3, c);
  trace.fails().try_lock(t3, a);
  nest(t3, {b, c});
  EXPECT_TRUE(found().empty());
}

TEST_F(ToldLockOrderTest, finds_each_cycle_of_one_execution_after_another) {
  nest(t1, {a, b});
  nest(t2, {b, a});
  nest(t1, {a, c});
  nest(t2, {c, a});
  EXPECT_EQ(found().size(), 2U);
  EXPECT_EQ(found().size(), 2U);
}

TEST_F(ToldLockOrderTest, finds_cycles_of_locks_with_high_numbers) {
  for (int i = 0; i < 100; ++i) trace.variable("another");
  const ObjectIndex d = trace.mutex("d");
  nest(t1, {a, d});
  nest(t2, {d, a});
  EXPECT_EQ(found().size(), 1U);
}

TEST_F(LockOrderTest, predicts_a_cycle_when_two_threads_nest_two_locks_in_opposite_orders) {
  const Step a1 = trace.at(10).lock(t1, a);
  const Step b1 = trace.at(11).lock(t1, b);
  trace.unlock(t1, b);
  trace.unlock(t1, a);
  const Step b2 = trace.at(20).lock(t2, b);
  const Step a2 = trace.at(21).lock(t2, a);
  const Findings findings = found();
  ASSERT_EQ(findings.size(), 1U);
  const Finding& cycle = findings[0];
  EXPECT_EQ(cycle.checker, "lock-order-cycle");
  EXPECT_EQ(cycle.certainty, Certainty::predicted);
  EXPECT_FALSE(cycle.stops_execution);
  EXPECT_EQ(cycle.step, a2);
  EXPECT_EQ(cycle.threads, (std::vector<ThreadIndex>{t1, t2}));
  EXPECT_EQ(cycle.objects, (std::vector<ObjectIndex>{a, b}));
  EXPECT_EQ(cycle.steps, (std::vector<Step>{a1, b1, b2, a2}));
  EXPECT_EQ(text_of(trace.trace(), cycle.sentence),
            "T1 takes b at :11 while it holds a from :10 and T2 takes a at :21 while it holds b from :20: "
            "if each takes its first lock before another takes its second, none can go on");
}

TEST_F(LockOrderTest, draws_who_holds_and_who_wants_what) {
  nest(t1, {a, b});
  nest(t2, {b, a});
  const Findings findings = found();
  ASSERT_EQ(findings.size(), 1U);
  const std::vector<Relation>& relations = findings[0].relations;
  ASSERT_EQ(relations.size(), 4U);
  const std::vector<ObjectIndex> objects = {a, b, b, a};
  for (std::size_t i = 0; i < relations.size(); ++i) {
    EXPECT_EQ(relations[i].kind, i % 2 == 0 ? Relation::Kind::holds : Relation::Kind::wants);
    EXPECT_EQ(relations[i].thread, i < 2 ? t1 : t2);
    EXPECT_EQ(relations[i].object, objects[i]);
    EXPECT_EQ(relations[i].step, findings[0].steps[i]);
  }
}

TEST_F(LockOrderTest, tells_the_lowest_thread_first_whoever_closed_the_cycle) {
  nest(t2, {b, a});
  nest(t1, {a, b});
  const Findings findings = found();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].threads, (std::vector<ThreadIndex>{t1, t2}));
  EXPECT_EQ(findings[0].objects, (std::vector<ObjectIndex>{a, b}));
}

TEST_F(LockOrderTest, predicts_a_cycle_of_three_in_the_order_of_the_cycle) {
  nest(t1, {a, b});
  nest(t3, {b, c});
  nest(t2, {c, a});
  const Findings findings = found();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].threads, (std::vector<ThreadIndex>{t1, t3, t2}));
  EXPECT_EQ(findings[0].objects, (std::vector<ObjectIndex>{a, b, c}));
  EXPECT_EQ(findings[0].steps.size(), 6U);
}

TEST_F(LockOrderTest, predicts_a_cycle_as_long_as_it_looks_for_and_no_longer) {
  for (const std::size_t length : {LockOrder::threads_max, LockOrder::threads_max + 1}) {
    TraceBuilder ring;
    ring.thread();
    std::vector<ObjectIndex> locks;
    std::vector<ThreadIndex> threads;
    for (std::size_t i = 0; i < length; ++i) locks.push_back(ring.mutex());
    for (std::size_t i = 0; i < length; ++i) threads.push_back(ring.start());
    for (std::size_t i = 0; i < length; ++i) {
      ring.lock(threads[i], locks[i]);
      ring.lock(threads[i], locks[(i + 1) % length]);
      ring.unlock(threads[i], locks[(i + 1) % length]);
      ring.unlock(threads[i], locks[i]);
    }
    const Findings findings = run(checker, ring.trace());
    EXPECT_EQ(findings.size(), length == LockOrder::threads_max ? 1U : 0U) << length;
  }
}

TEST_F(LockOrderTest, predicts_each_cycle_that_one_acquisition_closes) {
  nest(t1, {a, b});
  nest(t2, {a, b});
  nest(t3, {b, a});
  const Findings findings = found();
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_NE(findings[0].threads, findings[1].threads);
}

TEST_F(LockOrderTest, tells_a_cycle_once_though_it_is_repeated_in_loops_and_at_other_places) {
  for (int i = 0; i < 3; ++i) {
    nest(t1, {a, b});
    nest(t2, {b, a});
  }
  EXPECT_EQ(found().size(), 1U);
}

TEST_F(LockOrderTest, tells_a_cycle_once_though_another_lock_was_held_the_second_time) {
  nest(t1, {a, b});
  nest(t2, {b, a});
  nest(t1, {c, a, b});
  EXPECT_EQ(found().size(), 1U);
}

TEST_F(LockOrderTest, tells_a_cycle_before_the_execution_ends) {
  nest(t1, {a, b});
  trace.lock(t2, b);
  trace.lock(t2, a);
  const Trace& whole = trace.trace();
  HappensBefore clocks;
  Waits waits;
  Findings findings;
  clocks.begin();
  checker.begin();
  for (const Event& event : whole.events) checker.observe(event, Observation(whole, clocks, waits), findings);
  EXPECT_EQ(findings.size(), 1U);
}

TEST_F(LockOrderTest, tells_a_cycle_again_in_the_next_execution) {
  nest(t1, {a, b});
  nest(t2, {b, a});
  EXPECT_EQ(found().size(), 1U);
  EXPECT_EQ(found().size(), 1U);
}

TEST_F(LockOrderTest, remembers_nothing_of_the_last_execution) {
  TraceBuilder next = trace;
  trace.lock(t1, a);
  trace.lock(t1, b);  // both kept to the end
  next.lock(t1, c);
  next.unlock(t1, c);
  next.lock(t2, c);
  next.lock(t2, a);
  next.unlock(t2, c);
  next.unlock(t2, a);
  next.lock(t2, b);
  next.lock(t2, a);
  EXPECT_TRUE(found().empty());
  EXPECT_TRUE(run(checker, next.trace()).empty());
}

TEST_F(LockOrderTest, finds_no_cycle_when_all_nest_in_the_same_order) {
  nest(t1, {a, b, c});
  nest(t2, {a, b});
  nest(t3, {b, c});
  EXPECT_TRUE(found().empty());
}

TEST_F(LockOrderTest, finds_no_cycle_within_one_thread) {
  nest(t1, {a, b});
  nest(t1, {b, a});
  EXPECT_TRUE(found().empty());
}

TEST_F(LockOrderTest, finds_no_cycle_of_three_when_one_thread_would_be_in_it_twice) {
  nest(t1, {a, b});
  nest(t2, {b, c});
  nest(t1, {c, a});
  EXPECT_TRUE(found().empty());
}

TEST_F(LockOrderTest, finds_no_cycle_when_the_first_lock_was_let_go) {
  trace.lock(t1, a);
  trace.unlock(t1, a);
  trace.lock(t1, b);
  trace.unlock(t1, b);
  nest(t2, {b, a});
  EXPECT_TRUE(found().empty());
}

TEST_F(LockOrderTest, follows_locks_that_are_let_go_in_another_order_than_taken) {
  trace.lock(t1, c);
  trace.lock(t1, a);
  trace.unlock(t1, c);
  trace.lock(t1, b);
  trace.unlock(t1, a);
  trace.unlock(t1, b);
  nest(t2, {b, a});
  nest(t3, {b, c});
  const Findings findings = found();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].threads, (std::vector<ThreadIndex>{t1, t2}));
}

TEST_F(LockOrderTest, excuses_a_cycle_behind_a_gate_lock) {
  nest(t1, {gate, a, b});
  nest(t2, {gate, b, a});
  EXPECT_TRUE(found().empty());
}

TEST_F(LockOrderTest, does_not_excuse_a_cycle_when_only_one_thread_takes_the_gate) {
  nest(t1, {gate, a, b});
  nest(t2, {b, a});
  EXPECT_EQ(found().size(), 1U);
}

TEST_F(LockOrderTest, does_not_excuse_a_cycle_when_the_gate_is_let_go_before_the_second_lock) {
  for (const auto& [t, first, second] : {std::tuple{t1, a, b}, std::tuple{t2, b, a}}) {
    trace.lock(t, gate);
    trace.lock(t, first);
    trace.unlock(t, gate);
    trace.lock(t, second);
    trace.unlock(t, second);
    trace.unlock(t, first);
  }
  EXPECT_EQ(found().size(), 1U);
}

TEST_F(LockOrderTest, excuses_a_cycle_of_three_when_two_of_its_threads_share_a_gate) {
  nest(t1, {gate, a, b});
  nest(t2, {b, c});
  nest(t3, {gate, c, a});
  EXPECT_TRUE(found().empty());
}

TEST_F(LockOrderTest, takes_a_lock_without_its_gate_as_another_edge_than_with_it) {
  nest(t1, {gate, a, b});
  nest(t2, {gate, b, a});
  nest(t1, {a, b});
  const Findings findings = found();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].threads, (std::vector<ThreadIndex>{t1, t2}));
}

TEST_F(LockOrderTest, excuses_a_cycle_when_one_thread_ended_and_was_joined_before_the_other_began) {
  nest(t1, {a, b});
  trace.end(t1);
  trace.join(t0, t1);
  const ThreadIndex t4 = trace.start();
  nest(t4, {b, a});
  EXPECT_TRUE(found().empty());
}

TEST_F(LockOrderTest, does_not_excuse_a_cycle_when_the_first_thread_was_not_joined) {
  nest(t1, {a, b});
  trace.end(t1);
  const ThreadIndex t4 = trace.start();
  nest(t4, {b, a});
  EXPECT_EQ(found().size(), 1U);
}

TEST_F(LockOrderTest, excuses_what_the_parent_did_before_it_spawned_the_child) {
  nest(t0, {a, b});
  const ThreadIndex t4 = trace.start();
  nest(t4, {b, a});
  EXPECT_TRUE(found().empty());
}

TEST_F(LockOrderTest, does_not_excuse_a_parent_that_takes_the_second_lock_after_the_spawn) {
  trace.lock(t0, a);
  const ThreadIndex t4 = trace.start();
  trace.lock(t0, b);
  trace.unlock(t0, b);
  trace.unlock(t0, a);
  nest(t4, {b, a});
  EXPECT_EQ(found().size(), 1U);
}

TEST_F(LockOrderTest, excuses_a_parent_that_takes_the_second_lock_after_the_join) {
  nest(t1, {b, a});
  trace.end(t1);
  trace.lock(t0, a);
  trace.join(t0, t1);
  trace.lock(t0, b);  // T1 has long gone: what could hang here is the join
  EXPECT_TRUE(found().empty());
}

TEST_F(LockOrderTest, excuses_a_cycle_of_three_when_one_thread_was_joined_before_the_next_began) {
  nest(t1, {a, b});
  trace.end(t1);
  trace.join(t0, t1);
  const ThreadIndex t4 = trace.start();
  nest(t4, {b, c});
  nest(t3, {c, a});
  EXPECT_TRUE(found().empty());
}

TEST_F(LockOrderTest, excuses_a_cycle_of_three_when_one_thread_began_after_the_next_was_joined) {
  nest(t1, {b, c});
  trace.end(t1);
  trace.join(t0, t1);
  const ThreadIndex t4 = trace.start();
  nest(t4, {a, b});
  nest(t3, {c, a});
  EXPECT_TRUE(found().empty());
}

TEST_F(LockOrderTest, is_not_excused_by_an_order_that_only_locks_gave) {
  nest(t1, {a, b});
  nest(t1, {c});
  nest(t2, {c});
  nest(t2, {b, a});
  EXPECT_EQ(found().size(), 1U);
}

TEST_F(LockOrderTest, tells_a_cycle_that_is_excused_the_first_time_but_not_the_second) {
  nest(t0, {a, b});
  const ThreadIndex t4 = trace.start();
  nest(t0, {a, b});
  nest(t4, {b, a});
  EXPECT_EQ(found().size(), 1U);
}

TEST_F(LockOrderTest, adds_no_edge_into_a_try_lock) {
  trace.lock(t1, a);
  trace.try_lock(t1, b);
  trace.unlock(t1, b);
  trace.unlock(t1, a);
  nest(t2, {b, a});
  EXPECT_TRUE(found().empty());
}

TEST_F(LockOrderTest, counts_what_a_try_lock_took_as_held) {
  trace.try_lock(t1, a);
  trace.lock(t1, b);
  trace.unlock(t1, b);
  trace.unlock(t1, a);
  nest(t2, {b, a});
  EXPECT_EQ(found().size(), 1U);
}

TEST_F(LockOrderTest, counts_nothing_as_held_after_a_try_lock_that_failed) {
  trace.fails().try_lock(t1, a);
  nest(t1, {b});
  nest(t2, {b, a});
  EXPECT_TRUE(found().empty());
}

TEST_F(LockOrderTest, takes_a_gate_taken_by_try_lock_as_a_gate) {
  for (const auto& [t, first, second] : {std::tuple{t1, a, b}, std::tuple{t2, b, a}}) {
    trace.try_lock(t, gate);
    nest(t, {first, second});
    trace.unlock(t, gate);
  }
  EXPECT_TRUE(found().empty());
}

TEST_F(LockOrderTest, adds_no_edge_when_a_recursive_mutex_is_taken_again) {
  const ObjectIndex r = trace.recursive_mutex("r");
  nest(t1, {r, a, r});
  nest(t2, {r, a, r});
  EXPECT_TRUE(found().empty());
}

TEST_F(LockOrderTest, keeps_a_recursive_mutex_held_until_the_last_unlock) {
  const ObjectIndex r = trace.recursive_mutex("r");
  const Step outermost = trace.lock(t1, r);
  trace.lock(t1, r);
  trace.unlock(t1, r);
  trace.lock(t1, a);
  trace.unlock(t1, a);
  trace.unlock(t1, r);
  nest(t1, {b});
  nest(t2, {a, r});
  nest(t2, {b, r});
  const Findings findings = found();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].objects, (std::vector<ObjectIndex>{r, a}));
  EXPECT_EQ(findings[0].steps[0], outermost);
}

TEST_F(LockOrderTest, takes_a_reacquire_as_an_acquisition_with_what_is_still_held) {
  const ObjectIndex ready = trace.condition_variable("ready");
  trace.lock(t1, a);
  trace.lock(t1, b);
  trace.wait(t1, ready, a);
  const Step again = trace.reacquire(t1, a, ready);  // b is still held: b before a
  trace.unlock(t1, a);
  trace.unlock(t1, b);
  nest(t2, {a, b});
  const Findings findings = found();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].steps[1], again);
}

TEST_F(LockOrderTest, holds_nothing_of_a_mutex_while_waiting) {
  const ObjectIndex ready = trace.condition_variable("ready");
  trace.lock(t1, a);
  trace.wait(t1, ready, a);
  trace.resume(t1, ready, a);
  trace.lock(t1, b);  // a was let go by the wait
  nest(t2, {b, a});
  EXPECT_TRUE(found().empty());
}

TEST_F(LockOrderTest, adds_no_edge_for_a_lock_that_was_only_wanted) {
  trace.lock(t1, a);
  trace.waiting().lock(t1, b);
  trace.lock(t2, b);
  trace.waiting().lock(t2, a);
  EXPECT_TRUE(found().empty());  // it hangs here: the wait cycle's to tell
}

TEST_F(LockOrderTest, takes_a_lock_away_from_its_owner_when_another_thread_unlocks_it) {
  trace.lock(t1, a);
  trace.unlock(t3, a);
  trace.lock(t1, b);
  nest(t2, {b, a});
  EXPECT_TRUE(found().empty());
}

// ---- Shared locks ----------------------------------------------------------------------------------------------

TEST_F(LockOrderTest, predicts_a_cycle_of_a_reader_and_a_writer) {
  const ObjectIndex rw = trace.shared_mutex("rw");
  trace.at(10).lock_shared(t1, rw);
  trace.at(11).lock(t1, a);
  trace.unlock(t1, a);
  trace.unlock_shared(t1, rw);
  trace.at(20).lock(t2, a);
  trace.at(21).lock(t2, rw);
  const Findings findings = found();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(text_of(trace.trace(), findings[0].sentence),
            "T1 takes a at :11 while it shares rw from :10 and T2 takes rw at :21 while it holds a from :20: "
            "if each takes its first lock before another takes its second, none can go on");
}

TEST_F(LockOrderTest, predicts_a_cycle_where_a_reader_waits_for_a_writer) {
  const ObjectIndex rw = trace.shared_mutex("rw");
  trace.lock(t1, rw);
  trace.lock(t1, a);
  trace.unlock(t1, a);
  trace.unlock(t1, rw);
  trace.lock(t2, a);
  trace.lock_shared(t2, rw);
  EXPECT_EQ(found().size(), 1U);
}

TEST_F(LockOrderTest, excuses_a_cycle_where_both_only_share_a_lock) {
  const ObjectIndex rw = trace.shared_mutex("rw");
  trace.lock_shared(t1, rw);
  trace.lock(t1, a);
  trace.unlock(t1, a);
  trace.unlock_shared(t1, rw);
  trace.lock(t2, a);
  trace.lock_shared(t2, rw);
  EXPECT_TRUE(found().empty());
}

TEST_F(LockOrderTest, tells_a_shared_nesting_from_an_exclusive_one_of_the_same_locks) {
  const ObjectIndex rw = trace.shared_mutex("rw");
  trace.lock_shared(t1, rw);
  trace.lock(t1, a);
  trace.unlock(t1, a);
  trace.unlock_shared(t1, rw);
  trace.lock(t1, rw);
  trace.lock(t1, a);
  trace.unlock(t1, a);
  trace.unlock(t1, rw);
  trace.lock(t2, a);
  trace.lock_shared(t2, rw);
  EXPECT_EQ(found().size(), 1U);
}

TEST_F(LockOrderTest, takes_a_shared_lock_for_a_gate_only_if_one_of_the_two_holds_it_exclusively) {
  const ObjectIndex rw = trace.shared_mutex("rw");
  trace.lock_shared(t1, rw);
  nest(t1, {a, b});
  trace.unlock_shared(t1, rw);
  trace.lock(t2, rw);
  nest(t2, {b, a});
  trace.unlock(t2, rw);
  EXPECT_TRUE(found().empty());
  trace.lock_shared(t3, rw);
  nest(t3, {b, a});
  trace.unlock_shared(t3, rw);
  const Findings findings = found();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].threads, (std::vector<ThreadIndex>{t1, t3}));
}

TEST_F(LockOrderTest, adds_no_edge_into_a_share_that_was_tried_for) {
  const ObjectIndex rw = trace.shared_mutex("rw");
  trace.lock(t1, a);
  trace.try_lock_shared(t1, rw);
  trace.unlock_shared(t1, rw);
  trace.unlock(t1, a);
  trace.lock(t2, rw);
  trace.lock(t2, a);
  trace.unlock(t2, a);
  trace.unlock(t2, rw);
  EXPECT_TRUE(found().empty());
  trace.try_lock_shared(t3, rw);
  trace.lock(t3, a);
  trace.unlock(t3, a);
  trace.unlock_shared(t3, rw);
  trace.lock(t1, a);
  trace.lock(t1, rw);
  EXPECT_EQ(found().size(), 2U) << "what a try took counts as held: t2 and t3, each with t1";
}

TEST_F(LockOrderTest, takes_the_wait_of_a_condition_variable_any_for_no_release) {
  const ObjectIndex condition = trace.condition_variable("c");
  trace.lock(t1, a);
  trace.wait(t1, condition, no_object);
  trace.lock(t1, b);
  trace.lock(t2, b);
  trace.lock(t2, a);
  EXPECT_EQ(found().size(), 1U) << "the lock goes by its own event, which did not come";
}

}  // namespace
}  // namespace snag
