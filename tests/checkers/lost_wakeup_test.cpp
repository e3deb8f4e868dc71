// The lost-wakeup checker on hand-built traces: which notify a stuck waiter missed, and when it missed none.
#include "checkers/lost_wakeup.h"
#include "tests/checkers/trace_builder.h"

#include <gtest/gtest.h>

namespace snag {
namespace {

class LostWakeup : public testing::Test {
 protected:
  Findings find(Verdict verdict = Verdict::deadlock) { return run(checker, trace.trace(), verdict); }
  // The waiter takes the mutex, waits, and is stuck.
  Step wait_for_ever(ThreadIndex t, int line) {
    trace.lock(t, m);
    const Step wait = trace.at(line).wait(t, c, m);
    trace.at(line).waiting().reacquire(t, m, c);
    return wait;
  }

  TraceBuilder trace;
  LostWakeupChecker checker;
  ThreadIndex t0 = trace.thread();
  ThreadIndex t1 = trace.start();
  ThreadIndex t2 = trace.start();
  ObjectIndex m = trace.mutex("m");
  ObjectIndex c = trace.condition_variable("c");
  ObjectIndex ready = trace.variable("ready");
};

TEST_F(LostWakeup, is_a_notify_before_the_wait) {
  const Step notify = trace.at(31).notify_one(t1, c, no_thread, 0);
  const Step wait = wait_for_ever(t2, 18);

  const Findings findings = find();
  ASSERT_EQ(findings.size(), 1U);
  const Finding& finding = findings.front();
  EXPECT_EQ(finding.checker, "lost-wakeup");
  EXPECT_EQ(finding.certainty, Certainty::happened);
  EXPECT_EQ(text_of(trace.trace(), finding.sentence),
            "T1's notify_one at :31 came before T2's wait on c at :18: nobody was waiting then, "
            "and nobody notifies again");
  EXPECT_EQ(finding.steps, (std::vector<Step>{notify, wait}));
  EXPECT_EQ(finding.threads, (std::vector<ThreadIndex>{t1, t2}));
  EXPECT_EQ(finding.objects, (std::vector<ObjectIndex>{c}));
  ASSERT_EQ(finding.relations.size(), 1U);
  EXPECT_EQ(finding.relations.front().thread, t2);
}

TEST_F(LostWakeup, is_not_told_when_the_execution_went_on) {
  trace.notify_one(t1, c, no_thread, 0);
  wait_for_ever(t2, 18);
  EXPECT_TRUE(find(Verdict::passed).empty());
}

TEST_F(LostWakeup, is_not_told_when_nobody_ever_notified) {
  wait_for_ever(t2, 18);
  EXPECT_TRUE(find().empty());
}

TEST_F(LostWakeup, is_not_told_for_a_notify_on_another_condition_variable) {
  trace.notify_one(t1, trace.condition_variable("d"), no_thread, 0);
  wait_for_ever(t2, 18);
  EXPECT_TRUE(find().empty());
}

TEST_F(LostWakeup, is_not_told_for_the_waiters_own_notify) {
  trace.notify_one(t2, c, no_thread, 0);
  wait_for_ever(t2, 18);
  EXPECT_TRUE(find().empty());
}

TEST_F(LostWakeup, is_not_told_when_the_notify_woke_somebody_else) {
  trace.lock(t0, m);
  trace.wait(t0, c, m);
  trace.waiting().reacquire(t0, m, c);
  trace.notify_one(t1, c, t0, 1);
  trace.reacquire(t0, m, c);
  trace.unlock(t0, m);
  wait_for_ever(t2, 18);
  EXPECT_TRUE(find().empty());
}

TEST_F(LostWakeup, is_not_told_for_a_waiter_that_was_notified_and_lacks_the_mutex) {
  trace.notify_one(t1, c, no_thread, 0);
  wait_for_ever(t2, 18);
  trace.lock(t1, m);
  trace.notify_one(t1, c, t2, 1);
  trace.end(t1);
  EXPECT_TRUE(find().empty());
}

TEST_F(LostWakeup, is_told_when_the_waiter_looked_before_the_condition_changed) {
  trace.read(t2, ready);
  trace.write(t1, ready, 1);
  trace.notify_all(t1, c, 0);
  wait_for_ever(t2, 18);
  EXPECT_EQ(find().size(), 1U);
}

TEST_F(LostWakeup, is_not_told_when_the_waiter_saw_what_was_notified_and_waits_for_something_else) {
  trace.write(t1, ready, 1);
  trace.notify_all(t1, c, 0);
  trace.read(t2, ready);
  wait_for_ever(t2, 18);
  EXPECT_TRUE(find().empty());
}

TEST_F(LostWakeup, is_told_although_the_waiter_read_something_that_the_notifier_never_wrote) {
  trace.write(t1, ready, 1);
  trace.notify_all(t1, c, 0);
  trace.read(t2, trace.variable("other"));
  wait_for_ever(t2, 18);
  EXPECT_EQ(find().size(), 1U);
}

TEST_F(LostWakeup, is_told_although_the_waiter_read_something_that_a_third_thread_wrote) {
  const ObjectIndex other = trace.variable("other");
  trace.write(t0, other, 1);
  trace.notify_all(t1, c, 0);
  trace.read(t2, other);
  wait_for_ever(t2, 18);
  EXPECT_EQ(find().size(), 1U);
}

TEST_F(LostWakeup, takes_the_last_notify_that_was_missed) {
  trace.at(30).notify_one(t1, c, no_thread, 0);
  const Step last = trace.at(31).notify_one(t0, c, no_thread, 0);
  wait_for_ever(t2, 18);
  ASSERT_EQ(find().size(), 1U);
  EXPECT_EQ(find().front().steps.front(), last);
}

TEST_F(LostWakeup, is_told_once_for_each_condition_variable) {
  trace.notify_all(t1, c, 0);
  wait_for_ever(t0, 17);
  wait_for_ever(t2, 18);
  EXPECT_EQ(find().size(), 1U);
}

// ---- Atomics -----------------------------------------------------------------------------------------------------

TEST_F(LostWakeup, on_an_atomic_is_a_change_without_a_notify) {
  const ObjectIndex x = trace.atomic("x", 0);
  const Step wait = trace.at(18).atomic_wait(t2, x, 0);
  trace.waiting().atomic_resume(t2, x);
  const Step change = trace.at(30).store(t1, x, 1);
  const Findings findings = find();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].checker, "lost-wakeup");
  EXPECT_EQ(findings[0].certainty, Certainty::happened);
  EXPECT_EQ(findings[0].steps, (std::vector<Step>{wait, change}));
  EXPECT_EQ(findings[0].threads, (std::vector<ThreadIndex>{t1, t2}));
  EXPECT_EQ(findings[0].objects, (std::vector<ObjectIndex>{x}));
  EXPECT_EQ(
      text_of(trace.trace(), findings[0].sentence),
      "T1 changed x from 0 to 1 at :30, while T2 was waiting for another value than 0 at :18, and nobody notifies "
      "after that");
  EXPECT_TRUE(find(Verdict::passed).empty());
}

