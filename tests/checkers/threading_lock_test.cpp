// The checkers on threading::Lock, which any thread may release, and on RLocks that a condition releases wholly.
#include "checkers/lock_order.h"
#include "checkers/misuse.h"
#include "checkers/wait_cycle.h"
#include "tests/checkers/trace_builder.h"

#include <gtest/gtest.h>

namespace snag {
namespace {

class ThreadingLockTest : public testing::Test {
 protected:
  template <class AnyChecker>
  Findings find(Verdict verdict = Verdict::passed) {
    AnyChecker checker;
    return run(checker, trace.trace(), verdict);
  }
  // The one finding, as the checker's name and its sentence.
  template <class AnyChecker>
  std::string only(Verdict verdict = Verdict::passed) {
    const Findings findings = find<AnyChecker>(verdict);
    EXPECT_EQ(findings.size(), 1U);
    if (findings.empty()) return "";
    return findings.front().checker + ": " + text_of(trace.trace(), findings.front().sentence);
  }

  TraceBuilder trace;
  ThreadIndex t0 = trace.thread();
  ThreadIndex t1 = trace.start();
  ThreadIndex t2 = trace.start();
  ObjectIndex a = trace.free_lock("a");
  ObjectIndex b = trace.free_lock("b");
  ObjectIndex r = trace.recursive_mutex("r");
  ObjectIndex c = trace.condition_variable("c");
};

// ---- Misuse ------------------------------------------------------------------------------------------------------

TEST_F(ThreadingLockTest, released_by_another_thread_is_no_misuse) {
  trace.lock(t1, a);
  trace.unlock(t2, a);
  trace.lock(t1, a);
  trace.end(t1);
  trace.unlock(t2, a);
  trace.end(t2);
  EXPECT_TRUE(find<MisuseChecker>().empty());
}

TEST_F(ThreadingLockTest, released_unlocked_is_misuse) {
  trace.lock(t1, a);
  trace.at(4).unlock(t2, a);
  trace.at(5).unlock(t1, a);
  EXPECT_EQ(only<MisuseChecker>(), "release-unlocked: T1 releases a at :5, but nobody holds it: T2 released it at :4");
}

TEST_F(ThreadingLockTest, that_an_ended_thread_holds_is_leaked_when_others_wait_for_nothing_else) {
  trace.at(3).lock(t1, a);
  const Step end = trace.end(t1);
  trace.at(5).waiting().lock(t2, a);
  trace.at(6).waiting().join(t0, t2);
  EXPECT_TRUE(find<MisuseChecker>().empty());
  EXPECT_TRUE(find<MisuseChecker>(Verdict::step_limit).empty());
  EXPECT_EQ(only<MisuseChecker>(Verdict::deadlock), "lock-leaked: T1 ends while it still holds a, taken at :3");
  EXPECT_EQ(find<MisuseChecker>(Verdict::deadlock).front().step, end);
}

TEST_F(ThreadingLockTest, that_an_ended_thread_holds_is_not_leaked_when_somebody_might_have_released_it) {
  trace.lock(t1, a);
  trace.end(t1);
  trace.waiting().lock(t2, a);
  trace.waiting().acquire(t0, trace.semaphore("s", 0, 1));
  EXPECT_TRUE(find<MisuseChecker>(Verdict::deadlock).empty());
}

TEST_F(ThreadingLockTest, that_nobody_wants_is_not_leaked) {
  trace.lock(t1, a);
  trace.lock(t1, b);
  trace.end(t1);
  trace.at(5).waiting().lock(t2, b);
  const Findings findings = find<MisuseChecker>(Verdict::deadlock);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings.front().objects, (std::vector<ObjectIndex>{b}));
}

TEST_F(ThreadingLockTest, lets_wait_whoever_has_locked_it) {
  trace.lock(t1, a);
  trace.wait(t2, c, a);
  EXPECT_TRUE(find<MisuseChecker>().empty());
}

TEST_F(ThreadingLockTest, notify_without_the_lock) {
  trace.at(3).lock(t1, r);
  trace.at(4).notify_unlocked(t2, c, r);
  EXPECT_EQ(only<MisuseChecker>(), "notify-unlocked: T2 notifies c at :4 without holding r; T1 holds it, since :3");
  EXPECT_TRUE(find<MisuseChecker>().front().stops_execution);
}

TEST_F(ThreadingLockTest, notify_without_a_lock_that_nobody_has_ever_taken) {
  trace.at(4).notify_unlocked(t2, c, a);
  EXPECT_EQ(only<MisuseChecker>(), "notify-unlocked: T2 notifies c at :4 without holding a; nobody has ever taken it");
}

// ---- Levels ------------------------------------------------------------------------------------------------------

TEST_F(ThreadingLockTest, rlock_is_released_wholly_by_a_wait_and_restored) {
  trace.lock(t1, r);
  trace.lock(t1, r);
  trace.wait_wholly(t1, c, r, 2);
  trace.lock(t2, r);
  trace.notify_one(t2, c, t1, 1);
  trace.unlock(t2, r);
  trace.reacquire_wholly(t1, r, c, 2);
  trace.unlock(t1, r);
  trace.unlock(t1, r);
  EXPECT_TRUE(find<MisuseChecker>().empty());
  trace.at(9).unlock(t1, r);
  EXPECT_EQ(find<MisuseChecker>().size(), 1U) << "the third is too much";
}

TEST_F(ThreadingLockTest, rlock_that_was_released_wholly_is_in_no_ring) {
  trace.lock(t1, r);
  trace.lock(t1, r);
  trace.wait_wholly(t1, c, r, 2);
  trace.lock(t2, r);
  trace.waiting().reacquire(t1, r, c);
  trace.notify_one(t2, c, t1, 1);
  EXPECT_TRUE(find<WaitCycleChecker>().empty());
}

TEST_F(ThreadingLockTest, rlock_that_was_released_wholly_gives_no_order) {
  const ObjectIndex m = trace.mutex("m");
  trace.lock(t1, r);
  trace.lock(t1, r);
  trace.wait_wholly(t1, c, r, 2);
  trace.lock(t1, m);
  trace.unlock(t1, m);
  trace.lock(t2, m);
  trace.lock(t2, r);
  EXPECT_TRUE(find<LockOrder>().empty());
}

// ---- Rings and orders --------------------------------------------------------------------------------------------

TEST_F(ThreadingLockTest, ring_is_told_only_when_nobody_can_go_on) {
  trace.at(1).lock(t1, a);
  trace.at(2).lock(t2, b);
  trace.at(3).waiting().lock(t1, b);
  trace.at(4).waiting().lock(t2, a);
  trace.at(5).waiting().join(t0, t1);
  EXPECT_TRUE(find<WaitCycleChecker>().empty());
  EXPECT_EQ(only<WaitCycleChecker>(Verdict::deadlock),
            "wait-cycle: T1 waits at :3 for b, which T2 has held since :2; "
            "T2 waits at :4 for a, which T1 has held since :1");
}

TEST_F(ThreadingLockTest, ring_of_one_is_a_lock_acquired_twice) {
  trace.at(1).lock(t1, a);
  trace.at(2).waiting().lock(t1, a);
  trace.waiting().join(t0, t1);
  EXPECT_TRUE(find<WaitCycleChecker>().empty());
  EXPECT_EQ(only<WaitCycleChecker>(Verdict::deadlock),
            "wait-cycle: T1 waits at :2 for a, which it has held itself since :1");
}

TEST_F(ThreadingLockTest, ring_is_none_when_somebody_who_waits_otherwise_might_have_opened_it) {
  trace.lock(t1, a);
  trace.waiting().lock(t1, a);
  trace.waiting().acquire(t2, trace.semaphore("s", 0, 1));
  EXPECT_TRUE(find<WaitCycleChecker>(Verdict::deadlock).empty());
}

TEST_F(ThreadingLockTest, each_of_two_rings_is_told_once) {
  trace.lock(t1, a);
  trace.waiting().lock(t1, a);
  trace.lock(t2, b);
  trace.waiting().lock(t2, b);
  EXPECT_EQ(find<WaitCycleChecker>(Verdict::deadlock).size(), 2U);
}

TEST_F(ThreadingLockTest, takes_part_in_lock_orders) {
  trace.lock(t1, a);
  trace.lock(t1, b);
  trace.unlock(t1, b);
  trace.unlock(t1, a);
  trace.lock(t2, b);
  trace.lock(t2, a);
  EXPECT_EQ(find<LockOrder>().size(), 1U);
}

TEST_F(ThreadingLockTest, handed_over_gives_no_order) {
  trace.lock(t1, a);
  trace.unlock(t2, a);
  trace.lock(t1, a);
  trace.lock(t1, b);
  trace.unlock(t1, b);
  trace.unlock(t1, a);
  trace.lock(t2, b);
  trace.lock(t2, a);
  EXPECT_TRUE(find<LockOrder>().empty());
}

}  // namespace
}  // namespace snag
