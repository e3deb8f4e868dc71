// The misuse checker on hand-built traces: each misuse is told with who did what before, and right use is silent.
#include "checkers/misuse.h"
#include "tests/checkers/trace_builder.h"

#include <gtest/gtest.h>

namespace snag {
namespace {

class Misuse : public testing::Test {
 protected:
  Findings find() { return run(checker, trace.trace()); }
  Finding only() {
    const Findings findings = find();
    EXPECT_EQ(findings.size(), 1U);
    return findings.empty() ? Finding{} : findings.front();
  }
  std::string sentence() { return text_of(trace.trace(), only().sentence); }

  TraceBuilder trace;
  MisuseChecker checker;
  ThreadIndex t0 = trace.thread();
  ThreadIndex t1 = trace.start();
  ThreadIndex t2 = trace.start();
  ObjectIndex m = trace.mutex("m");
  ObjectIndex c = trace.condition_variable("c");
};

// release-unlocked, release-not-owner.

TEST_F(Misuse, release_of_a_lock_that_was_released_already) {
  trace.at(7).lock(t1, m);
  const Step first = trace.at(8).unlock(t1, m);
  const Step second = trace.at(9).unlock(t1, m);
  const Finding finding = only();
  EXPECT_EQ(finding.checker, "release-unlocked");
  EXPECT_TRUE(finding.stops_execution);
  EXPECT_EQ(finding.step, second);
  EXPECT_EQ(finding.steps, (std::vector<Step>{first, second}));
  EXPECT_EQ(finding.objects, (std::vector<ObjectIndex>{m}));
  EXPECT_EQ(sentence(), "T1 releases m at :9, but nobody holds it: T1 released it at :8");
}

TEST_F(Misuse, release_of_a_lock_that_was_never_taken) {
  trace.at(9).unlock(t1, m);
  EXPECT_EQ(only().checker, "release-unlocked");
  EXPECT_EQ(sentence(), "T1 releases m at :9, but nobody has ever taken it");
}

TEST_F(Misuse, release_by_another_thread_than_the_owner) {
  trace.at(7).lock(t1, m);
  trace.at(8).unlock(t2, m);
  const Finding finding = only();
  EXPECT_EQ(finding.checker, "release-not-owner");
  EXPECT_TRUE(finding.stops_execution);
  EXPECT_EQ(finding.threads, (std::vector<ThreadIndex>{t2, t1}));
  EXPECT_EQ(sentence(), "T2 releases m at :8, but T1 holds it, since :7");
}

TEST_F(Misuse, release_of_a_recursive_lock_more_often_than_taken) {
  const ObjectIndex r = trace.recursive_mutex("r");
  trace.lock(t1, r);
  trace.lock(t1, r);
  trace.unlock(t1, r);
  trace.at(8).unlock(t1, r);
  EXPECT_TRUE(find().empty());
  trace.at(9).unlock(t1, r);
  EXPECT_EQ(only().checker, "release-unlocked");
  EXPECT_EQ(sentence(), "T1 releases r at :9, but nobody holds it: T1 released it at :8");
}

TEST_F(Misuse, release_after_a_failed_try_lock) {
  trace.lock(t1, m);
  trace.fails().try_lock(t2, m);
  trace.unlock(t2, m);
  EXPECT_EQ(only().checker, "release-not-owner");
}

TEST_F(Misuse, locks_taken_and_released_in_pairs_are_silent) {
  trace.lock(t1, m);
  trace.waiting().lock(t2, m);
  trace.unlock(t1, m);
  trace.lock(t2, m);
  trace.unlock(t2, m);
  trace.try_lock(t1, m);
  trace.unlock(t1, m);
  trace.end(t1);
  trace.end(t2);
  EXPECT_TRUE(find().empty());
}

// semaphore-overflow.

TEST_F(Misuse, release_of_a_semaphore_over_its_bound) {
  const ObjectIndex s = trace.semaphore("s", 1, 1);
  trace.at(4).release(t1, s);
  EXPECT_EQ(only().checker, "semaphore-overflow");
  EXPECT_TRUE(only().stops_execution);
  EXPECT_EQ(sentence(), "T1 releases s at :4 by 1 where its count is 1 and its bound is 1");
}

TEST_F(Misuse, release_of_so_many_that_the_sum_overflows) {
  const ObjectIndex s = trace.semaphore("s", 1, 2);
  trace.release(t1, s, ~std::uint64_t{0});
  EXPECT_EQ(only().checker, "semaphore-overflow");
}

TEST_F(Misuse, release_of_a_semaphore_up_to_its_bound_is_silent) {
  const ObjectIndex s = trace.semaphore("s", 1, 3);
  trace.release(t1, s, 2);
  trace.acquire(t2, s);
  trace.release(t2, s);
  EXPECT_TRUE(find().empty());
}

// task-done-excess.

TEST_F(Misuse, task_done_of_a_queue_whose_tasks_are_all_done) {
  const ObjectIndex q = trace.queue("jobs");
  const Step last = trace.at(4).task_done(t1, q, 1);
  const Step excess = trace.at(5).task_done(t2, q, 0);
  const Finding finding = only();
  EXPECT_EQ(finding.checker, "task-done-excess");
  EXPECT_TRUE(finding.stops_execution);
  EXPECT_EQ(finding.steps, (std::vector<Step>{last, excess}));
  EXPECT_EQ(finding.threads, (std::vector<ThreadIndex>{t2, t1}));
  EXPECT_EQ(finding.objects, (std::vector<ObjectIndex>{q}));
  EXPECT_EQ(sentence(), "T2 calls task_done of jobs at :5, but every task is done: the last one by T1 at :4");
}

TEST_F(Misuse, task_done_of_a_queue_that_never_had_a_task) {
  const ObjectIndex other = trace.queue("other");
  trace.task_done(t1, other, 1);
  trace.at(5).task_done(t1, trace.queue("jobs"), 0);
  EXPECT_EQ(only().checker, "task-done-excess");
  EXPECT_EQ(sentence(), "T1 calls task_done of jobs at :5, but nothing that was put into it is unfinished");
}

TEST_F(Misuse, task_done_as_often_as_there_are_tasks_is_silent) {
  const ObjectIndex q = trace.queue("jobs");
  trace.task_done(t1, q, 2);
  trace.task_done(t2, q, 1);
  EXPECT_TRUE(find().empty());
}

// wait-unlocked.

TEST_F(Misuse, wait_without_the_lock) {
  trace.at(3).wait_unlocked(t1, c, m);
  EXPECT_EQ(only().checker, "wait-unlocked");
  EXPECT_TRUE(only().stops_execution);
  EXPECT_EQ(only().objects, (std::vector<ObjectIndex>{c, m}));
  EXPECT_EQ(sentence(), "T1 waits on c at :3 without holding m; nobody has ever taken it");
}

TEST_F(Misuse, wait_without_any_lock) {
  trace.at(3).wait_unlocked(t1, c, no_object);
  EXPECT_EQ(sentence(), "T1 waits on c at :3 with a lock that it does not hold");
}

TEST_F(Misuse, wait_with_a_lock_that_another_thread_holds) {
  trace.at(2).lock(t2, m);
  trace.at(3).wait(t1, c, m);
  EXPECT_EQ(only().checker, "wait-unlocked");
  EXPECT_EQ(sentence(), "T1 waits on c at :3 without holding m; T2 holds it, since :2");
}

TEST_F(Misuse, wait_with_the_lock_held_before_and_after_is_silent) {
  trace.lock(t1, m);
  trace.wait(t1, c, m);
  trace.waiting().reacquire(t1, m, c);
  trace.lock(t2, m);
  trace.notify_one(t2, c, t1, 1);
  trace.unlock(t2, m);
  trace.reacquire(t1, m, c);
  trace.wait(t1, c, m);
  trace.fails().resume(t1, c, m);
  trace.lock(t1, m);
  trace.unlock(t1, m);
  trace.end(t1);
  EXPECT_TRUE(find().empty());
}

// destroyed-in-use.

TEST_F(Misuse, destruction_of_a_lock_that_another_thread_holds) {
  trace.at(1).lock(t1, m);
  trace.at(2).destroy(t0, m);
  EXPECT_EQ(only().checker, "destroyed-in-use");
  EXPECT_TRUE(only().stops_execution);
  EXPECT_EQ(sentence(), "T0 destroys m at :2 while T1 holds it, since :1");
}

TEST_F(Misuse, destruction_of_a_lock_by_its_own_holder) {
  trace.at(1).lock(t0, m);
  trace.at(2).destroy(t0, m);
  EXPECT_EQ(sentence(), "T0 destroys m at :2 while it holds it itself, since :1");
}

TEST_F(Misuse, destruction_of_a_lock_held_and_waited_for) {
  trace.at(1).lock(t1, m);
  trace.at(2).waiting().lock(t2, m);
  trace.at(3).destroy(t0, m);
  EXPECT_EQ(sentence(), "T0 destroys m at :3 while T1 holds it, since :1 and T2 waits for it at :2");
  EXPECT_EQ(only().relations.size(), 2U);
}

TEST_F(Misuse, destruction_of_a_condition_variable_with_a_waiter) {
  trace.lock(t1, m);
  trace.at(2).wait(t1, c, m);
  trace.at(3).destroy(t0, c, 1);
  EXPECT_EQ(only().checker, "destroyed-in-use");
  EXPECT_EQ(sentence(), "T0 destroys c at :3 while T1 waits for it at :2");
}

TEST_F(Misuse, destruction_of_a_condition_variable_whose_waiters_are_only_counted) {
  trace.at(3).destroy(t0, c, 2);
  EXPECT_EQ(sentence(), "T0 destroys c at :3 while 2 threads wait in it");
}

TEST_F(Misuse, destruction_of_a_condition_variable_whose_waiters_were_notified_is_silent) {
  trace.lock(t1, m);
  trace.wait(t1, c, m);
  trace.waiting().reacquire(t1, m, c);
  trace.notify_all(t0, c, 1);
  trace.destroy(t0, c);
  trace.reacquire(t1, m, c);
  trace.unlock(t1, m);
  EXPECT_TRUE(find().empty());
}

TEST_F(Misuse, destruction_of_a_condition_variable_in_a_timed_wait) {
  trace.lock(t1, m);
  trace.at(2).wait(t1, c, m);
  trace.waiting().resume(t1, c, m);
  trace.at(3).destroy(t0, c, 1);
  EXPECT_EQ(sentence(), "T0 destroys c at :3 while T1 waits for it at :2");
}

TEST_F(Misuse, destruction_of_a_condition_variable_after_a_timed_wait_was_notified_is_silent) {
  trace.lock(t1, m);
  trace.wait(t1, c, m);
  trace.waiting().resume(t1, c, m);
  trace.notify_all(t0, c, 1);
  trace.destroy(t0, c);
  trace.resume(t1, c, m);
  trace.lock(t1, m);
  trace.unlock(t1, m);
  EXPECT_TRUE(find().empty());
}

TEST_F(Misuse, destruction_of_a_semaphore_a_latch_or_a_barrier_that_is_waited_in) {
  for (const ObjectKind kind : {ObjectKind::semaphore, ObjectKind::latch, ObjectKind::barrier}) {
    TraceBuilder waited;
    waited.thread();
    waited.start();
    const ObjectIndex object = waited.object(kind, "o");
    if (kind == ObjectKind::semaphore)
      waited.at(1).waiting().acquire(t1, object);
    else if (kind == ObjectKind::latch)
      waited.at(1).waiting().latch_wait(t1, object);
    else
      waited.at(1).waiting().barrier_wait(t1, object, 0);
    waited.at(2).destroy(t0, object);
    const Findings findings = run(checker, waited.trace());
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(text_of(waited.trace(), findings.front().sentence), "T0 destroys o at :2 while T1 waits for it at :1");
  }
}

TEST_F(Misuse, destruction_after_the_last_use_is_silent) {
  const ObjectIndex l = trace.latch("l", 1);
  trace.waiting().latch_wait(t1, l);
  trace.count_down(t2, l);
  trace.latch_wait(t1, l);
  trace.destroy(t0, l);
  trace.lock(t1, m);
  trace.unlock(t1, m);
  trace.destroy(t0, m);
  trace.destroy(t0, c);
  EXPECT_TRUE(find().empty());
}

TEST_F(Misuse, destruction_of_an_object_that_a_thread_is_about_to_use) {
  Operation destruction = TraceBuilder::of(OperationKind::destroy, c);
  destruction.target = t1;
  trace.at(3).add(t0, destruction);
  EXPECT_EQ(only().checker, "destroyed-in-use");
  EXPECT_EQ(only().threads, (std::vector<ThreadIndex>{t0, t1}));
  EXPECT_EQ(sentence(), "T0 destroys c at :3 while T1 is about to use it");
}

TEST_F(Misuse, use_of_an_object_after_its_destruction) {
  const Step destruction = trace.at(1).destroy(t0, c);
  const Step use = trace.at(2).notify_one(t1, c, no_thread, 0);
  EXPECT_EQ(only().checker, "destroyed-in-use");
  EXPECT_EQ(sentence(), "T1 uses c at :2, which T0 has destroyed at :1");
  EXPECT_EQ(only().steps, (std::vector<Step>{destruction, use}));
}

TEST_F(Misuse, a_destruction_is_forgotten_when_the_next_execution_begins) {
  trace.destroy(t0, c);
  EXPECT_TRUE(find().empty());
  TraceBuilder other;
  other.thread();
  other.mutex();
  other.notify_all(0, other.condition_variable("c"), 0);
  EXPECT_TRUE(run(checker, other.trace()).empty());
}

// lock-leaked.

TEST_F(Misuse, thread_that_ends_while_it_holds_a_lock) {
  const Step taken = trace.at(5).lock(t1, m);
  const Step end = trace.end(t1);
  const Finding finding = only();
  EXPECT_EQ(finding.checker, "lock-leaked");
  EXPECT_FALSE(finding.stops_execution);
  EXPECT_EQ(finding.steps, (std::vector<Step>{taken, end}));
  EXPECT_EQ(sentence(), "T1 ends while it still holds m, taken at :5");
}

TEST_F(Misuse, thread_that_ends_with_a_recursive_lock_released_too_seldom) {
  const ObjectIndex r = trace.recursive_mutex("r");
  trace.lock(t1, r);
  trace.lock(t1, r);
  trace.unlock(t1, r);
  trace.end(t1);
  EXPECT_EQ(only().checker, "lock-leaked");
}

TEST_F(Misuse, thread_that_ends_with_two_locks_leaks_two) {
  const ObjectIndex n = trace.mutex("n");
  trace.lock(t1, m);
  trace.lock(t1, n);
  trace.end(t1);
  EXPECT_EQ(find().size(), 2U);
}

TEST_F(Misuse, thread_that_ends_while_another_holds_the_lock_is_silent) {
  trace.lock(t1, m);
  trace.unlock(t1, m);
  trace.lock(t2, m);
  trace.end(t1);
  EXPECT_TRUE(find().empty());
}

// thread-not-joined, join-misuse.

TEST_F(Misuse, destruction_of_a_joinable_thread_object) {
  trace.at(6).thread_destroyed(t0, t1);
  EXPECT_EQ(only().checker, "thread-not-joined");
  EXPECT_TRUE(only().stops_execution);
  EXPECT_EQ(sentence(), "T0 destroys at :6 the thread object of T1, which nobody has joined or detached");
}

TEST_F(Misuse, join_of_a_thread_that_was_joined_before) {
  trace.end(t1);
  trace.at(1).join(t0, t1);
  trace.at(2).join_misused(t0, t1);
  EXPECT_EQ(only().checker, "join-misuse");
  EXPECT_TRUE(only().stops_execution);
  EXPECT_EQ(sentence(), "T0 joins or detaches T1 at :2, which is not joinable any more, since :1");
}

TEST_F(Misuse, second_join_recorded_as_a_plain_join) {
  trace.end(t1);
  trace.join(t0, t1);
  trace.join(t2, t1);
  EXPECT_EQ(only().checker, "join-misuse");
}

TEST_F(Misuse, join_of_a_detached_thread) {
  trace.at(1).detach(t0, t1);
  trace.at(2).join_misused(t0, t1);
  EXPECT_EQ(sentence(), "T0 joins or detaches T1 at :2, which is not joinable any more, since :1");
}

TEST_F(Misuse, join_of_a_thread_object_that_stands_for_no_thread) {
  trace.at(2).join_misused(t0, no_thread);
  EXPECT_EQ(
      sentence(),
      "T0 joins or detaches at :2 a thread object that stands for no thread (any more): it was joined, detached or "
      "moved from before, or never started one");
}

TEST_F(Misuse, threads_joined_or_detached_once_are_silent) {
  trace.waiting().join(t0, t1);
  trace.end(t1);
  trace.join(t0, t1);
  trace.detach(t0, t2);
  trace.end(t2);
  trace.waiting().join(t0, no_thread);
  trace.join(t0, no_thread);
  EXPECT_TRUE(find().empty());
}

// Shared locks.

TEST_F(Misuse, return_of_a_share_that_nobody_has) {
  const ObjectIndex rw = trace.shared_mutex("rw");
  trace.lock_shared(t1, rw);
  trace.at(8).unlock_shared(t1, rw);
  trace.at(9).unlock_shared(t1, rw);
  EXPECT_EQ(only().checker, "release-unlocked");
  EXPECT_TRUE(only().stops_execution);
  EXPECT_EQ(sentence(), "T1 gives back a share of rw at :9, but nobody holds it: T1 released it at :8");
}

TEST_F(Misuse, return_of_anothers_share) {
  const ObjectIndex rw = trace.shared_mutex("rw");
  trace.at(7).lock_shared(t1, rw);
  trace.at(9).unlock_shared(t2, rw);
  EXPECT_EQ(only().checker, "release-not-owner");
  EXPECT_EQ(only().threads, (std::vector<ThreadIndex>{t2, t1}));
  EXPECT_EQ(sentence(), "T2 gives back a share of rw at :9, but T1 shares it, since :7");
}

TEST_F(Misuse, return_of_a_share_by_who_holds_it_exclusively) {
  const ObjectIndex rw = trace.shared_mutex("rw");
  trace.at(7).lock(t1, rw);
  trace.at(9).unlock_shared(t1, rw);
  EXPECT_EQ(only().checker, "release-unlocked");
  EXPECT_EQ(sentence(), "T1 gives back a share of rw at :9, but it holds it exclusively, since :7");
}

TEST_F(Misuse, unlock_of_what_one_only_shares) {
  const ObjectIndex rw = trace.shared_mutex("rw");
  trace.lock_shared(t2, rw);
  trace.at(7).lock_shared(t1, rw);
  trace.at(9).unlock(t1, rw);
  EXPECT_EQ(only().checker, "release-unlocked");
  EXPECT_EQ(sentence(), "T1 releases rw at :9, but it only shares it, since :7");
}

TEST_F(Misuse, unlock_of_what_others_share) {
  const ObjectIndex rw = trace.shared_mutex("rw");
  trace.at(7).lock_shared(t2, rw);
  trace.at(9).unlock(t1, rw);
  EXPECT_EQ(only().checker, "release-not-owner");
  EXPECT_EQ(sentence(), "T1 releases rw at :9, but T2 shares it, since :7");
}

TEST_F(Misuse, thread_that_ends_while_it_has_a_share) {
  const ObjectIndex rw = trace.shared_mutex("rw");
  trace.lock_shared(t2, rw);
  trace.at(4).lock_shared(t1, rw);
  trace.end(t1);
  EXPECT_EQ(only().checker, "lock-leaked");
  EXPECT_FALSE(only().stops_execution);
  EXPECT_EQ(only().objects, (std::vector<ObjectIndex>{rw}));
  EXPECT_EQ(sentence(), "T1 ends while it still shares rw, taken at :4");
}

TEST_F(Misuse, destruction_of_a_shared_lock_in_use) {
  const ObjectIndex rw = trace.shared_mutex("rw");
  trace.at(3).lock_shared(t1, rw);
  trace.at(4).lock_shared(t2, rw);
  trace.at(5).destroy(t0, rw);
  EXPECT_EQ(only().checker, "destroyed-in-use");
  EXPECT_EQ(sentence(), "T0 destroys rw at :5 while T1 shares it, since :3 and T2 shares it, since :4");
}

TEST_F(Misuse, shares_taken_and_given_back_in_pairs_are_silent) {
  const ObjectIndex rw = trace.shared_mutex("rw");
  trace.lock_shared(t1, rw);
  trace.lock_shared(t2, rw);
  trace.fails().try_lock_shared(t0, rw);
  trace.unlock_shared(t1, rw);
  trace.try_lock_shared(t1, rw);
  trace.unlock_shared(t1, rw);
  trace.unlock_shared(t2, rw);
  trace.lock(t1, rw);
  trace.unlock(t1, rw);
  trace.end(t1);
  trace.end(t2);
  EXPECT_TRUE(find().empty());
}

TEST_F(Misuse, wait_of_a_condition_variable_any_is_silent) {
  trace.lock(t1, m);
  trace.wait(t1, c, no_object);
  trace.unlock(t1, m);
  EXPECT_TRUE(find().empty());
}

// broken-promise.

TEST_F(Misuse, result_of_a_promise_that_was_dropped) {
  const ObjectIndex f = trace.object(ObjectKind::future, "f");
  const Step dropped = trace.at(4).set_result(t1, f, 2);
  trace.end(t1);
  const Step asked = trace.at(9).future_wait(t2, f, 2);
  EXPECT_EQ(only().checker, "broken-promise");
  EXPECT_EQ(only().certainty, Certainty::happened);
  EXPECT_TRUE(only().stops_execution);
  EXPECT_EQ(only().step, asked);
  EXPECT_EQ(only().steps, (std::vector<Step>{dropped, asked}));
  EXPECT_EQ(only().threads, (std::vector<ThreadIndex>{t2, t1}));
  EXPECT_EQ(only().objects, (std::vector<ObjectIndex>{f}));
  EXPECT_EQ(
      sentence(),
      "T2 asks at :9 for the result of f, which will never come: T1 let go of its promise at :4 without a result");
}

TEST_F(Misuse, dropped_promise_that_nobody_asks_for_is_silent) {
  const ObjectIndex f = trace.object(ObjectKind::future, "f");
  trace.set_result(t1, f, 2);
  trace.future_try_wait(t2, f, 2);
  EXPECT_TRUE(find().empty());
}

TEST_F(Misuse, results_that_are_values_or_exceptions_are_silent) {
  const ObjectIndex f = trace.object(ObjectKind::future, "f");
  const ObjectIndex g = trace.object(ObjectKind::future, "g");
  trace.set_result(t1, f, 0);
  trace.fails().set_result(t2, f, 1);
  trace.future_wait(t2, f, 0);
  trace.set_result(t1, g, 3);
  trace.set_result(t1, g, 1);
  trace.future_wait(t2, g, 1);
  EXPECT_TRUE(find().empty());
}

}  // namespace
}  // namespace snag