TEST_F(LostWakeup, on_an_atomic_is_a_notify_before_the_change) {
  const ObjectIndex x = trace.atomic("x", 0);
  trace.atomic_wait(t2, x, 0);
  const Step notify = trace.at(29).notify_one(t1, x, t2, 1);
  trace.atomic_resume(t2, x);
  const Step wait = trace.at(18).atomic_wait(t2, x, 0);
  trace.waiting().atomic_resume(t2, x);
  const Step change = trace.at(30).read_modify_write(t1, x, 1);
  const Findings findings = find();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].steps, (std::vector<Step>{notify, wait, change}));
  EXPECT_EQ(
      text_of(trace.trace(), findings[0].sentence),
      "T1 changed x from 0 to 1 at :30, while T2 was waiting for another value than 0 at :18, and nobody notifies "
      "after that: T1's notify_one at :29 came before the change");
}

TEST_F(LostWakeup, on_an_atomic_is_a_value_that_came_and_went_before_the_wait) {
  const ObjectIndex x = trace.atomic("x", 0);
  trace.store(t1, x, 1);
  const Step notify = trace.at(29).notify_all(t1, x, 0);
  trace.store(t1, x, 0);
  const Step wait = trace.at(18).atomic_wait(t2, x, 0);
  trace.waiting().atomic_resume(t2, x);
  const Findings findings = find();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].steps, (std::vector<Step>{notify, wait}));
  EXPECT_EQ(
      text_of(trace.trace(), findings[0].sentence),
      "T1's notify_all at :29 came before T2's wait on x at :18: nobody was waiting then, and nobody notifies again");
}

TEST_F(LostWakeup, on_an_atomic_is_none_where_a_notify_in_time_would_not_have_helped) {
  const ObjectIndex x = trace.atomic("x", 0);
  trace.load(t1, x);
  trace.notify_one(t1, x, no_thread, 0);
  trace.atomic_wait(t2, x, 0);
  trace.waiting().atomic_resume(t2, x);
  EXPECT_TRUE(find().empty()) << "the value never changed: a deadlock";
}

TEST_F(LostWakeup, on_an_atomic_is_none_where_the_notify_woke_another) {
  const ObjectIndex x = trace.atomic("x", 0);
  trace.atomic_wait(t2, x, 0);
  trace.waiting().atomic_resume(t2, x);
  trace.atomic_wait(t0, x, 0);
  trace.waiting().atomic_resume(t0, x);
  trace.store(t1, x, 1);
  trace.notify_one(t1, x, t0, 2);
  trace.atomic_resume(t0, x);
  trace.atomic_wait(t0, x, 0);
  EXPECT_TRUE(find().empty());
}

TEST_F(LostWakeup, on_an_atomic_is_none_where_the_value_changed_back) {
  const ObjectIndex x = trace.atomic("x", 0);
  trace.atomic_wait(t2, x, 0);
  trace.waiting().atomic_resume(t2, x);
  trace.store(t1, x, 1);
  trace.store(t1, x, 0);
  EXPECT_TRUE(find().empty());
}

}  // namespace
}  // namespace snag
