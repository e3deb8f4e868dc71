// The clocks on what Python's modules have: events, queues, barriers that can be broken, threads that are asked for or
// cut off.
#include "harness/trace/happens_before.h"

#include "tests/checkers/trace_builder.h"

#include <gtest/gtest.h>

namespace snag {
namespace {

class HappensBeforeThreadingTest : public ::testing::Test {
 protected:
  // Whether what T1 did first happened before what T2 does now.
  bool ordered() {
    const Step last = trace.read(t2, data);
    HappensBefore clocks;
    clocks.begin();
    Epoch epoch;
    for (const Event& event : trace.trace().events) {
      clocks.observe(event);
      if (event.step == first) epoch = clocks.epoch(event.thread);
      if (event.step == last) return clocks.ordered(epoch, event.thread);
    }
    return false;
  }
  void add(ThreadIndex t, OperationKind kind, ObjectIndex object = no_object, std::uint64_t after = 0) {
    trace.add(t, TraceBuilder::of(kind, object), 0, after);
  }
  void fails(ThreadIndex t, OperationKind kind, ObjectIndex object) {
    trace.fails();
    add(t, kind, object);
  }
  void add_on(ThreadIndex t, OperationKind kind, ThreadIndex target, std::uint64_t after = 0) {
    Operation operation = TraceBuilder::of(kind);
    operation.target = target;
    trace.add(t, operation, 0, after);
  }

  TraceBuilder trace;
  ThreadIndex t0 = trace.thread();
  ThreadIndex t1 = trace.thread();
  ThreadIndex t2 = trace.thread();
  ObjectIndex data = trace.variable("data");
  ObjectIndex e = trace.object(ObjectKind::event, "e");
  ObjectIndex q = trace.queue("q");
  ObjectIndex b = trace.object(ObjectKind::breakable_barrier, "b");
  Step first = trace.write(t1, data, 1);
};

using enum OperationKind;

TEST_F(HappensBeforeThreadingTest, orders_a_set_before_the_wait_that_finds_it) {
  add(t1, event_set, e, 1);
  add(t2, event_wait, e, 1);
  EXPECT_TRUE(ordered());
}

TEST_F(HappensBeforeThreadingTest, orders_a_set_before_those_whom_it_wakes_and_those_who_see_it) {
  add(t1, event_set, e, 1);
  fails(t2, event_wait, e);
  fails(t2, event_resume, e);
  add(t2, event_is_set, e, 0);
  EXPECT_FALSE(ordered()) << "it timed out, and saw nothing";
  add(t2, event_is_set, e, 1);
  EXPECT_TRUE(ordered());
}

TEST_F(HappensBeforeThreadingTest, orders_a_set_before_those_whom_it_wakes) {
  add(t1, event_set, e, 1);
  add(t2, event_resume, e);
  EXPECT_TRUE(ordered());
}

TEST_F(HappensBeforeThreadingTest, orders_whatever_is_done_to_a_queue) {
  add(t1, put, q);
  fails(t2, try_get, q);
  EXPECT_TRUE(ordered());
}

TEST_F(HappensBeforeThreadingTest, orders_a_task_done_before_the_end_of_a_join) {
  add(t1, task_done, q);
  add(t2, queue_join, q);
  EXPECT_TRUE(ordered());
}

TEST_F(HappensBeforeThreadingTest, orders_who_enters_a_barrier_before_who_leaves_it) {
  add(t1, barrier_enter, b);
  add(t2, barrier_enter, b);
  add(t2, barrier_leave, b);
  EXPECT_TRUE(ordered());
}

TEST_F(HappensBeforeThreadingTest, orders_an_abort_and_a_time_out_before_the_exceptions_that_they_bring) {
  add(t1, barrier_abort, b);
  fails(t2, barrier_leave, b);
  EXPECT_TRUE(ordered());
}

TEST_F(HappensBeforeThreadingTest, orders_a_time_out_before_who_finds_the_barrier_broken) {
  fails(t1, barrier_leave, b);
  add(t2, barrier_state, b, 1);
  EXPECT_TRUE(ordered());
}

TEST_F(HappensBeforeThreadingTest, orders_a_thread_before_who_sees_that_it_has_ended) {
  trace.end(t1);
  add_on(t2, is_alive, t1, 1);
  EXPECT_FALSE(ordered()) << "it was seen alive";
  add_on(t2, is_alive, t1, 0);
  EXPECT_TRUE(ordered());
}

TEST_F(HappensBeforeThreadingTest, orders_ended_threads_before_who_counts_those_alive) {
  add(t2, count_threads);
  EXPECT_FALSE(ordered()) << "it has not ended";
  trace.end(t1);
  EXPECT_FALSE(ordered()) << "nobody has counted since";
  add(t2, count_threads);
  EXPECT_TRUE(ordered());
}

TEST_F(HappensBeforeThreadingTest, orders_a_thread_before_a_join_that_sees_its_end_only) {
  trace.end(t1);
  trace.fails().join_for(t2, t1, 5);
  EXPECT_FALSE(ordered());
  trace.join_for(t2, t1, 5);
  EXPECT_TRUE(ordered());
}

TEST_F(HappensBeforeThreadingTest, orders_all_ended_threads_before_the_end_of_the_program) {
  trace.end(t1);
  trace.join(t2, no_thread);
  EXPECT_TRUE(ordered());
}

TEST_F(HappensBeforeThreadingTest, orders_a_daemon_before_who_has_it_cut_off) {
  trace.join(t2, no_thread);
  EXPECT_FALSE(ordered()) << "it has not ended";
  trace.cut_off(t2, t1);
  EXPECT_TRUE(ordered());
}

TEST_F(HappensBeforeThreadingTest, forgets_the_ended_threads_of_the_last_execution) {
  HappensBefore clocks;
  for (const ThreadIndex ends : {t1, t0}) {
    clocks.begin();
    Event event{.operation = {.kind = end}, .thread = ends};
    clocks.observe(event);
    event = {.operation = {.kind = count_threads}, .thread = t2};
    clocks.observe(event);
  }
  EXPECT_EQ(clocks.clock(t2).get(t0), 1U);
  EXPECT_EQ(clocks.clock(t2).get(t1), 0U);
}

}  // namespace
}  // namespace snag
