// The wait-cycle checker on hand-built traces: rings of every kind are told at the event that closes them.
#include "checkers/wait_cycle.h"
#include "tests/checkers/trace_builder.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace snag {
namespace {

class WaitCycle : public testing::Test {
 protected:
  Findings find() { return run(checker, trace.trace()); }
  Finding only() {
    const Findings findings = find();
    EXPECT_EQ(findings.size(), 1U);
    return findings.empty() ? Finding{} : findings.front();
  }
  std::string sentence() { return text_of(trace.trace(), only().sentence); }

  TraceBuilder trace;
  WaitCycleChecker checker;
  ThreadIndex t0 = trace.thread();
  ThreadIndex t1 = trace.start();
  ThreadIndex t2 = trace.start();
  ObjectIndex a = trace.mutex("a");
  ObjectIndex b = trace.mutex("b");
};

TEST_F(WaitCycle, of_two_locks_is_told_when_the_second_thread_begins_to_wait) {
  trace.at(1).lock(t1, a);
  trace.at(2).lock(t2, b);
  trace.at(3).waiting().lock(t1, b);
  const Step closing = trace.at(4).waiting().lock(t2, a);
  trace.lock(t0, trace.mutex("c"));

  const Finding finding = only();
  EXPECT_EQ(finding.checker, "wait-cycle");
  EXPECT_EQ(finding.certainty, Certainty::happened);
  EXPECT_EQ(finding.step, closing);
  EXPECT_TRUE(finding.stops_execution);
  EXPECT_EQ(finding.threads, (std::vector<ThreadIndex>{t1, t2}));
  EXPECT_EQ(finding.objects, (std::vector<ObjectIndex>{b, a}));
  EXPECT_EQ(sentence(),
            "T1 waits at :3 for b, which T2 has held since :2; "
            "T2 waits at :4 for a, which T1 has held since :1");
  EXPECT_NE(text_of(trace.trace(), finding.hint).find("same order"), std::string::npos);
}

TEST_F(WaitCycle, is_drawn_as_who_holds_and_who_wants_what) {
  const Step taken_a = trace.lock(t1, a);
  const Step taken_b = trace.lock(t2, b);
  const Step wants_b = trace.waiting().lock(t1, b);
  const Step wants_a = trace.waiting().lock(t2, a);

  const Finding finding = only();
  ASSERT_EQ(finding.relations.size(), 4U);
  const auto is = [](const Relation& relation, Relation::Kind kind, ThreadIndex thread, ObjectIndex object, Step step) {
    return relation.kind == kind && relation.thread == thread && relation.object == object && relation.step == step;
  };
  EXPECT_TRUE(is(finding.relations[0], Relation::Kind::holds, t2, b, taken_b));
  EXPECT_TRUE(is(finding.relations[1], Relation::Kind::wants, t1, b, wants_b));
  EXPECT_TRUE(is(finding.relations[2], Relation::Kind::holds, t1, a, taken_a));
  EXPECT_TRUE(is(finding.relations[3], Relation::Kind::wants, t2, a, wants_a));
  EXPECT_EQ(finding.steps, (std::vector<Step>{taken_b, wants_b, taken_a, wants_a}));
}

TEST_F(WaitCycle, of_three_locks_is_found_whatever_the_order_of_waiting) {
  const ThreadIndex t3 = trace.start();
  const ObjectIndex c = trace.mutex("c");
  trace.lock(t1, a);
  trace.lock(t2, b);
  trace.lock(t3, c);
  trace.waiting().lock(t3, a);
  trace.waiting().lock(t1, b);
  EXPECT_TRUE(find().empty());
  trace.waiting().lock(t2, c);
  EXPECT_EQ(only().threads, (std::vector<ThreadIndex>{t1, t2, t3}));
}

TEST_F(WaitCycle, is_none_when_the_holder_can_go_on) {
  trace.lock(t1, a);
  trace.waiting().lock(t2, a);
  trace.waiting().join(t0, t2);
  EXPECT_TRUE(find().empty());
}

TEST_F(WaitCycle, is_none_when_a_lock_was_let_go_before_the_other_was_wanted) {
  trace.lock(t1, a);
  trace.lock(t2, b);
  trace.unlock(t2, b);
  trace.waiting().lock(t2, a);
  trace.lock(t1, b);
  EXPECT_TRUE(find().empty());
}

TEST_F(WaitCycle, is_none_through_a_failed_try_lock) {
  trace.lock(t1, a);
  trace.lock(t2, b);
  trace.fails().try_lock(t1, b);
  trace.waiting().lock(t2, a);
  EXPECT_TRUE(find().empty());
}

TEST_F(WaitCycle, goes_through_a_lock_taken_by_try_lock) {
  trace.try_lock(t1, a);
  trace.lock(t2, b);
  trace.waiting().lock(t1, b);
  trace.waiting().lock(t2, a);
  EXPECT_EQ(only().threads.size(), 2U);
}

TEST_F(WaitCycle, follows_a_lock_to_a_later_holder) {
  trace.lock(t0, a);
  trace.lock(t1, b);
  trace.waiting().lock(t1, a);
  trace.unlock(t0, a);
  trace.lock(t2, a);
  EXPECT_TRUE(find().empty());
  trace.waiting().lock(t2, b);
  EXPECT_EQ(only().threads, (std::vector<ThreadIndex>{t1, t2}));
}

TEST_F(WaitCycle, of_one_is_a_mutex_locked_by_its_own_holder) {
  trace.at(1).lock(t1, a);
  trace.at(2).waiting().lock(t1, a);
  EXPECT_EQ(sentence(), "T1 waits at :2 for a, which it has held itself since :1");
}

TEST_F(WaitCycle, is_none_when_a_recursive_mutex_is_locked_again) {
  const ObjectIndex r = trace.recursive_mutex("r");
  trace.lock(t1, r);
  trace.lock(t1, r);
  trace.unlock(t1, r);
  trace.waiting().lock(t2, r);
  EXPECT_TRUE(find().empty());
}

TEST_F(WaitCycle, goes_through_a_recursive_mutex_released_less_often_than_taken) {
  const ObjectIndex r = trace.recursive_mutex("r");
  trace.at(1).lock(t1, r);
  trace.at(2).lock(t1, r);
  trace.unlock(t1, r);
  trace.at(3).lock(t2, b);
  trace.at(4).waiting().lock(t2, r);
  trace.at(5).waiting().lock(t1, b);
  EXPECT_EQ(sentence(),
            "T1 waits at :5 for b, which T2 has held since :3; "
            "T2 waits at :4 for r, which T1 has held since :1");
}

TEST_F(WaitCycle, of_one_is_a_thread_that_joins_itself) {
  trace.at(7).waiting().join(t1, t1);
  EXPECT_EQ(sentence(), "T1 waits at :7 for its own end");
  EXPECT_EQ(only().relations.front().kind, Relation::Kind::joins);
}

TEST_F(WaitCycle, of_two_joins) {
  trace.at(1).waiting().join(t2, t1);
  trace.at(2).waiting().join(t1, t2);
  EXPECT_EQ(sentence(), "T1 waits at :2 for T2 to end; T2 waits at :1 for T1 to end");
}

TEST_F(WaitCycle, of_a_join_and_a_lock_that_the_joining_thread_holds) {
  trace.at(1).lock(t0, a);
  trace.at(2).waiting().lock(t1, a);
  trace.at(3).waiting().join(t0, t1);
  EXPECT_EQ(sentence(), "T0 waits at :3 for T1 to end; T1 waits at :2 for a, which T0 has held since :1");
  EXPECT_NE(text_of(trace.trace(), only().hint).find("before a join"), std::string::npos);
}

TEST_F(WaitCycle, is_none_when_the_joined_thread_waits_for_another_lock) {
  trace.lock(t0, a);
  trace.lock(t2, b);
  trace.waiting().lock(t1, b);
  trace.waiting().join(t0, t1);
  EXPECT_TRUE(find().empty());
}

TEST_F(WaitCycle, is_none_when_the_body_waits_for_all_threads_left) {
  trace.lock(t0, a);
  trace.waiting().lock(t1, a);
  trace.waiting().join(t0, no_thread);
  EXPECT_TRUE(find().empty());
}

TEST_F(WaitCycle, leaves_out_a_waiter_that_nobody_has_notified) {
  const ObjectIndex c = trace.condition_variable("c");
  trace.lock(t1, b);
  trace.lock(t1, a);
  trace.wait(t1, c, a);
  trace.waiting().reacquire(t1, a, c);
  trace.lock(t2, a);
  trace.waiting().lock(t2, b);
  EXPECT_TRUE(find().empty());
}

TEST_F(WaitCycle, closes_at_the_notify_that_makes_a_waiter_want_its_mutex) {
  const ObjectIndex c = trace.condition_variable("c");
  trace.lock(t1, b);
  trace.lock(t1, a);
  trace.wait(t1, c, a);
  trace.waiting().reacquire(t1, a, c);
  trace.lock(t2, a);
  trace.waiting().lock(t2, b);
  const Step closing = trace.notify_one(t0, c, t1, 1);
  EXPECT_EQ(only().step, closing);
  EXPECT_EQ(only().threads, (std::vector<ThreadIndex>{t1, t2}));
}

TEST_F(WaitCycle, closes_at_a_notify_all_too) {
  const ObjectIndex c = trace.condition_variable("c");
  trace.lock(t1, b);
  trace.lock(t1, a);
  trace.wait(t1, c, a);
  trace.waiting().reacquire(t1, a, c);
  trace.lock(t2, a);
  trace.waiting().lock(t2, b);
  const Step closing = trace.notify_all(t0, c, 1);
  EXPECT_EQ(only().step, closing);
}

TEST_F(WaitCycle, is_none_when_a_notify_wakes_somebody_else) {
  const ObjectIndex c = trace.condition_variable("c");
  trace.lock(t1, b);
  trace.lock(t1, a);
  trace.wait(t1, c, a);
  trace.waiting().reacquire(t1, a, c);
  trace.lock(t2, a);
  trace.waiting().lock(t2, b);
  trace.notify_one(t0, c, no_thread, 0);
  EXPECT_TRUE(find().empty());
}

TEST_F(WaitCycle, is_none_through_semaphores_and_latches) {
  const ObjectIndex s = trace.semaphore("s", 0, 1);
  const ObjectIndex l = trace.latch("l", 1);
  trace.lock(t1, a);
  trace.waiting().lock(t2, a);
  trace.waiting().acquire(t1, s);
  trace.waiting().latch_wait(t0, l);
  EXPECT_TRUE(find().empty());
}

TEST_F(WaitCycle, of_one_is_a_call_once_inside_its_own_function) {
  const ObjectIndex once = trace.object(ObjectKind::once_flag, "once");
  trace.once_enter(t1, once, 1);
  EXPECT_TRUE(find().empty());
  trace.waiting().once_enter(t1, once, 0);
  EXPECT_EQ(only().threads, (std::vector<ThreadIndex>{t1}));
}

TEST_F(WaitCycle, is_forgotten_when_the_next_execution_begins) {
  trace.lock(t1, a);
  trace.lock(t2, b);
  trace.waiting().lock(t1, b);
  EXPECT_TRUE(find().empty());
  TraceBuilder other;
  other.thread();
  other.start();
  other.start();
  other.mutex("a");
  other.mutex("b");
  other.waiting().lock(t2, a);
  EXPECT_TRUE(run(checker, other.trace()).empty());
}

// ---- Shared locks ----------------------------------------------------------------------------------------------

TEST_F(WaitCycle, of_one_is_a_reader_that_asks_to_write) {
  const ObjectIndex rw = trace.shared_mutex("rw");
  trace.at(1).lock_shared(t1, rw);
  const Step other = trace.at(2).lock_shared(t2, rw);
  const Step closing = trace.at(3).waiting().lock(t1, rw);
  trace.waiting().lock(t2, rw);

  const Finding finding = only();
  EXPECT_EQ(finding.step, closing) << "the other upgrader does not matter";
  EXPECT_EQ(finding.threads, (std::vector<ThreadIndex>{t1}));
  EXPECT_EQ(std::count(finding.steps.begin(), finding.steps.end(), other), 0);
  EXPECT_EQ(sentence(), "T1 waits at :3 for rw, which it has shared itself since :1");
  EXPECT_NE(text_of(trace.trace(), finding.hint).find("share"), std::string::npos);
}

TEST_F(WaitCycle, goes_through_the_reader_that_waits_and_not_through_others) {
  const ObjectIndex rw = trace.shared_mutex("rw");
  trace.at(1).lock_shared(t0, rw);
  trace.at(2).lock_shared(t2, rw);
  trace.at(3).lock(t1, a);
  trace.at(4).waiting().lock(t1, rw);
  EXPECT_TRUE(find().empty());
  trace.at(5).waiting().lock(t2, a);

  const Finding finding = only();
  EXPECT_EQ(finding.threads, (std::vector<ThreadIndex>{t1, t2}));
  EXPECT_EQ(sentence(),
            "T1 waits at :4 for rw, which T2 has shared since :2; "
            "T2 waits at :5 for a, which T1 has held since :3");
}

TEST_F(WaitCycle, of_two_writers_that_each_share_what_the_other_wants) {
  const ObjectIndex one = trace.shared_mutex("one");
  const ObjectIndex two = trace.shared_mutex("two");
  trace.lock_shared(t1, one);
  trace.lock_shared(t2, two);
  trace.waiting().lock(t1, two);
  trace.waiting().lock(t2, one);
  EXPECT_EQ(only().threads, (std::vector<ThreadIndex>{t1, t2}));
}

TEST_F(WaitCycle, of_a_reader_that_waits_for_a_writer) {
  const ObjectIndex rw = trace.shared_mutex("rw");
  trace.at(1).lock(t1, rw);
  trace.at(2).lock(t2, a);
  trace.at(3).waiting().lock_shared(t2, rw);
  trace.at(4).waiting().lock(t1, a);
  EXPECT_EQ(sentence(),
            "T1 waits at :4 for a, which T2 has held since :2; "
            "T2 waits at :3 to share rw, which T1 has held since :1");
}

TEST_F(WaitCycle, is_none_among_readers_only) {
  const ObjectIndex one = trace.shared_mutex("one");
  const ObjectIndex two = trace.shared_mutex("two");
  trace.lock_shared(t1, one);
  trace.lock_shared(t2, two);
  trace.lock_shared(t1, two);
  trace.lock_shared(t2, one);
  trace.waiting().lock(t0, one);
  EXPECT_TRUE(find().empty());
}

TEST_F(WaitCycle, is_none_when_a_share_was_given_back) {
  const ObjectIndex rw = trace.shared_mutex("rw");
  trace.lock_shared(t1, rw);
  trace.lock_shared(t1, rw);
  trace.unlock_shared(t1, rw);
  trace.unlock_shared(t1, rw);
  trace.waiting().lock(t1, rw);
  EXPECT_TRUE(find().empty());
}

TEST_F(WaitCycle, of_a_reader_behind_a_writer_that_waits_for_it) {
  const ObjectIndex rw = trace.shared_mutex("rw");
  trace.at(1).lock_shared(t1, rw);
  const Step lined_up = trace.at(2).line_up(t2, rw);
  trace.at(3).waiting().lock(t2, rw);
  trace.at(4).waiting().lock_shared(t1, rw);

  const Finding finding = only();
  EXPECT_EQ(finding.threads, (std::vector<ThreadIndex>{t1, t2}));
  EXPECT_EQ(sentence(),
            "T1 waits at :4 to share rw behind T2, which has waited to lock it since :2; "
            "T2 waits at :3 for rw, which T1 has shared since :1");
  EXPECT_NE(std::count(finding.steps.begin(), finding.steps.end(), lined_up), 0);
  const auto behind = [&](const Relation& relation) {
    return relation.kind == Relation::Kind::wants && relation.thread == t1 && relation.target == t2;
  };
  EXPECT_TRUE(std::any_of(finding.relations.begin(), finding.relations.end(), behind));
}

TEST_F(WaitCycle, is_none_behind_a_writer_that_has_had_its_turn_or_given_up) {
  const ObjectIndex rw = trace.shared_mutex("rw");
  trace.line_up(t1, rw);
  trace.lock(t1, rw);
  trace.unlock(t1, rw);
  trace.line_up(t2, rw);
  trace.fails().try_lock(t2, rw);
  trace.lock(t1, a);
  trace.waiting().lock(t2, a);
  trace.waiting().lock_shared(t1, rw);
  EXPECT_TRUE(find().empty());
}

// ---- Futures ---------------------------------------------------------------------------------------------------

TEST_F(WaitCycle, of_two_tasks_that_wait_for_each_others_results) {
  const ObjectIndex f = trace.object(ObjectKind::future, "f");
  const ObjectIndex g = trace.object(ObjectKind::future, "g");
  trace.at(3).waiting().future_wait(t1, g, 0, t2);
  EXPECT_TRUE(find().empty());
  trace.at(4).waiting().future_wait(t2, f, 0, t1);
  EXPECT_EQ(only().threads, (std::vector<ThreadIndex>{t1, t2}));
  EXPECT_EQ(only().objects, (std::vector<ObjectIndex>{g, f}));
  EXPECT_EQ(
      sentence(),
      "T1 waits at :3 for the result of g, which T2 computes; T2 waits at :4 for the result of f, which T1 computes");
  EXPECT_NE(text_of(trace.trace(), only().hint).find("results"), std::string::npos);
}

TEST_F(WaitCycle, of_a_task_and_who_holds_the_lock_that_it_needs) {
  const ObjectIndex f = trace.object(ObjectKind::future, "f");
  trace.lock(t1, a);
  trace.waiting().future_wait(t1, f, 0, t2);
  trace.waiting().lock(t2, a);
  EXPECT_EQ(only().threads, (std::vector<ThreadIndex>{t1, t2}));
}

TEST_F(WaitCycle, is_none_where_nobody_knows_who_computes_the_result) {
  const ObjectIndex f = trace.object(ObjectKind::future, "f");
  trace.lock(t1, a);
  trace.waiting().future_wait(t1, f, 0);
  trace.waiting().lock(t2, a);
  EXPECT_TRUE(find().empty());
}

TEST_F(WaitCycle, of_one_is_a_deferred_task_that_waits_for_itself) {
  const ObjectIndex f = trace.object(ObjectKind::future, "f");
  trace.once_enter(t1, f, 1);
  trace.waiting().once_enter(t1, f, 0);
  EXPECT_EQ(only().threads, (std::vector<ThreadIndex>{t1}));
}

}  // namespace
}  // namespace snag
