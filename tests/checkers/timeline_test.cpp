// The timeline of the processor, from traces written by hand.
#include "checkers/timeline.h"

#include "tests/checkers/trace_builder.h"

#include <gtest/gtest.h>

namespace snag {
namespace {

class TimelineOfATrace : public testing::Test {
 protected:
  TimelineOfATrace() {
    trace.schedule({});
    trace.begin(t0);
  }
  // "T1 runs 0-5, T1 waits 5-9".
  std::string slices() {
    Timeline timeline;
    timeline.begin();
    for (const Event& event : trace.trace().events) timeline.observe(event);
    std::string text;
    for (const Slice& slice : timeline.slices()) {
      const char* const names[] = {"runs", "ready", "waits"};
      text += (text.empty() ? "" : ", ") + std::string("T") + std::to_string(slice.thread) + " " +
              names[static_cast<int>(slice.state)] + " " + std::to_string(slice.from) + "-" + std::to_string(slice.to);
    }
    return text;
  }
  // "T2 1x 5".
  std::string ran_between(std::uint64_t from, std::uint64_t to, ThreadIndex left_out) {
    Timeline timeline;
    timeline.begin();
    for (const Event& event : trace.trace().events) timeline.observe(event);
    std::string text;
    for (const Rival& rival : timeline.ran_between(from, to, left_out))
      text += (text.empty() ? "" : ", ") + std::string("T") + std::to_string(rival.thread) + " " +
              std::to_string(rival.times) + "x " + std::to_string(rival.duration);
    return text;
  }

  TraceBuilder trace;
  ThreadIndex t0 = trace.thread();
};

TEST_F(TimelineOfATrace, tells_who_runs_and_who_stands_ready) {
  const ThreadIndex t1 = trace.start_with(2);
  const ThreadIndex t2 = trace.start_with(0);
  trace.waiting().join(t0, t1);
  trace.work(t1, 10);
  trace.end(t1);
  trace.ready().join(t0, t1);
  trace.join(t0, t1);
  trace.waiting().join(t0, t2);
  trace.work(t2, 5);
  EXPECT_EQ(slices(), "T0 waits 0-15, T1 runs 0-10, T2 ready 0-10, T2 runs 10-15");
}

TEST_F(TimelineOfATrace, shows_who_is_driven_out_as_ready) {
  const ThreadIndex t1 = trace.start_with(0);
  const ThreadIndex t2 = trace.start_with(1);
  trace.waiting().join(t0, t1);
  trace.waiting().sleep(t2, 4);
  trace.work(t1, 4);
  trace.ready().sleep(t2, 4);
  trace.sleep(t2, 4);
  trace.work(t2, 3);
  trace.end(t2);
  trace.work(t1, 6);
  EXPECT_EQ(slices(), "T0 waits 0-13, T1 runs 0-4, T1 ready 4-7, T1 runs 7-13, T2 waits 0-4, T2 runs 4-7");
}

TEST_F(TimelineOfATrace, leaves_the_processor_idle_while_all_wait) {
  const ThreadIndex t1 = trace.start_with(0);
  trace.waiting().join(t0, t1);
  trace.waiting().sleep(t1, 7);
  trace.pass_to(7);
  trace.ready().sleep(t1, 7);
  trace.work(t1, 2);
  EXPECT_EQ(slices(), "T0 waits 0-9, T1 waits 0-7, T1 runs 7-9");
}

TEST_F(TimelineOfATrace, joins_work_that_only_an_instant_of_another_interrupts) {
  const ThreadIndex t1 = trace.start_with(0);
  const ThreadIndex t2 = trace.start_with(1);
  trace.waiting().join(t0, t1);
  trace.waiting().sleep(t2, 4);
  trace.work(t1, 4);
  trace.ready().sleep(t2, 4);
  trace.sleep(t2, 4);
  trace.end(t2);
  trace.work(t1, 2);
  EXPECT_EQ(slices(), "T0 waits 0-6, T1 runs 0-6, T2 waits 0-4");
}

TEST_F(TimelineOfATrace, ends_with_a_threads_end_and_where_a_daemon_is_cut_off) {
  const ThreadIndex t1 = trace.start_with(1);
  const ThreadIndex daemon = trace.start_with(0);
  trace.waiting().join(t0, t1);
  trace.work(t1, 4);
  trace.end(t1);
  Operation cut = TraceBuilder::of(OperationKind::cut_off);
  cut.target = daemon;
  trace.add(t0, cut);
  trace.work(t0, 3);
  EXPECT_EQ(slices(), "T0 waits 0-4, T0 runs 4-7, T1 runs 0-4, T2 ready 0-4");
}

TEST_F(TimelineOfATrace, counts_who_ran_between_two_moments) {
  const ThreadIndex t1 = trace.start_with(0);
  const ThreadIndex t2 = trace.start_with(1);
  const ThreadIndex t3 = trace.start_with(1);
  trace.waiting().join(t0, t1);
  trace.work(t2, 4);
  trace.work(t3, 5);
  trace.work(t2, 4);
  trace.work(t1, 1);
  EXPECT_EQ(ran_between(0, 13, t1), "T2 2x 8, T3 1x 5");
  EXPECT_EQ(ran_between(2, 8, t1), "T3 1x 4, T2 1x 2");
  EXPECT_EQ(ran_between(0, 14, t2), "T3 1x 5, T1 1x 1");
}

}  // namespace
}  // namespace snag
