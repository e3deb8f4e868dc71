// The lost update checker over hand-built traces: what is a candidate, and what is none.
#include "checkers/lost_update.h"

#include "tests/checkers/trace_builder.h"

#include <gtest/gtest.h>

namespace snag {
namespace {

class LostUpdateTest : public ::testing::Test {
 protected:
  Findings found() { return run(checker, trace.trace()); }

  LostUpdate checker;
  TraceBuilder trace;
  ThreadIndex t0 = trace.thread();
  ThreadIndex t1 = trace.start();
  ThreadIndex t2 = trace.start();
  ObjectIndex count = trace.variable("count");
  ObjectIndex hits = trace.atomic("hits");
  ObjectIndex m = trace.mutex("m");
};

TEST_F(LostUpdateTest, is_a_candidate_when_another_thread_wrote_between_read_and_write) {
  const Step read = trace.at(11).read(t1, count);
  trace.at(11).read(t2, count);
  const Step foreign = trace.at(12).write(t2, count, 1);
  const Step write = trace.at(12).write(t1, count, 1);
  const Findings findings = found();
  ASSERT_EQ(findings.size(), 1U);
  const Finding& lost = findings[0];
  EXPECT_EQ(lost.checker, "lost-update");
  EXPECT_EQ(lost.certainty, Certainty::candidate);
  EXPECT_FALSE(lost.stops_execution);
  EXPECT_EQ(lost.step, write);
  EXPECT_EQ(lost.steps, (std::vector<Step>{read, foreign, write}));
  EXPECT_EQ(lost.threads, (std::vector<ThreadIndex>{t1, t2}));
  EXPECT_EQ(lost.objects, std::vector<ObjectIndex>{count});
  EXPECT_EQ(text_of(trace.trace(), lost.sentence),
            "T1 overwrote count = 1, which T2 had written at :12, with 1 at :12, "
            "computed from the 0 that it had read before at :11");
  EXPECT_NE(text_of(trace.trace(), lost.hint).find("one lock over both"), std::string::npos);
}

TEST_F(LostUpdateTest, is_a_candidate_when_each_access_is_under_a_lock_that_is_let_go_between) {
  const auto locked = [&](ThreadIndex t, auto access) {
    trace.lock(t, m);
    access();
    trace.unlock(t, m);
  };
  locked(t1, [&] { trace.read(t1, count); });
  locked(t2, [&] { trace.read(t2, count); });
  locked(t2, [&] { trace.write(t2, count, 1); });
  locked(t1, [&] { trace.write(t1, count, 1); });
  EXPECT_EQ(found().size(), 1U);
}

TEST_F(LostUpdateTest, is_a_candidate_with_atomic_loads_and_stores) {
  trace.load(t1, hits);
  trace.load(t2, hits);
  trace.store(t2, hits, 1);
  trace.store(t1, hits, 1);
  EXPECT_EQ(found().size(), 1U);
}

TEST_F(LostUpdateTest, is_a_candidate_when_the_other_thread_used_a_read_modify_write) {
  trace.load(t1, hits);
  const Step foreign = trace.read_modify_write(t2, hits, 1);
  trace.store(t1, hits, 1);
  const Findings findings = found();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].steps[1], foreign);
}

TEST_F(LostUpdateTest, is_a_candidate_when_the_other_thread_used_a_compare_exchange_that_succeeded) {
  trace.load(t1, hits);
  trace.compare_exchange(t2, hits, 0, 1);
  trace.store(t1, hits, 1);
  EXPECT_EQ(found().size(), 1U);
}

TEST_F(LostUpdateTest, is_a_candidate_when_a_failed_compare_exchange_was_the_read) {
  const Step read = trace.compare_exchange(t1, hits, 7, 8);
  trace.store(t2, hits, 1);
  trace.store(t1, hits, 2);
  const Findings findings = found();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].steps[0], read);
}

TEST_F(LostUpdateTest, names_the_last_foreign_change_before_the_write) {
  const ThreadIndex t3 = trace.start();
  trace.read(t1, count);
  trace.write(t2, count, 1);
  const Step last = trace.write(t3, count, 2);
  trace.write(t1, count, 1);
  const Findings findings = found();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].steps[1], last);
  EXPECT_EQ(findings[0].threads[1], t3);
}

TEST_F(LostUpdateTest, names_the_write_that_changed_the_value_and_not_one_that_repeated_it) {
  const ThreadIndex t3 = trace.start();
  trace.read(t1, count);
  const Step change = trace.write(t2, count, 1);
  trace.write(t3, count, 1);
  trace.write(t1, count, 1);
  const Findings findings = found();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].steps[1], change);
}

TEST_F(LostUpdateTest, names_the_last_read_before_the_foreign_change) {
  trace.read(t1, count);
  const Step last = trace.read(t1, count);
  trace.write(t2, count, 1);
  trace.write(t1, count, 1);
  const Findings findings = found();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].steps[0], last);
}

TEST_F(LostUpdateTest, is_told_once_for_an_object_and_its_three_places) {
  for (std::uint64_t i = 0; i < 3; ++i) {
    trace.at(1).read(t1, count);
    trace.at(2).write(t2, count, 2 * i + 1);
    trace.at(3).write(t1, count, 2 * i + 2);
  }
  EXPECT_EQ(found().size(), 1U);
}

