// The clocks, rule by rule: which event an event is ordered after, and which it is not.
#include "harness/trace/happens_before.h"

#include "tests/checkers/trace_builder.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace snag {
namespace {

// Two threads beside T0, which began in no order, and the question that all these tests ask.
class HappensBeforeTest : public ::testing::Test {
 protected:
  // Whether the event at `earlier` happened before the event at `later`, told by the clocks as of `later`.
  bool ordered(Step earlier, Step later) const {
    EXPECT_LT(earlier, later);
    HappensBefore clocks;
    clocks.begin();
    Epoch epoch;
    for (const Event& event : trace.trace().events) {
      clocks.observe(event);
      if (event.step == earlier) epoch = clocks.epoch(event.thread);
      if (event.step == later) return clocks.ordered(epoch, event.thread);
    }
    ADD_FAILURE() << "no such step";
    return false;
  }
  // What T1 did before it published something, and what T2 does after it looked.
  Step prepare() { return trace.write(t1, data, 1); }
  Step use() { return trace.read(t2, data); }

  TraceBuilder trace;
  ThreadIndex t0 = trace.thread();
  ThreadIndex t1 = trace.thread();
  ThreadIndex t2 = trace.thread();
  ThreadIndex t3 = trace.thread();
  ObjectIndex data = trace.variable("data");
  ObjectIndex flag = trace.atomic("flag");
  ObjectIndex m = trace.mutex("m");
  ObjectIndex c = trace.condition_variable("c");
};

using enum MemoryOrder;

TEST_F(HappensBeforeTest, orders_the_events_of_one_thread) {
  const Step first = trace.read(t1, data);
  const Step second = trace.read(t1, data);
  EXPECT_TRUE(ordered(first, second));
}

TEST_F(HappensBeforeTest, does_not_order_threads_that_have_nothing_in_common) {
  const Step first = prepare();
  EXPECT_FALSE(ordered(first, use()));
}

TEST_F(HappensBeforeTest, names_each_event_by_its_number_in_its_thread) {
  HappensBefore clocks;
  clocks.begin();
  prepare();
  trace.waiting().lock(t1, m);
  prepare();
  for (const Event& event : trace.trace().events) clocks.observe(event);
  EXPECT_EQ(clocks.epoch(t1).count, 2U);
  EXPECT_EQ(clocks.epoch(t2).count, 0U);
}

TEST_F(HappensBeforeTest, forgets_the_last_execution_when_another_begins) {
  HappensBefore clocks;
  clocks.begin();
  prepare();
  trace.unlock(t1, m);
  trace.arrive(t1, flag, 1, 2);
  for (const Event& event : trace.trace().events) clocks.observe(event);
  clocks.begin();
  EXPECT_EQ(clocks.epoch(t1).count, 0U);
  TraceBuilder next;
  next.lock(t2, m);
  next.barrier_wait(t2, flag, 1);
  for (const Event& event : next.trace().events) clocks.observe(event);
  EXPECT_EQ(clocks.clock(t2).get(t1), 0U);
  EXPECT_EQ(clocks.clock(t2).get(t2), 2U);
}

TEST_F(HappensBeforeTest, orders_what_comes_before_a_spawn_before_the_new_thread_but_not_what_comes_after) {
  const Step before = trace.write(t0, data, 1);
  trace.spawn(t0, t1);
  const Step after = trace.write(t0, data, 2);
  const Step begun = trace.begin(t1);
  EXPECT_TRUE(ordered(before, begun));
  EXPECT_FALSE(ordered(after, begun));
}

TEST_F(HappensBeforeTest, orders_a_thread_before_what_comes_after_its_join) {
  const Step inside = prepare();
  trace.end(t1);
  const Step before = trace.read(t0, data);
  const Step joined = trace.join(t0, t1);
  EXPECT_FALSE(ordered(inside, before));
  EXPECT_TRUE(ordered(inside, joined));
}

TEST_F(HappensBeforeTest, orders_a_critical_section_before_the_next_one_of_the_same_mutex) {
  trace.lock(t1, m);
  const Step inside = prepare();
  trace.unlock(t1, m);
  const Step after = prepare();
  const Step locked = trace.lock(t2, m);
  EXPECT_TRUE(ordered(inside, locked));
  EXPECT_FALSE(ordered(after, locked));
}

TEST_F(HappensBeforeTest, does_not_order_critical_sections_of_different_mutexes) {
  const ObjectIndex other = trace.mutex("other");
  const Step inside = prepare();
  trace.unlock(t1, m);
  EXPECT_FALSE(ordered(inside, trace.lock(t2, other)));
}

TEST_F(HappensBeforeTest, lets_a_try_lock_acquire_only_when_it_takes_the_mutex) {
  const Step inside = prepare();
  trace.unlock(t1, m);
  const Step failed = trace.fails().try_lock(t2, m);
  const Step taken = trace.try_lock(t2, m);
  EXPECT_FALSE(ordered(inside, failed));
  EXPECT_TRUE(ordered(inside, taken));
}

TEST_F(HappensBeforeTest, takes_no_notice_of_an_operation_that_only_waits) {
  const Step inside = prepare();
  trace.unlock(t1, m);
  trace.waiting().lock(t2, m);
  EXPECT_FALSE(ordered(inside, use()));
}

TEST_F(HappensBeforeTest, lets_a_wait_release_its_mutex_and_a_reacquire_acquire_it) {
  trace.lock(t1, m);
  const Step before_wait = prepare();
  trace.wait(t1, c, m);
  const Step locked = trace.lock(t2, m);
  const Step changed = trace.write(t2, data, 2);
  trace.unlock(t2, m);
  const Step awake = trace.reacquire(t1, m, c);
  EXPECT_TRUE(ordered(before_wait, locked));
  EXPECT_TRUE(ordered(changed, awake));
}

TEST_F(HappensBeforeTest, does_not_let_a_notify_order_anything) {
  trace.wait(t2, c, m);
  const Step before = prepare();
  trace.notify_one(t1, c, t2, 1);
  trace.notify_all(t1, c, 0);
  const Step resumed = trace.resume(t2, c, m);
  const Step awake = trace.reacquire(t2, m, c);
  EXPECT_FALSE(ordered(before, resumed));
  EXPECT_FALSE(ordered(before, awake));
}

TEST_F(HappensBeforeTest, orders_releases_of_a_semaphore_before_acquisitions) {
  const ObjectIndex s = trace.semaphore("s", 0, 2);
  const Step one = prepare();
  trace.release(t1, s);
  const Step two = trace.write(t3, data, 3);
  trace.release(t3, s);
  const Step acquired = trace.acquire(t2, s);
  const Step tried = trace.try_acquire(t2, s);
  EXPECT_TRUE(ordered(one, acquired));
  EXPECT_TRUE(ordered(two, acquired));  // releases count cumulatively
  EXPECT_TRUE(ordered(two, tried));
}

TEST_F(HappensBeforeTest, does_not_let_a_failed_try_acquire_acquire) {
  const ObjectIndex s = trace.semaphore("s", 0, 2);
  const Step before = prepare();
  trace.release(t1, s);
  EXPECT_FALSE(ordered(before, trace.fails().try_acquire(t2, s)));
}

TEST_F(HappensBeforeTest, orders_every_count_down_of_a_latch_before_the_end_of_a_wait) {
  const ObjectIndex l = trace.latch("l", 2);
  const Step one = prepare();
  trace.count_down(t1, l);
  const Step failed = trace.latch_try_wait(t2, l);
  const Step two = trace.write(t3, data, 3);
  trace.count_down(t3, l);
  const Step waited = trace.latch_wait(t2, l);
  const Step tried = trace.latch_try_wait(t0, l);
  EXPECT_FALSE(ordered(one, failed));
  EXPECT_TRUE(ordered(one, waited) && ordered(two, waited));
  EXPECT_TRUE(ordered(one, tried) && ordered(two, tried));
}

TEST_F(HappensBeforeTest, orders_the_arrivals_of_a_barriers_phase_before_the_waits_for_it) {
  const ObjectIndex b = trace.barrier("b", 3);
  const Step one = prepare();
  trace.arrive(t1, b, 0, 0);
  const Step two = trace.write(t3, data, 3);
  trace.arrive_and_drop(t3, b, 0, 0);
  trace.arrive(t2, b, 0, 1);
  const Step waited = trace.barrier_wait(t2, b, 0);
  EXPECT_TRUE(ordered(one, waited));
  EXPECT_TRUE(ordered(two, waited));
}

TEST_F(HappensBeforeTest, does_not_order_an_arrival_for_the_next_phase_before_a_slow_wait_for_this_one) {
  const ObjectIndex b = trace.barrier("b", 2);
  for (const std::uint64_t phase : {0U, 1U, 2U}) {
    trace.arrive(t2, b, phase, phase);
    trace.arrive(t1, b, phase, phase + 1);
    trace.barrier_wait(t1, b, phase);
    const Step next = prepare();
    trace.arrive(t1, b, phase + 1, phase + 1);
    const Step slow = trace.barrier_wait(t2, b, phase);
    EXPECT_FALSE(ordered(next, slow)) << phase;
  }
}

TEST_F(HappensBeforeTest, orders_an_early_arrival_for_the_next_phase_before_the_waits_for_that_one) {
  const ObjectIndex b = trace.barrier("b", 2);
  trace.arrive(t2, b, 0, 0);
  trace.arrive(t1, b, 0, 1);
  trace.barrier_wait(t1, b, 0);
  const Step early = prepare();
  trace.arrive(t1, b, 1, 1);
  trace.barrier_wait(t2, b, 0);
  trace.arrive(t2, b, 1, 2);
  EXPECT_TRUE(ordered(early, trace.barrier_wait(t2, b, 1)));
}

TEST_F(HappensBeforeTest, hands_a_barriers_earlier_phases_on_to_later_waits) {
  const ObjectIndex b = trace.barrier("b", 2);
  const Step first = prepare();
  trace.arrive_and_drop(t1, b, 0, 0);
  trace.arrive(t2, b, 0, 1);
  trace.arrive(t3, b, 1, 2);
  EXPECT_TRUE(ordered(first, trace.barrier_wait(t3, b, 1)));
}

TEST_F(HappensBeforeTest, orders_the_function_of_call_once_before_those_who_find_it_done) {
  const ObjectIndex o = trace.object(ObjectKind::once_flag, "o");
  trace.once_enter(t1, o, 1);
  const Step inside = prepare();
  trace.once_leave(t1, o);
  EXPECT_TRUE(ordered(inside, trace.once_enter(t2, o, 0)));
}

TEST_F(HappensBeforeTest, orders_a_function_of_call_once_that_threw_before_the_next_try) {
  const ObjectIndex o = trace.object(ObjectKind::once_flag, "o");
  trace.once_enter(t1, o, 1);
  const Step inside = prepare();
  trace.fails().once_leave(t1, o);
  EXPECT_TRUE(ordered(inside, trace.once_enter(t2, o, 1)));
}

TEST_F(HappensBeforeTest, orders_the_request_to_stop_before_those_who_see_it) {
  const ObjectIndex s = trace.object(ObjectKind::stop_state, "s");
  const Step before = prepare();
  const Step unseen = trace.stop_requested(t2, s, 0);
  trace.request_stop(t1, s);
  const Step late = trace.write(t3, data, 3);
  trace.fails().request_stop(t3, s);
  const Step seen = trace.stop_requested(t2, s, 1);
  EXPECT_FALSE(ordered(before, unseen));
  EXPECT_TRUE(ordered(before, seen));
  EXPECT_FALSE(ordered(late, seen));
}

// Atomics. T1 prepares and publishes through the flag, T2 looks at the flag.

struct Orders {
  MemoryOrder store;
  MemoryOrder load;
  bool synchronises;
};

TEST_F(HappensBeforeTest, lets_a_load_acquire_what_a_store_released_and_nothing_less) {
  const std::vector<Orders> all = {
      {release, acquire, true}, {release, consume, true},  {release, seq_cst, true},  {seq_cst, acquire, true},
      {seq_cst, seq_cst, true}, {relaxed, acquire, false}, {release, relaxed, false}, {relaxed, relaxed, false},
  };
  for (const Orders& orders : all) {
    const Step before = prepare();
    trace.store(t1, flag, 1, orders.store);
    trace.load(t3, flag, orders.load);
    const Step after = trace.read(t3, data);
    EXPECT_EQ(ordered(before, after), orders.synchronises)
        << static_cast<int>(orders.store) << ", " << static_cast<int>(orders.load);
  }
}

TEST_F(HappensBeforeTest, lets_a_relaxed_store_of_anyone_break_the_release_sequence) {
  for (const ThreadIndex breaker : {t1, t3}) {
    const Step before = prepare();
    trace.store(t1, flag, 1, release);
    trace.store(breaker, flag, 2, relaxed);
    EXPECT_FALSE(ordered(before, trace.load(t2, flag, acquire)));
  }
}

TEST_F(HappensBeforeTest, lets_a_releasing_store_replace_what_was_published_before) {
  const Step before = prepare();
  trace.store(t1, flag, 1, release);
  const Step other = trace.write(t3, data, 3);
  trace.store(t3, flag, 2, release);
  const Step loaded = trace.load(t2, flag, acquire);
  EXPECT_FALSE(ordered(before, loaded));
  EXPECT_TRUE(ordered(other, loaded));
}

TEST_F(HappensBeforeTest, lets_a_relaxed_read_modify_write_continue_the_release_sequence) {
  const Step before = prepare();
  trace.store(t1, flag, 1, release);
  const Step between = trace.write(t3, data, 3);
  trace.read_modify_write(t3, flag, 2, relaxed);
  const Step loaded = trace.load(t2, flag, acquire);
  EXPECT_TRUE(ordered(before, loaded));
  EXPECT_FALSE(ordered(between, loaded));  // relaxed: it hands on, but publishes nothing itself
}

TEST_F(HappensBeforeTest, lets_a_read_modify_write_acquire_and_release_by_its_order) {
  const Step first = prepare();
  trace.store(t1, flag, 1, release);
  const Step second = trace.write(t3, data, 3);
  const Step released = trace.read_modify_write(t3, flag, 2, release);
  const Step loaded = trace.read_modify_write(t2, flag, 3, acquire);
  EXPECT_FALSE(ordered(first, released));
  EXPECT_TRUE(ordered(first, loaded));
  EXPECT_TRUE(ordered(second, loaded));
}

TEST_F(HappensBeforeTest, lets_a_successful_compare_exchange_release) {
  const Step before = prepare();
  trace.compare_exchange(t1, flag, 0, 1, acq_rel, relaxed);
  EXPECT_TRUE(ordered(before, trace.load(t2, flag, acquire)));
}

TEST_F(HappensBeforeTest, lets_a_failed_compare_exchange_be_a_load_with_the_order_for_failure) {
  const Step before = prepare();
  trace.store(t1, flag, 1, release);
  const Step weak = trace.compare_exchange(t3, flag, 7, 8, acq_rel, relaxed);
  const Step strong = trace.compare_exchange(t2, flag, 7, 8, relaxed, acquire);
  EXPECT_FALSE(ordered(before, weak));
  EXPECT_TRUE(ordered(before, strong));
}

TEST_F(HappensBeforeTest, does_not_let_a_failed_compare_exchange_release) {
  const Step before = prepare();
  trace.compare_exchange(t1, flag, 7, 8, seq_cst, seq_cst);
  EXPECT_FALSE(ordered(before, trace.load(t2, flag, acquire)));
}

TEST_F(HappensBeforeTest, lets_a_release_fence_publish_through_a_later_relaxed_store) {
  const Step before = prepare();
  trace.fence(t1, release);
  const Step after = prepare();
  trace.store(t1, flag, 1, relaxed);
  const Step loaded = trace.load(t2, flag, acquire);
  EXPECT_TRUE(ordered(before, loaded));
  EXPECT_FALSE(ordered(after, loaded));
}

TEST_F(HappensBeforeTest, does_not_let_a_release_fence_publish_through_an_earlier_store) {
  const Step before = prepare();
  trace.store(t1, flag, 1, relaxed);
  trace.fence(t1, release);
  EXPECT_FALSE(ordered(before, trace.load(t2, flag, acquire)));
}

TEST_F(HappensBeforeTest, lets_a_release_fence_publish_through_a_relaxed_read_modify_write) {
  const Step before = prepare();
  trace.fence(t1, release);
  trace.read_modify_write(t1, flag, 1, relaxed);
  EXPECT_TRUE(ordered(before, trace.load(t2, flag, acquire)));
}

TEST_F(HappensBeforeTest, lets_an_acquire_fence_acquire_what_relaxed_loads_before_it_saw) {
  const Step before = prepare();
  trace.store(t1, flag, 1, release);
  const Step loaded = trace.load(t2, flag, relaxed);
  const Step fenced = trace.fence(t2, acquire);
  EXPECT_FALSE(ordered(before, loaded));
  EXPECT_TRUE(ordered(before, fenced));
}

TEST_F(HappensBeforeTest, does_not_let_an_acquire_fence_acquire_what_loads_after_it_see) {
  const Step before = prepare();
  trace.store(t1, flag, 1, release);
  trace.fence(t2, acquire);
  EXPECT_FALSE(ordered(before, trace.load(t2, flag, relaxed)));
}

TEST_F(HappensBeforeTest, lets_two_fences_synchronise_through_relaxed_operations) {
  for (const MemoryOrder order : {acq_rel, seq_cst}) {
    const Step before = prepare();
    trace.fence(t1, order);
    trace.store(t1, flag, 1, relaxed);
    trace.load(t2, flag, relaxed);
    EXPECT_TRUE(ordered(before, trace.fence(t2, order)));
  }
}

TEST_F(HappensBeforeTest, does_not_let_a_fence_of_the_wrong_kind_synchronise) {
  const Step before = prepare();
  trace.fence(t1, acquire);
  trace.store(t1, flag, 1, relaxed);
  trace.load(t2, flag, relaxed);
  EXPECT_FALSE(ordered(before, trace.fence(t2, release)));
}

TEST_F(HappensBeforeTest, carries_order_through_a_chain_of_threads) {
  const Step before = prepare();
  trace.unlock(t1, m);
  trace.lock(t3, m);
  trace.store(t3, flag, 1, release);
  EXPECT_TRUE(ordered(before, trace.load(t2, flag, acquire)));
}

}  // namespace
}  // namespace snag
