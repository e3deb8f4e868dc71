// Priority inversion: who holds what the urgent one needs, who runs in between, for how long.
#include "checkers/priority_inversion.h"

#include "tests/checkers/trace_builder.h"

#include <gtest/gtest.h>

namespace snag {
namespace {

class PriorityInversion : public testing::Test {
 protected:
  PriorityInversion() {
    trace.schedule({.starved_after = 5});
    trace.begin(t0);
    low = trace.start_with(0);
    high = trace.start_with(2);
    middle = trace.start_with(1);
  }
  Findings found(Verdict verdict = Verdict::passed) { return run(checker, trace.trace(), verdict); }

  PriorityInversionChecker checker;
  TraceBuilder trace;
  ThreadIndex t0 = trace.thread();
  ThreadIndex low = 0, high = 0, middle = 0;
};

TEST_F(PriorityInversion, is_told_with_all_three_when_the_urgent_one_gets_the_lock) {
  const ObjectIndex m = trace.mutex("m");
  const Step taken = trace.at(3).lock(low, m);
  trace.work(low, 2);
  const Step blocked = trace.at(4).waiting().lock(high, m);
  const Step first = trace.at(8).work(middle, 6);
  trace.work(low, 1);
  trace.work(middle, 1);
  trace.work(low, 1);
  trace.unlock(low, m);
  trace.ready().lock(high, m);
  const Step got = trace.at(4).lock(high, m);
  const Findings findings = found();
  ASSERT_EQ(findings.size(), 1U);
  const Finding& finding = findings[0];
  EXPECT_EQ(finding.checker, "priority-inversion");
  EXPECT_EQ(
      text_of(trace.trace(), finding.sentence),
      "T2 of priority 2 waits at :4 for m, which T1 of priority 0 has held since :3; meanwhile, for 7ns, others ran "
      "that are less urgent and have no part in the lock: T3 of priority 1 2 times for 7ns");
  EXPECT_EQ(finding.threads, (std::vector<ThreadIndex>{high, low, middle}));
  EXPECT_EQ(finding.objects, (std::vector<ObjectIndex>{m}));
  EXPECT_EQ(finding.steps, (std::vector<Step>{taken, blocked, first, got}));
  EXPECT_EQ(finding.step, got);
  ASSERT_EQ(finding.relations.size(), 2U);
  EXPECT_EQ(finding.relations[0].thread, low);
  EXPECT_EQ(finding.relations[1].thread, high);
  EXPECT_FALSE(finding.timeline.empty());
  EXPECT_FALSE(finding.stops_execution);
}

TEST_F(PriorityInversion, is_not_told_up_to_the_bound) {
  const ObjectIndex m = trace.mutex("m");
  trace.lock(low, m);
  trace.waiting().lock(high, m);
  trace.work(middle, 5);
  trace.unlock(low, m);
  trace.lock(high, m);
  EXPECT_TRUE(found().empty());
}

TEST_F(PriorityInversion, of_any_length_is_told_where_there_is_no_bound) {
  trace.schedule({});
  const ObjectIndex m = trace.mutex("m");
  trace.lock(low, m);
  trace.waiting().lock(high, m);
  trace.work(middle, 1);
  trace.unlock(low, m);
  trace.lock(high, m);
  EXPECT_EQ(found().size(), 1U);
}

TEST_F(PriorityInversion, is_no_inversion_while_the_holder_works) {
  const ObjectIndex m = trace.mutex("m");
  trace.lock(low, m);
  trace.waiting().lock(high, m);
  trace.work(low, 100);
  trace.unlock(low, m);
  trace.lock(high, m);
  EXPECT_TRUE(found().empty());
}

TEST_F(PriorityInversion, is_none_while_a_more_urgent_one_works) {
  const ThreadIndex highest = trace.start_with(3);
  const ObjectIndex m = trace.mutex("m");
  trace.lock(low, m);
  trace.waiting().lock(high, m);
  trace.work(highest, 100);
  trace.unlock(low, m);
  trace.lock(high, m);
  EXPECT_TRUE(found().empty());
}

TEST_F(PriorityInversion, is_none_when_the_holder_is_no_less_urgent) {
  const ThreadIndex equal = trace.start_with(2);
  const ObjectIndex m = trace.mutex("m");
  trace.lock(equal, m);
  trace.waiting().sleep(equal, 100);
  trace.waiting().lock(high, m);
  trace.work(middle, 100);
  trace.ready().sleep(equal, 100);
  trace.unlock(equal, m);
  trace.lock(high, m);
  EXPECT_TRUE(found().empty());
}

TEST_F(PriorityInversion, is_none_by_one_whom_the_holder_itself_waits_for) {
  const ObjectIndex outer = trace.mutex("outer"), inner = trace.mutex("inner");
  trace.lock(middle, inner);
  trace.lock(low, outer);
  trace.waiting().lock(low, inner);
  trace.waiting().lock(high, outer);
  trace.work(middle, 100);
  trace.unlock(middle, inner);
  trace.lock(low, inner);
  EXPECT_TRUE(found().empty());
}

TEST_F(PriorityInversion, is_none_when_the_lock_is_free_and_the_urgent_one_only_stands_ready) {
  const ObjectIndex m = trace.mutex("m");
  trace.lock(low, m);
  trace.waiting().lock(high, m);
  trace.unlock(low, m);
  trace.ready().lock(high, m);
  trace.work(middle, 100);
  trace.lock(high, m);
  EXPECT_TRUE(found().empty());
}

TEST_F(PriorityInversion, is_none_by_one_that_is_urgent_through_another_lock) {
  const ThreadIndex highest = trace.start_with(3);
  const ObjectIndex m = trace.mutex("m");
  const ObjectIndex ceiling = trace.priority_mutex("c", LockProtocol::ceiling, 3);
  const ObjectIndex inherit = trace.priority_mutex("i", LockProtocol::inherit);
  trace.lock(low, m);
  trace.waiting().lock(high, m);
  trace.lock(middle, ceiling);
  trace.work(middle, 50);
  trace.unlock(middle, ceiling);
  trace.lock(middle, inherit);
  trace.waiting().lock(highest, inherit);
  trace.work(middle, 50);
  trace.unlock(middle, inherit);
  trace.unlock(low, m);
  trace.lock(high, m);
  EXPECT_TRUE(found().empty());
}

TEST_F(PriorityInversion, through_a_shared_lock_is_told_too) {
  const ObjectIndex m = trace.shared_mutex("m");
  trace.lock_shared(low, m);
  trace.waiting().lock(high, m);
  trace.work(middle, 6);
  trace.unlock_shared(low, m);
  trace.lock(high, m);
  EXPECT_EQ(found().size(), 1U);
}

TEST_F(PriorityInversion, that_never_ends_is_told_at_the_end) {
  const ObjectIndex m = trace.mutex("m");
  const Step taken = trace.lock(low, m);
  const Step blocked = trace.waiting().lock(high, m);
  const Step first = trace.work(middle, 6);
  const Findings findings = found(Verdict::deadlock);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].steps, (std::vector<Step>{taken, blocked, first}));
}

TEST_F(PriorityInversion, ends_the_execution_after_ten_times_the_bound) {
  const ObjectIndex m = trace.mutex("m");
  trace.lock(low, m);
  trace.waiting().lock(high, m);
  trace.work(middle, 50);
  const Step last = trace.work(middle, 1);
  trace.work(middle, 1);
  const Findings findings = found();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_TRUE(findings[0].stops_execution);
  EXPECT_EQ(findings[0].step, last);
  EXPECT_EQ(findings[0].rivals.at(0).times, 1U) << "work that goes on is one time";
}

}  // namespace
}  // namespace snag
