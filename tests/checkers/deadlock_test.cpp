// The deadlock checker on hand-built traces: what each thread that is left waits for.
#include "checkers/deadlock.h"
#include "tests/checkers/trace_builder.h"

#include <gtest/gtest.h>

namespace snag {
namespace {

class Deadlock : public testing::Test {
 protected:
  Findings find(Verdict verdict = Verdict::deadlock) { return run(checker, trace.trace(), verdict); }
  std::string sentence() {
    const Findings findings = find();
    EXPECT_EQ(findings.size(), 1U);
    return findings.empty() ? "" : text_of(trace.trace(), findings.front().sentence);
  }

  TraceBuilder trace;
  DeadlockChecker checker;
  ThreadIndex t0 = trace.thread();
  ThreadIndex t1 = trace.start();
  ObjectIndex m = trace.mutex("m");
  ObjectIndex c = trace.condition_variable("c");
};

TEST_F(Deadlock, is_told_only_when_the_execution_ended_in_one) {
  trace.waiting().acquire(t1, trace.semaphore("s", 0, 1));
  EXPECT_TRUE(find(Verdict::passed).empty());
  EXPECT_TRUE(find(Verdict::step_limit).empty());
  ASSERT_EQ(find().size(), 1U);
  EXPECT_EQ(find().front().checker, "deadlock");
  EXPECT_EQ(find().front().certainty, Certainty::happened);
}

TEST_F(Deadlock, says_what_each_thread_waits_for_and_joins_last) {
  trace.at(1).waiting().join(t0, t1);
  trace.at(2).waiting().acquire(t1, trace.semaphore("s", 0, 1));
  EXPECT_EQ(sentence(), "No thread can go on: T1 waits at :2 for a release of s; T0 waits at :1 for T1 to end");
  EXPECT_EQ(find().front().threads, (std::vector<ThreadIndex>{t1, t0}));
}

TEST_F(Deadlock, names_the_condition_variable_of_a_waiter_that_was_not_notified) {
  trace.lock(t1, m);
  trace.wait(t1, c, m);
  trace.at(5).waiting().reacquire(t1, m, c);
  EXPECT_EQ(sentence(), "No thread can go on: T1 waits at :5 for a notify on c");
  EXPECT_EQ(find().front().objects, (std::vector<ObjectIndex>{c}));
}

TEST_F(Deadlock, names_the_mutex_of_a_waiter_that_was_notified) {
  trace.lock(t1, m);
  trace.wait(t1, c, m);
  trace.at(5).waiting().reacquire(t1, m, c);
  trace.at(6).lock(t0, m);
  trace.notify_one(t0, c, t1, 1);
  trace.at(7).waiting().acquire(t0, trace.semaphore("s", 0, 1));
  EXPECT_EQ(sentence(),
            "No thread can go on: T0 waits at :7 for a release of s; T1 waits at :5 for m, which T0 has held since :6");
}

TEST_F(Deadlock, says_that_the_holder_of_a_lock_has_ended) {
  trace.at(1).lock(t1, m);
  trace.end(t1);
  trace.at(2).waiting().lock(t0, m);
  EXPECT_EQ(sentence(), "No thread can go on: T0 waits at :2 for m, which T1 took at :1 and still held when it ended");
}

TEST_F(Deadlock, says_what_latches_barriers_and_the_end_of_the_body_wait_for) {
  const ThreadIndex t2 = trace.start();
  trace.at(1).waiting().latch_wait(t1, trace.latch("l", 1));
  trace.at(2).waiting().barrier_wait(t2, trace.barrier("b", 2), 0);
  trace.at(3).waiting().join(t0, no_thread);
  EXPECT_EQ(sentence(),
            "No thread can go on: T1 waits at :1 for l to reach zero; T2 waits at :2 for the others at b; "
            "T0 waits at :3 for the threads that nobody joined; 0 of 2 have arrived at b");
}

TEST_F(Deadlock, says_how_many_have_arrived_at_a_barrier_in_its_present_phase) {
  const ThreadIndex t2 = trace.start();
  const ObjectIndex b = trace.barrier("b", 3);
  trace.arrive(t0, b, 0, 0);
  trace.arrive_and_drop(t2, b, 0, 0);
  trace.arrive(t1, b, 0, 1);
  trace.arrive(t0, b, 1, 1);
  trace.at(1).waiting().barrier_wait(t0, b, 1);
  EXPECT_EQ(sentence(), "No thread can go on: T0 waits at :1 for the others at b; 1 of 2 have arrived at b");
}

TEST_F(Deadlock, says_what_queues_are_waited_for) {
  const ObjectIndex q = trace.queue("jobs", 1);
  const auto wait = [&](ThreadIndex t, int line, OperationKind kind) {
    trace.at(line).waiting().add(t, TraceBuilder::of(kind, q));
  };
  const ThreadIndex t2 = trace.start();
  wait(t0, 1, OperationKind::queue_join);
  wait(t1, 2, OperationKind::put);
  wait(t2, 3, OperationKind::get);
  EXPECT_EQ(sentence(),
            "No thread can go on: T0 waits at :1 for all tasks of jobs to be done; T1 waits at :2 for room in jobs; "
            "T2 waits at :3 for an item in jobs");
  EXPECT_EQ(find().front().objects, (std::vector<ObjectIndex>{q}));
}

TEST_F(Deadlock, says_what_timed_waits_as_good_as_for_ever_wait_for) {
  const ObjectIndex q = trace.queue("jobs", 1);
  const auto wait = [&](ThreadIndex t, int line, OperationKind kind) {
    trace.at(line).waiting().add(t, TraceBuilder::of(kind, q, ~std::uint64_t{0}));
  };
  wait(t0, 1, OperationKind::try_put);
  wait(t1, 2, OperationKind::try_get);
  EXPECT_EQ(sentence(), "No thread can go on: T0 waits at :1 for room in jobs; T1 waits at :2 for an item in jobs");
}

TEST_F(Deadlock, says_what_events_and_breakable_barriers_are_waited_for) {
  const ThreadIndex t2 = trace.start();
  const auto wait = [&](ThreadIndex t, int line, OperationKind kind, ObjectIndex object) {
    trace.at(line).waiting().add(t, TraceBuilder::of(kind, object));
  };
  const ObjectIndex b = trace.object(ObjectKind::breakable_barrier, "b", 0, 3);
  wait(t0, 1, OperationKind::event_resume, trace.object(ObjectKind::event, "e"));
  wait(t1, 2, OperationKind::barrier_enter, b);
  wait(t2, 3, OperationKind::barrier_leave, b);
  EXPECT_EQ(sentence(),
            "No thread can go on: T0 waits at :1 for e to be set; T1 waits at :2 for the others to leave b; "
            "T2 waits at :3 for the others at b");
}

TEST_F(Deadlock, leaves_out_threads_that_went_on_after_waiting) {
  const ThreadIndex t2 = trace.start();
  trace.lock(t2, m);
  trace.waiting().lock(t1, m);
  trace.unlock(t2, m);
  trace.end(t2);
  trace.lock(t1, m);
  trace.end(t1);
  trace.at(4).waiting().acquire(t0, trace.semaphore("s", 0, 1));
  EXPECT_EQ(sentence(), "No thread can go on: T0 waits at :4 for a release of s");
}

TEST_F(Deadlock, of_many_threads_says_four_and_draws_all) {
  const ObjectIndex s = trace.semaphore("s", 0, 1);
  trace.at(1).waiting().acquire(t1, s);
  for (int i = 0; i < 5; ++i) {
    const ThreadIndex another = trace.start();
    trace.at(1).waiting().acquire(another, s);
  }
  const std::string text = sentence();
  EXPECT_NE(text.find("T4 waits at :1 for a release of s; and 2 more wait"), std::string::npos) << text;
  EXPECT_EQ(text.find("T5"), std::string::npos);
  EXPECT_EQ(find().front().relations.size(), 6U);
}

TEST_F(Deadlock, names_a_reader_that_still_shares_what_a_writer_wants) {
  const ThreadIndex t2 = trace.start();
  const ObjectIndex rw = trace.shared_mutex("rw");
  trace.at(1).lock_shared(t1, rw);
  trace.end(t1);
  trace.at(2).waiting().lock(t2, rw);
  EXPECT_EQ(sentence(),
            "No thread can go on: T2 waits at :2 for rw, which T1 took a share of at :1 and still held when "
            "it ended");
}

TEST_F(Deadlock, names_the_result_that_never_comes) {
  const ObjectIndex f = trace.object(ObjectKind::future, "f");
  trace.at(2).waiting().future_wait(t1, f, 0);
  trace.wait(t0, c, no_object);
  trace.at(3).waiting().resume(t0, c, no_object);
  EXPECT_EQ(sentence(), "No thread can go on: T0 waits at :3 for a notify on c; T1 waits at :2 for the result of f");
}

TEST_F(Deadlock, names_the_atomic_that_a_thread_waits_on) {
  const ObjectIndex x = trace.atomic("x", 0);
  trace.atomic_wait(t1, x, 0);
  trace.at(2).waiting().atomic_resume(t1, x);
  EXPECT_EQ(sentence(), "No thread can go on: T1 waits at :2 for a notify on x");
}

}  // namespace
}  // namespace snag
