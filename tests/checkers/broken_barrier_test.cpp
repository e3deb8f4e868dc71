// The broken-barrier checker on hand-built traces: used on by who knows, or by who lets the exception pass.
#include "checkers/broken_barrier.h"
#include "tests/checkers/trace_builder.h"

#include <gtest/gtest.h>

namespace snag {
namespace {

class BrokenBarrier : public testing::Test {
 protected:
  Findings find() { return run(checker, trace.trace()); }
  std::string only() {
    const Findings findings = find();
    EXPECT_EQ(findings.size(), 1U);
    return findings.empty() ? "" : text_of(trace.trace(), findings.front().sentence);
  }
  Step add(ThreadIndex t, OperationKind kind, std::uint64_t before = 0, std::uint64_t after = 0) {
    return trace.add(t, TraceBuilder::of(kind, b), before, after);
  }
  Step enter(ThreadIndex t) { return add(t, OperationKind::barrier_enter); }
  Step leave(ThreadIndex t) { return add(t, OperationKind::barrier_leave); }
  Step abort(ThreadIndex t) { return add(t, OperationKind::barrier_abort); }
  Step reset(ThreadIndex t, std::uint64_t inside) { return add(t, OperationKind::barrier_reset, inside, inside); }
  // An enter that finds the barrier broken, at the line.
  Step refused(int line, ThreadIndex t) {
    trace.at(line).fails();
    return enter(t);
  }
  // A leave with an exception, at the line.
  Step fails(int line, ThreadIndex t) {
    trace.at(line).fails();
    return leave(t);
  }

  TraceBuilder trace;
  BrokenBarrierChecker checker;
  ThreadIndex t0 = trace.thread();
  ThreadIndex t1 = trace.start();
  ThreadIndex t2 = trace.start();
  ObjectIndex b = trace.object(ObjectKind::breakable_barrier, "b", 0, 2);
};

TEST_F(BrokenBarrier, is_used_on_by_who_has_waited_too_long) {
  enter(t1);
  const Step broke = fails(3, t1);
  const Step again = refused(4, t1);
  EXPECT_EQ(only(), "T1 waits at :4 at b, which is broken: T1 waited too long at :3");
  const Finding finding = find().front();
  EXPECT_EQ(finding.checker, "broken-barrier");
  EXPECT_EQ(finding.certainty, Certainty::happened);
  EXPECT_TRUE(finding.stops_execution);
  EXPECT_EQ(finding.step, again);
  EXPECT_EQ(finding.steps, (std::vector<Step>{broke, again}));
  EXPECT_EQ(finding.threads, (std::vector<ThreadIndex>{t1}));
  EXPECT_EQ(finding.objects, (std::vector<ObjectIndex>{b}));
}

TEST_F(BrokenBarrier, is_used_on_by_who_was_inside) {
  enter(t1);
  trace.at(2);
  const Step broke = abort(t2);
  const Step told = fails(3, t1);
  const Step again = refused(4, t1);
  EXPECT_EQ(only(), "T1 waits at :4 at b, which is broken: T2 broke it at :2, and T1 has known it since :3");
  EXPECT_EQ(find().front().steps, (std::vector<Step>{broke, told, again}));
  EXPECT_EQ(find().front().threads, (std::vector<ThreadIndex>{t1, t2}));
}

TEST_F(BrokenBarrier, is_used_on_by_who_has_aborted_it) {
  trace.at(2);
  abort(t1);
  refused(4, t1);
  EXPECT_EQ(only(), "T1 waits at :4 at b, which is broken: T1 broke it at :2");
}

TEST_F(BrokenBarrier, is_used_on_by_who_came_too_late_the_second_time) {
  abort(t1);
  refused(3, t2);
  EXPECT_TRUE(find().empty()) << "the first time it could not know";
  refused(4, t2);
  EXPECT_EQ(only(), "T2 waits at :4 at b, which is broken: T1 broke it at :?, and T2 has known it since :3");
}

TEST_F(BrokenBarrier, is_used_on_by_who_has_asked) {
  abort(t1);
  trace.at(3);
  add(t2, OperationKind::barrier_state, 0, 1);
  refused(4, t2);
  EXPECT_EQ(only(), "T2 waits at :4 at b, which is broken: T1 broke it at :?, and T2 has known it since :3");
}

TEST_F(BrokenBarrier, that_nobody_knew_of_is_told_when_the_exception_leaves_the_thread) {
  trace.at(2);
  abort(t1);
  refused(3, t2);
  trace.uncaught_exception(t2, "the barrier is broken");
  EXPECT_EQ(only(), "T2 waits at :3 at b, which is broken: T1 broke it at :2, and nobody catches the exception");
}

TEST_F(BrokenBarrier, is_not_told_for_another_exception_nor_for_who_was_inside) {
  abort(t1);
  refused(3, t2);
  trace.uncaught_exception(t2, "vector::at");
  enter(t1);
  fails(4, t1);
  trace.uncaught_exception(t1, "the barrier is broken");
  EXPECT_TRUE(find().empty());
}

TEST_F(BrokenBarrier, that_was_reset_is_as_new) {
  enter(t1);
  fails(2, t1);
  refused(3, t2);
  reset(t1, 0);
  enter(t1);
  enter(t2);
  leave(t2);
  leave(t1);
  EXPECT_TRUE(find().empty());
  abort(t2);
  refused(9, t1);
  EXPECT_TRUE(find().empty()) << "what T1 knew was of another time";
}

TEST_F(BrokenBarrier, is_none_when_a_reset_sends_waiters_away) {
  enter(t1);
  reset(t0, 1);
  fails(3, t1);
  enter(t1);
  enter(t2);
  leave(t2);
  leave(t1);
  EXPECT_TRUE(find().empty());
  enter(t1);
  fails(5, t1);
  refused(6, t1);
  EXPECT_EQ(only(), "T1 waits at :6 at b, which is broken: T1 waited too long at :5");
}

TEST_F(BrokenBarrier, is_not_taken_for_reset_by_a_reset_of_a_complete_round) {
  enter(t1);
  enter(t2);
  reset(t0, 2);
  leave(t1);
  leave(t2);
  enter(t1);
  fails(5, t1);
  refused(6, t1);
  EXPECT_EQ(find().size(), 1U);
}

TEST_F(BrokenBarrier, is_one_of_several) {
  const ObjectIndex other = trace.object(ObjectKind::breakable_barrier, "other", 0, 2);
  trace.add(t1, TraceBuilder::of(OperationKind::barrier_abort, other));
  enter(t1);
  leave(t1);
  EXPECT_TRUE(find().empty());
}

}  // namespace
}  // namespace snag
