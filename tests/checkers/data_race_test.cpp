// The data race checker over hand-built traces: what it must find, and where it must be silent.
#include "checkers/data_race.h"

#include "tests/checkers/trace_builder.h"

#include <gtest/gtest.h>

namespace snag {
namespace {

class DataRaceTest : public ::testing::Test {
 protected:
  Findings found() { return run(checker, trace.trace()); }

  DataRace checker;
  TraceBuilder trace;
  ThreadIndex t0 = trace.thread();
  ThreadIndex t1 = trace.start();
  ThreadIndex t2 = trace.start();
  ObjectIndex count = trace.variable("count");
  ObjectIndex m = trace.mutex("m");
};

TEST_F(DataRaceTest, is_found_when_a_write_and_a_read_are_unordered) {
  const Step write = trace.at(12).write(t1, count, 1);
  const Step read = trace.at(13).read(t2, count);
  const Findings findings = found();
  ASSERT_EQ(findings.size(), 1U);
  const Finding& race = findings[0];
  EXPECT_EQ(race.checker, "data-race");
  EXPECT_EQ(race.certainty, Certainty::happened);
  EXPECT_FALSE(race.stops_execution);
  EXPECT_EQ(race.step, read);
  EXPECT_EQ(race.steps, (std::vector<Step>{write, read}));
  EXPECT_EQ(race.threads, (std::vector<ThreadIndex>{t1, t2}));
  EXPECT_EQ(race.objects, std::vector<ObjectIndex>{count});
  EXPECT_EQ(text_of(trace.trace(), race.sentence),
            "T1 wrote count at :12 and T2 read it at :13 with nothing ordering the two");
  EXPECT_NE(text_of(trace.trace(), race.hint).find("same lock"), std::string::npos);
}

TEST_F(DataRaceTest, is_found_when_a_read_and_a_later_write_are_unordered) {
  const Step read = trace.read(t1, count);
  const Step write = trace.write(t2, count, 1);
  const Findings findings = found();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].steps, (std::vector<Step>{read, write}));
}

TEST_F(DataRaceTest, is_found_when_two_writes_are_unordered) {
  trace.at(5).write(t1, count, 1);
  trace.at(5).write(t2, count, 2);
  const Findings findings = found();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(text_of(trace.trace(), findings[0].sentence),
            "T1 wrote count at :5 and T2 wrote it at :5 with nothing ordering the two");
}

TEST_F(DataRaceTest, is_found_though_the_accesses_were_far_apart) {
  trace.write(t1, count, 1);
  for (int i = 0; i < 10; ++i) trace.yield(t2);
  trace.read(t2, count);
  EXPECT_EQ(found().size(), 1U);
}

TEST_F(DataRaceTest, is_found_against_each_of_several_unordered_reads) {
  const ThreadIndex t3 = trace.start();
  const Step one = trace.read(t1, count);
  const Step two = trace.read(t2, count);
  const Step write = trace.write(t3, count, 1);
  const Findings findings = found();
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].steps, (std::vector<Step>{one, write}));
  EXPECT_EQ(findings[1].steps, (std::vector<Step>{two, write}));
}

TEST_F(DataRaceTest, is_told_of_the_last_write_and_not_of_the_reads_before_it) {
  trace.read(t1, count);
  const Step last = trace.write(t1, count, 1);
  const Step write = trace.write(t2, count, 2);
  const Findings findings = found();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].steps, (std::vector<Step>{last, write}));
}

TEST_F(DataRaceTest, is_found_when_only_one_side_takes_the_lock) {
  trace.lock(t1, m);
  trace.write(t1, count, 1);
  trace.unlock(t1, m);
  trace.write(t2, count, 2);
  EXPECT_EQ(found().size(), 1U);
}

TEST_F(DataRaceTest, is_found_when_the_parent_reads_before_it_joins) {
  trace.write(t1, count, 1);
  trace.end(t1);
  trace.read(t0, count);
  trace.join(t0, t1);
  EXPECT_EQ(found().size(), 1U);
}

TEST_F(DataRaceTest, is_found_when_an_atomic_flag_is_published_with_relaxed_order) {
  const ObjectIndex flag = trace.atomic("flag");
  trace.write(t1, count, 1);
  trace.store(t1, flag, 1, MemoryOrder::relaxed);
  trace.load(t2, flag, MemoryOrder::acquire);
  trace.read(t2, count);
  EXPECT_EQ(found().size(), 1U);
}

