// Starvation whatever the scheduling: unable to go on, or trying in vain, while others that asked later are served.
#include "checkers/overtaken.h"

#include "tests/checkers/trace_builder.h"

#include <gtest/gtest.h>

namespace snag {
namespace {

class Overtaken : public testing::Test {
 protected:
  Overtaken() {
    trace.starve_after_grants(4);
    trace.begin(t0);
    one = trace.start();
    two = trace.start();
    three = trace.start();
  }
  Findings found() { return run(checker, trace.trace()); }
  // Readers one and two keep the page from being free: the first is in already; two grants each round.
  void readers_take_turns(ObjectIndex page, int rounds) {
    for (int i = 0; i < rounds; ++i) {
      trace.at(20).lock_shared(two, page);
      trace.unlock_shared(one, page);
      trace.at(20).lock_shared(one, page);
      trace.unlock_shared(two, page);
    }
  }

  OvertakenChecker checker;
  TraceBuilder trace;
  ThreadIndex t0 = trace.thread();
  ThreadIndex one = 0, two = 0, three = 0;
};

TEST_F(Overtaken, a_writer_that_readers_keep_out_is_starved) {
  const ObjectIndex page = trace.shared_mutex("page");
  trace.at(20).lock_shared(one, page);
  const Step asked = trace.at(30).waiting().lock(three, page);
  readers_take_turns(page, 2);
  const Findings findings = found();
  ASSERT_EQ(findings.size(), 1U);
  const Finding& finding = findings[0];
  EXPECT_EQ(finding.checker, "starvation");
  EXPECT_EQ(
      text_of(trace.trace(), finding.sentence),
      "T3 waits at :30 for page and was unable to go on while others that asked later got it 4 times (it counts as "
      "starved after 4): T2 2 times, T1 2 times");
  EXPECT_EQ(finding.threads, (std::vector<ThreadIndex>{three, two, one}));
  EXPECT_EQ(finding.objects, (std::vector<ObjectIndex>{page}));
  EXPECT_EQ(finding.steps, (std::vector<Step>{asked, asked + 1, asked + 3}));
  EXPECT_EQ(finding.rivals.size(), 2U);
  EXPECT_TRUE(finding.timeline.empty());
  EXPECT_FALSE(finding.stops_execution);
}

TEST_F(Overtaken, a_writer_is_told_of_once) {
  const ObjectIndex page = trace.shared_mutex("page");
  trace.lock_shared(one, page);
  trace.waiting().lock(three, page);
  readers_take_turns(page, 20);
  EXPECT_EQ(found().size(), 1U);
}

TEST_F(Overtaken, one_grant_fewer_is_no_starvation) {
  const ObjectIndex page = trace.shared_mutex("page");
  trace.lock_shared(one, page);
  trace.waiting().lock(three, page);
  readers_take_turns(page, 1);
  trace.lock_shared(two, page);
  EXPECT_TRUE(found().empty());
}

TEST_F(Overtaken, an_instant_in_which_the_page_is_free_counts_as_a_chance) {
  const ObjectIndex page = trace.shared_mutex("page");
  trace.lock_shared(one, page);
  trace.waiting().lock(three, page);
  for (int i = 0; i < 20; ++i) {
    readers_take_turns(page, 1);
    trace.unlock_shared(one, page);  // free: that the writer is not chosen is the strategy's doing
    trace.lock_shared(one, page);
  }
  EXPECT_TRUE(found().empty());
}

TEST_F(Overtaken, who_asked_before_the_writer_does_not_overtake_it) {
  const ObjectIndex page = trace.shared_mutex("page");
  trace.lock(t0, page);
  for (int i = 0; i < 10; ++i) {
    const ThreadIndex reader = trace.start();
    trace.waiting().lock_shared(reader, page);
  }
  trace.waiting().lock(three, page);
  trace.unlock(t0, page);
  trace.lock_shared(one, page);
  for (ThreadIndex reader = 4; reader < 14; ++reader) {
    trace.lock_shared(reader, page);
    trace.unlock_shared(reader, page);
  }
  EXPECT_TRUE(found().empty());
}

TEST_F(Overtaken, a_writer_that_got_the_page_begins_anew) {
  const ObjectIndex page = trace.shared_mutex("page");
  for (int i = 0; i < 5; ++i) {
    trace.lock_shared(one, page);
    trace.waiting().lock(three, page);
    readers_take_turns(page, 1);
    trace.unlock_shared(one, page);
    trace.lock(three, page);
    trace.unlock(three, page);
  }
  EXPECT_TRUE(found().empty());
}

TEST_F(Overtaken, readers_that_writers_in_line_keep_out_are_starved) {
  const ObjectIndex page = trace.shared_mutex("page");
  trace.line_up(one, page);
  trace.lock(one, page);
  trace.waiting().lock_shared(three, page);
  for (int i = 0; i < 2; ++i) {
    trace.line_up(two, page);
    trace.unlock(one, page);
    trace.lock(two, page);
    trace.line_up(one, page);
    trace.unlock(two, page);
    trace.lock(one, page);
  }
  EXPECT_EQ(found().size(), 1U);
}

TEST_F(Overtaken, who_waits_for_a_plain_mutex_has_a_chance_with_every_release) {
  const ObjectIndex m = trace.mutex("m");
  trace.lock(one, m);
  trace.waiting().lock(three, m);
  for (int i = 0; i < 50; ++i) {
    trace.unlock(one, m);
    trace.lock(one, m);
  }
  EXPECT_TRUE(found().empty());
}

TEST_F(Overtaken, who_tries_in_vain_again_and_again_is_starved) {
  const ObjectIndex m = trace.mutex("m");
  trace.lock(one, m);
  const Step asked = trace.at(40).fails().try_lock(three, m);
  Step granted = no_step, last = no_step;
  for (int i = 0; i < 4; ++i) {
    trace.unlock(one, m);
    const Step step = trace.at(20).lock(one, m);
    if (i == 0) granted = step;
    last = trace.at(40).fails().try_lock(three, m);
  }
  const Findings findings = found();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(text_of(trace.trace(), findings[0].sentence),
            "T3 has tried in vain to take m since :40: 4 times after others that asked later had got it (it counts as "
            "starved after 4): T1 4 times");
  EXPECT_EQ(findings[0].steps, (std::vector<Step>{asked, granted, last}));
}

TEST_F(Overtaken, who_does_not_try_meanwhile_is_not_starved) {
  const ObjectIndex m = trace.mutex("m");
  trace.lock(one, m);
  trace.fails().try_lock(three, m);
  for (int i = 0; i < 50; ++i) {
    trace.unlock(one, m);
    trace.lock(one, m);
  }
  trace.fails().try_lock(three, m);
  EXPECT_TRUE(found().empty()) << "that it does not run is the strategy's doing";
}

TEST_F(Overtaken, who_tries_while_one_holder_keeps_the_lock_is_not_starved) {
  const ObjectIndex m = trace.mutex("m");
  trace.lock(one, m);
  for (int i = 0; i < 50; ++i) trace.fails().try_lock(three, m);
  EXPECT_TRUE(found().empty());
}

TEST_F(Overtaken, a_try_that_succeeds_begins_anew) {
  const ObjectIndex m = trace.mutex("m");
  for (int i = 0; i < 20; ++i) {
    trace.lock(one, m);
    trace.fails().try_lock(three, m);
    trace.unlock(one, m);
    trace.lock(one, m);
    trace.fails().try_lock(three, m);
    trace.unlock(one, m);
    trace.try_lock(three, m);
    trace.unlock(three, m);
  }
  EXPECT_TRUE(found().empty());
}

TEST_F(Overtaken, who_waited_before_the_first_try_does_not_overtake_it) {
  trace.starve_after_grants(1);
  const ObjectIndex m = trace.mutex("m");
  trace.lock(one, m);
  trace.waiting().lock(two, m);
  trace.fails().try_lock(three, m);
  trace.unlock(one, m);
  trace.lock(two, m);
  trace.fails().try_lock(three, m);
  EXPECT_TRUE(found().empty());
}

TEST_F(Overtaken, tries_of_a_semaphore_count_too) {
  const ObjectIndex permits = trace.semaphore("permits", 1, 1);
  trace.acquire(one, permits);
  trace.try_acquire(three, permits);
  for (int i = 0; i < 4; ++i) {
    trace.release(one, permits);
    trace.acquire(one, permits);
    trace.try_acquire(three, permits);
  }
  EXPECT_EQ(found().size(), 1U);
}

TEST_F(Overtaken, the_next_execution_begins_without_a_past) {
  const ObjectIndex m = trace.mutex("m");
  trace.lock(one, m);
  for (int i = 0; i < 3; ++i) {
    trace.fails().try_lock(three, m);
    trace.unlock(one, m);
    trace.lock(one, m);
  }
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(found().empty());
}

}  // namespace
}  // namespace snag
