// Events of queues, threading's locks, events, barriers and threads in words, as the picture of an interleaving has them.
#include "harness/report/event_words.h"

#include "tests/report/narrative_builder.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace snag {
namespace {

using testing::NarrativeBuilder;
using testing::Result;
using Kind = OperationKind;

class EventWordsThreadingTest : public ::testing::Test {
 protected:
  std::string words_of(Step step) const {
    return EventWords(builder.narrative()).of(builder.narrative().trace.events[step]);
  }
  std::string did(Kind kind, ObjectIndex object, Result result = {}) {
    return words_of(builder.done(t1, {.kind = kind, .object = object}, "broken.cpp", 1, result));
  }
  std::string waits(Kind kind, ObjectIndex object, std::uint64_t argument = 0) {
    return words_of(builder.waits(t1, {.kind = kind, .object = object, .argument = argument}, "broken.cpp", 1));
  }

  NarrativeBuilder builder;
  ThreadIndex t1 = builder.spawn(1, "worker");
  ThreadIndex t2 = builder.spawn(2);
  ObjectIndex jobs = builder.object(ObjectKind::queue, "jobs");
  ObjectIndex lock = builder.object(ObjectKind::lock, "gate");
  ObjectIndex rlock = builder.object(ObjectKind::recursive_mutex, "owned");
  ObjectIndex ready = builder.object(ObjectKind::event, "ready");
  ObjectIndex barrier = builder.object(ObjectKind::breakable_barrier, "line");
  ObjectIndex condition = builder.object(ObjectKind::condition_variable, "changed");
};

TEST_F(EventWordsThreadingTest, of_queues) {
  EXPECT_EQ(did(Kind::put, jobs, {.before = 0, .after = 1}), "put jobs: 0 -> 1");
  EXPECT_EQ(did(Kind::put, jobs, {.success = false}), "put jobs: shut down");
  EXPECT_EQ(did(Kind::try_get, jobs, {.success = false}), "try_get jobs: nothing got");
  EXPECT_EQ(did(Kind::queue_size, jobs, {.after = 3}), "ask for the size of jobs: 3");
  EXPECT_EQ(did(Kind::task_done, jobs, {.before = 2, .after = 1}), "task_done jobs: 1 unfinished");
  EXPECT_EQ(waits(Kind::put, jobs), "waits for room in jobs");
  EXPECT_EQ(waits(Kind::get, jobs), "waits for an item in jobs");
  EXPECT_EQ(waits(Kind::queue_join, jobs), "waits for all tasks of jobs to be done");
}

TEST_F(EventWordsThreadingTest, of_events_and_barriers) {
  EXPECT_EQ(did(Kind::event_wait, ready, {.success = false}), "wait for ready to be set: waits");
  EXPECT_EQ(did(Kind::event_resume, ready, {.success = false}), "go on from ready: timed out");
  EXPECT_EQ(waits(Kind::event_resume, ready), "waits for ready to be set");
  EXPECT_EQ(waits(Kind::event_resume, ready, 5), "waits for ready to be set, or its time-out");
  EXPECT_EQ(did(Kind::barrier_enter, barrier, {.before = 0, .after = 1}), "enter line: 1 inside");
  EXPECT_EQ(did(Kind::barrier_leave, barrier, {.success = false}), "leave line: broken");
  EXPECT_EQ(did(Kind::barrier_state, barrier, {.before = 2}), "look at line: 2 waiting");
  EXPECT_EQ(did(Kind::barrier_state, barrier, {.after = 1}), "look at line: broken");
  EXPECT_EQ(waits(Kind::barrier_leave, barrier), "waits at line for the others");
}

TEST_F(EventWordsThreadingTest, of_a_lock_that_another_thread_releases) {
  EXPECT_EQ(did(Kind::is_locked, lock), "ask whether gate is locked: no");
  builder.lock(t1, lock, 1);
  EXPECT_EQ(did(Kind::is_locked, lock, {.after = 1}), "ask whether gate is locked: yes");
  EXPECT_EQ(words_of(builder.waits_for_lock(t2, lock, 2)), "waits for gate (held by T1)");
  builder.unlock(0, lock, 3);
  EXPECT_EQ(words_of(builder.waits_for_lock(t2, lock, 4)), "waits for gate") << "nobody holds it";
}

TEST_F(EventWordsThreadingTest, of_an_rlock_that_a_wait_releases_wholly) {
  builder.lock(t1, rlock, 1);
  builder.lock(t1, rlock, 2);
  builder.done(t1, {.kind = Kind::wait, .object = condition, .second = rlock}, "broken.cpp", 3, {.before = 2});
  EXPECT_EQ(words_of(builder.waits_for_lock(t2, rlock, 4)), "waits for owned");
  builder.done(t1, {.kind = Kind::reacquire, .object = rlock, .second = condition}, "broken.cpp", 3, {.after = 2});
  builder.unlock(t1, rlock, 5);
  EXPECT_EQ(words_of(builder.waits_for_lock(t2, rlock, 6)), "waits for owned (held by T1)") << "one level is left";
  builder.unlock(t1, rlock, 7);
  EXPECT_EQ(words_of(builder.waits_for_lock(t2, rlock, 8)), "waits for owned");
}

TEST_F(EventWordsThreadingTest, of_threads) {
  EXPECT_EQ(words_of(builder.done(0, {.kind = Kind::is_alive, .target = t1}, "driver.cpp", 9)),
            "ask whether T1 is alive: no");
  EXPECT_EQ(words_of(builder.done(0, {.kind = Kind::count_threads}, "driver.cpp", 9, {.after = 3})),
            "count threads: 3");
  EXPECT_EQ(words_of(builder.done(0, {.kind = Kind::cut_off, .target = t1}, "driver.cpp", 9)), "cut off T1");
  EXPECT_EQ(
      words_of(builder.done(0, {.kind = Kind::join, .target = t1, .argument = 5}, "driver.cpp", 9, {.success = false})),
      "join T1: timed out");
}

}  // namespace
}  // namespace snag
