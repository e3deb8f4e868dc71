// The checkers on threading::Thread: joins that are repeated or give up, and daemons that are cut off.
#include "checkers/deadlock.h"
#include "checkers/lost_wakeup.h"
#include "checkers/misuse.h"
#include "checkers/wait_cycle.h"
#include "tests/checkers/trace_builder.h"

#include <gtest/gtest.h>

namespace snag {
namespace {

class ThreadingThreadTest : public testing::Test {
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

  static constexpr std::uint64_t never = ~std::uint64_t{0};

  TraceBuilder trace;
  ThreadIndex t0 = trace.thread();
  ThreadIndex t1 = trace.start();
  ThreadIndex t2 = trace.start();
  ObjectIndex m = trace.mutex("m");
  ObjectIndex c = trace.condition_variable("c");
};

TEST_F(ThreadingThreadTest, may_be_joined_often) {
  trace.may_be_joined_often(t1);
  trace.join(t0, t1);
  trace.join(t0, t1);
  trace.join(t2, t1);
  EXPECT_TRUE(find<MisuseChecker>().empty());
}

TEST_F(ThreadingThreadTest, that_a_join_gave_up_on_is_not_joined) {
  trace.fails().join_for(t0, t1, 5);
  trace.join(t0, t1);
  EXPECT_TRUE(find<MisuseChecker>().empty());
}

TEST_F(ThreadingThreadTest, that_joins_itself) {
  trace.at(4).join_misused(t1, t1);
  EXPECT_EQ(only<MisuseChecker>(), "join-misuse: T1 joins or detaches itself at :4: its end would wait for its end");
  EXPECT_EQ(find<MisuseChecker>().front().threads, (std::vector<ThreadIndex>{t1}));
}

TEST_F(ThreadingThreadTest, join_that_gives_up_closes_no_ring) {
  trace.lock(t0, m);
  trace.waiting().join_for(t0, t1, 5);
  trace.waiting().lock(t1, m);
  EXPECT_TRUE(find<WaitCycleChecker>().empty());
}

TEST_F(ThreadingThreadTest, join_with_a_deadline_that_never_comes_closes_a_ring) {
  trace.lock(t0, m);
  trace.waiting().join_for(t0, t1, never);
  trace.waiting().lock(t1, m);
  EXPECT_EQ(find<WaitCycleChecker>().size(), 1U);
}

TEST_F(ThreadingThreadTest, that_was_cut_off_waits_for_nothing) {
  trace.waiting().acquire(t1, trace.semaphore("s", 0, 1));
  trace.cut_off(t0, t1);
  trace.at(4).lock(t0, m);
  trace.at(5).waiting().lock(t0, m);
  EXPECT_EQ(only<DeadlockChecker>(Verdict::deadlock),
            "deadlock: No thread can go on: T0 waits at :5 for m, which it has held itself since :4");
}

TEST_F(ThreadingThreadTest, that_was_cut_off_keeps_the_locks_that_it_holds) {
  trace.at(3).lock(t1, m);
  trace.cut_off(t0, t1);
  trace.end(t0);
  EXPECT_TRUE(find<MisuseChecker>().empty()) << "nothing is leaked";
  trace.at(5).waiting().lock(t0, m);
  EXPECT_EQ(
      only<DeadlockChecker>(Verdict::deadlock),
      "deadlock: No thread can go on: T0 waits at :5 for m, which T1 took at :3 and still held when it was cut off");
}

TEST_F(ThreadingThreadTest, that_was_cut_off_has_lost_no_wakeup) {
  trace.notify_one(t2, c, no_thread, 0);
  trace.lock(t1, m);
  trace.wait(t1, c, m);
  trace.waiting().reacquire(t1, m, c);
  trace.cut_off(t0, t1);
  trace.waiting().acquire(t0, trace.semaphore("s", 0, 1));
  EXPECT_TRUE(find<LostWakeupChecker>(Verdict::deadlock).empty());
}

}  // namespace
}  // namespace snag