TEST_F(LostUpdateTest, is_told_for_each_object_and_each_place) {
  trace.at(1).read(t1, count);
  trace.at(2).write(t2, count, 1);
  trace.at(3).write(t1, count, 2);
  trace.at(1).read(t1, count);
  trace.at(2).write(t2, count, 3);
  trace.at(4).write(t1, count, 4);
  trace.at(1).load(t1, hits);
  trace.at(2).store(t2, hits, 3);
  trace.at(4).store(t1, hits, 4);
  EXPECT_EQ(found().size(), 3U);
}

TEST_F(LostUpdateTest, is_told_again_in_the_next_execution) {
  trace.read(t1, count);
  trace.write(t2, count, 1);
  trace.write(t1, count, 1);
  EXPECT_EQ(found().size(), 1U);
  EXPECT_EQ(found().size(), 1U);
}

TEST_F(LostUpdateTest, remembers_no_read_of_the_last_execution) {
  TraceBuilder next = trace;
  trace.read(t1, count);
  next.write(t2, count, 1);
  next.write(t1, count, 1);
  EXPECT_TRUE(found().empty());
  EXPECT_TRUE(run(checker, next.trace()).empty());
}

TEST_F(LostUpdateTest, is_none_when_nobody_wrote_in_between) {
  trace.read(t1, count);
  trace.write(t1, count, 1);
  trace.read(t2, count);
  trace.write(t2, count, 2);
  EXPECT_TRUE(found().empty());
}

TEST_F(LostUpdateTest, is_none_when_the_thread_read_again_after_the_foreign_write) {
  trace.read(t1, count);
  trace.write(t2, count, 1);
  trace.read(t1, count);
  trace.write(t1, count, 2);
  EXPECT_TRUE(found().empty());
}

TEST_F(LostUpdateTest, is_none_for_a_blind_write) {
  trace.write(t2, count, 1);
  trace.write(t1, count, 2);
  EXPECT_TRUE(found().empty());
}

TEST_F(LostUpdateTest, is_none_for_a_blind_write_after_the_threads_own_write) {
  trace.read(t1, count);
  trace.write(t1, count, 1);
  trace.write(t2, count, 2);
  trace.write(t1, count, 0);  // a reset
  EXPECT_TRUE(found().empty());
}

TEST_F(LostUpdateTest, is_none_for_a_write_after_the_threads_own_read_modify_write) {
  trace.read_modify_write(t1, hits, 1);
  trace.read_modify_write(t2, hits, 2);
  trace.store(t1, hits, 0);
  EXPECT_TRUE(found().empty());
}

TEST_F(LostUpdateTest, is_none_when_the_write_is_a_read_modify_write) {
  trace.load(t1, hits);
  trace.read_modify_write(t2, hits, 1);
  trace.read_modify_write(t1, hits, 2);
  EXPECT_TRUE(found().empty());
}

TEST_F(LostUpdateTest, is_none_for_a_compare_exchange_loop) {
  trace.load(t1, hits);
  trace.load(t2, hits);
  trace.compare_exchange(t2, hits, 0, 1);
  trace.compare_exchange(t1, hits, 0, 1);  // fails and reads 1
  trace.compare_exchange(t1, hits, 1, 2);
  EXPECT_TRUE(found().empty());
}

TEST_F(LostUpdateTest, is_none_when_a_failed_compare_exchange_read_again) {
  trace.load(t1, hits);
  trace.store(t2, hits, 1);
  trace.compare_exchange(t1, hits, 0, 1);  // fails and reads 1
  trace.store(t1, hits, 2);
  EXPECT_TRUE(found().empty());
}

TEST_F(LostUpdateTest, is_none_when_the_other_threads_compare_exchange_failed) {
  trace.load(t1, hits);
  trace.compare_exchange(t2, hits, 7, 8);
  trace.store(t1, hits, 1);
  EXPECT_TRUE(found().empty());
}

TEST_F(LostUpdateTest, is_none_when_the_foreign_write_left_the_value_as_it_was) {
  trace.read(t1, count);
  trace.write(t2, count, 0);
  trace.write(t1, count, 1);
  EXPECT_TRUE(found().empty());
}

TEST_F(LostUpdateTest, is_none_when_foreign_writes_cancelled_out) {
  trace.read(t1, count);
  trace.write(t2, count, 1);
  trace.write(t2, count, 0);
  trace.write(t1, count, 1);
  EXPECT_TRUE(found().empty());
}

TEST_F(LostUpdateTest, is_none_when_only_another_object_was_written_in_between) {
  const ObjectIndex other = trace.variable("other");
  trace.read(t1, count);
  trace.write(t2, other, 1);
  trace.write(t1, count, 1);
  EXPECT_TRUE(found().empty());
}

TEST_F(LostUpdateTest, is_none_when_nobody_was_seen_to_change_the_value) {
  trace.write(t2, count, 1);
  trace.read(t1, count);
  trace.add(t1, TraceBuilder::of(OperationKind::write, count), 7, 8);  // 7 was never written under watch
  EXPECT_TRUE(found().empty());
}

TEST_F(LostUpdateTest, is_none_when_the_write_has_not_happened) {
  trace.read(t1, count);
  trace.write(t2, count, 1);
  trace.waiting().write(t1, count, 1);
  EXPECT_TRUE(found().empty());
}

}  // namespace
}  // namespace snag