TEST_F(DataRaceTest, is_told_once_for_a_variable_and_a_pair_of_places_whichever_comes_first) {
  trace.at(1).write(t1, count, 1);
  trace.at(2).read(t2, count);
  trace.at(1).write(t1, count, 2);
  trace.at(2).read(t2, count);
  EXPECT_EQ(found().size(), 1U);
}

TEST_F(DataRaceTest, is_told_for_each_variable_and_each_pair_of_places) {
  const ObjectIndex other = trace.variable("other");
  trace.at(1).write(t1, count, 1);
  trace.at(1).write(t1, other, 1);
  trace.at(2).read(t2, count);
  trace.at(2).read(t2, other);
  trace.at(3).read(t2, other);
  EXPECT_EQ(found().size(), 3U);
}

TEST_F(DataRaceTest, is_told_again_in_the_next_execution) {
  trace.write(t1, count, 1);
  trace.read(t2, count);
  EXPECT_EQ(found().size(), 1U);
  EXPECT_EQ(found().size(), 1U);
}

TEST_F(DataRaceTest, remembers_no_access_of_the_last_execution) {
  const ObjectIndex other = trace.variable("other");
  TraceBuilder next = trace;
  trace.write(t1, count, 1);
  trace.read(t1, other);
  next.read(t2, count);
  next.write(t2, other, 1);
  EXPECT_TRUE(found().empty());
  EXPECT_TRUE(run(checker, next.trace()).empty());
}

TEST_F(DataRaceTest, is_not_two_reads) {
  trace.read(t1, count);
  trace.read(t2, count);
  EXPECT_TRUE(found().empty());
}

TEST_F(DataRaceTest, is_not_two_writes_under_the_same_lock) {
  for (const ThreadIndex t : {t1, t2, t1}) {
    trace.lock(t, m);
    trace.read(t, count);
    trace.write(t, count, 1);
    trace.unlock(t, m);
  }
  EXPECT_TRUE(found().empty());
}

TEST_F(DataRaceTest, is_not_an_access_before_the_spawn_or_after_the_join) {
  trace.write(t0, count, 1);
  const ThreadIndex t3 = trace.start();
  trace.write(t3, count, 2);
  trace.end(t3);
  trace.join(t0, t3);
  trace.write(t0, count, 3);
  EXPECT_TRUE(found().empty());
}

TEST_F(DataRaceTest, is_not_a_hand_over_by_release_and_acquire) {
  const ObjectIndex flag = trace.atomic("flag");
  trace.write(t1, count, 1);
  trace.store(t1, flag, 1, MemoryOrder::release);
  trace.load(t2, flag, MemoryOrder::acquire);
  trace.write(t2, count, 2);
  EXPECT_TRUE(found().empty());
}

TEST_F(DataRaceTest, is_not_an_atomic_of_relaxed_order) {
  const ObjectIndex flag = trace.atomic("flag");
  trace.store(t1, flag, 1, MemoryOrder::relaxed);
  trace.store(t2, flag, 2, MemoryOrder::relaxed);
  trace.load(t1, flag, MemoryOrder::relaxed);
  EXPECT_TRUE(found().empty());
}

TEST_F(DataRaceTest, is_not_an_access_that_only_waits) {
  trace.write(t1, count, 1);
  trace.waiting().write(t2, count, 2);
  EXPECT_TRUE(found().empty());
}

TEST_F(DataRaceTest, is_not_a_write_after_unordered_reads_that_were_all_joined) {
  trace.read(t1, count);
  trace.read(t2, count);
  trace.read(t1, count);
  for (const ThreadIndex t : {t1, t2}) {
    trace.end(t);
    trace.join(t0, t);
  }
  trace.write(t0, count, 1);
  EXPECT_TRUE(found().empty());
}

TEST_F(DataRaceTest, is_found_when_only_some_of_the_unordered_reads_were_joined) {
  trace.read(t1, count);
  const Step unordered = trace.read(t2, count);
  trace.end(t1);
  trace.join(t0, t1);
  const Step write = trace.write(t0, count, 1);
  const Findings findings = found();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].steps, (std::vector<Step>{unordered, write}));
}

TEST_F(DataRaceTest, is_found_by_a_read_that_came_after_another_that_was_ordered) {
  trace.read(t0, count);  // T3 begins after it: one epoch is enough for both
  const ThreadIndex t3 = trace.start();
  const Step read = trace.read(t3, count);
  const Step write = trace.write(t0, count, 1);
  const Findings findings = found();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].steps, (std::vector<Step>{read, write}));
}

}  // namespace
}  // namespace snag
