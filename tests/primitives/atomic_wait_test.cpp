// What atomics do beyond values: wait and notify, atomic_flag, atomic_ref, and the free functions.
#include "tests/support/every_schedule.h"
#include "tests/support/findings_of.h"

#include <gtest/gtest.h>
#include <snag/snag.h>

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <utility>

namespace snag {
namespace {

using namespace snag::testing;

// ---- Wait and notify ---------------------------------------------------------------------------------------------

TEST(AtomicWait, ends_when_the_value_is_another_and_it_is_notified) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    atomic<int> x{0};
    thread waiter([&] {
      x.wait(0);
      check(x.load() == 2, "the value is another one for good");
    });
    x.store(2);
    x.notify_one();
    waiter.join();
  }));
}

TEST(AtomicWait, returns_at_once_when_the_value_is_another_already) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    atomic<std::uint64_t> x{7};
    x.wait(6);
    atomic<double> zero{0.0};
    zero.wait(-0.0);  // another representation
    atomic<int*> pointer{nullptr};
    int number = 0;
    pointer.wait(&number, std::memory_order_acquire);
  }));
}

TEST(AtomicWait, stays_blocked_when_nobody_notifies) {
  const auto body = [] {
    atomic<int> x{0};
    thread waiter([&] { x.wait(0); });
    x.store(1);
    waiter.join();
  };
  EXPECT_EQ(verdicts_of(body), (std::set<Verdict>{Verdict::passed, Verdict::deadlock}));
  EXPECT_EQ(findings_of(body), Names{"lost-wakeup"});
}

TEST(AtomicWait, looks_again_after_a_notify_and_waits_on_if_nothing_has_changed) {
  const auto notify_and_then_change = [] {
    atomic<int> x{0};
    thread waiter([&] {
      x.wait(0);
      check(x.load() == 1, "not before the change");
    });
    x.notify_all();
    x.store(1);
    waiter.join();
  };
  EXPECT_EQ(verdicts_of(notify_and_then_change), (std::set<Verdict>{Verdict::passed, Verdict::deadlock}));
  EXPECT_EQ(findings_of(notify_and_then_change), Names{"lost-wakeup"});
}

TEST(AtomicWait, without_any_change_is_a_deadlock_and_no_lost_wake_up) {
  EXPECT_EQ(findings_of([] {
              atomic<int> x{0};
              thread waiter([&] { x.wait(0); });
              x.notify_one();
              waiter.join();
            }),
            Names{"deadlock"});
}

TEST(AtomicWait, notify_one_may_wake_any_waiter_and_wakes_just_one) {
  EXPECT_EQ(outcomes_of(
                [] {
                  atomic<int> x{0}, waiting{0};
                  std::string order;
                  const auto wait = [&](char name) {
                    waiting.fetch_add(1);
                    x.wait(0);
                    order += name;
                    x.notify_one();  // the next
                  };
                  thread one(wait, '1'), two(wait, '2'), three(wait, '3');
                  while (waiting.load() < 3) {}
                  x.store(1);
                  x.notify_one();
                  one.join();
                  two.join();
                  three.join();
                  return order;
                },
                {.exhaustive_max = 3'000, .random_executions = 2'000}),
            (std::set<std::string>{"123", "132", "213", "231", "312", "321"}));
  EXPECT_EQ(verdicts_of(
                [] {
                  atomic<int> x{0};
                  const auto wait = [&] { x.wait(0); };
                  thread one(wait), two(wait);
                  x.store(1);
                  x.notify_one();
                  one.join();
                  two.join();
                },
                {.exhaustive_max = 3'000}),
            (std::set<Verdict>{Verdict::passed, Verdict::deadlock}));
}

TEST(AtomicWait, survives_spurious_wake_ups) {
  const Search one_spurious{.exhaustive_max = 3'000, .options = {.spurious_max = 1}};
  EXPECT_TRUE(holds_under_every_schedule(
      [] {
        atomic<int> x{0};
        thread waiter([&] {
          x.wait(0);
          check(x.load() == 1, "not before the change");
        });
        x.store(1);
        x.notify_one();
        waiter.join();
      },
      one_spurious));
  EXPECT_EQ(verdicts_of(
                [] {
                  atomic<int> x{0};
                  x.wait(0);
                },
                one_spurious),
            std::set<Verdict>{Verdict::deadlock})
      << "a spurious wake-up looks again and waits on";
}

TEST(AtomicWait, orders_as_a_load_of_its_memory_order) {
  const auto publish = [](std::memory_order order) {
    return [order] {
      atomic<bool> ready{false};
      shared<int> data{0, "data"};
      thread writer([&] {
        data = 1;
        ready.store(true, std::memory_order_release);
        ready.notify_one();
      });
      ready.wait(false, order);
      check(data == 1, "what was written before");
      writer.join();
    };
  };
  EXPECT_TRUE(findings_of(publish(std::memory_order_acquire)).empty());
  EXPECT_EQ(findings_of(publish(std::memory_order_relaxed)), Names{"data-race"});
}

TEST(AtomicWait, on_one_that_goes_meanwhile_is_a_finding) {
  EXPECT_EQ(findings_of(
                [] {
                  auto x = std::make_unique<atomic<int>>(0);
                  thread waiter([&x] { x->wait(0); });
                  this_thread::sleep_for(std::chrono::hours(1));  // in ideal time: until it waits
                  x.reset();
                  waiter.join();
                },
                300, TimeModel::ideal),
            Names{"destroyed-in-use"});
}

TEST(AtomicWait, is_abandoned_cleanly) {
  const auto alive = std::make_shared<int>();
  for_every_schedule(
      [&] {
        const auto keep = alive;
        atomic<int> x{0};
        atomic_flag flag;
        thread one([&x, keep] { x.wait(0); });
        thread two([&flag, keep] { flag.wait(false); });
        one.join();
        two.join();
      },
      [&](const Execution&, const ExecutionResult& result) {
        EXPECT_EQ(result.verdict, Verdict::deadlock);
        EXPECT_EQ(result.parked, 0U);
        EXPECT_EQ(alive.use_count(), 1) << "all threads gave back what they held";
      });
}

// ---- atomic_flag -------------------------------------------------------------------------------------------------

TEST(AtomicFlag, is_set_by_one_at_a_time) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    atomic_flag taken = ATOMIC_FLAG_INIT;
    int inside = 0;
    const auto enter = [&] {
      while (taken.test_and_set(std::memory_order_acquire)) taken.wait(true, std::memory_order_relaxed);
      check(++inside == 1, "one at a time");
      this_thread::yield();
      --inside;
      taken.clear(std::memory_order_release);
      taken.notify_one();
    };
    thread one(enter), two(enter);
    one.join();
    two.join();
    check(!taken.test(), "clear in the end");
  }));
}

TEST(AtomicFlag, wakes_all_who_wait_for_it) {
  EXPECT_TRUE(holds_under_every_schedule(
      [] {
        atomic_flag go;
        check(!go.test(), "clear at first");
        const auto wait = [&] {
          go.wait(false);
          check(go.test(), "set now");
        };
        thread one(wait), two(wait);
        check(!go.test_and_set(), "it was clear");
        go.notify_all();
        one.join();
        two.join();
      },
      {.exhaustive_max = 3'000}));
}

// ---- atomic_ref --------------------------------------------------------------------------------------------------

TEST(AtomicRef, does_all_that_an_atomic_does_to_a_plain_value) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    int number = 1;
    const atomic_ref ref(number);
    static_assert(std::same_as<decltype(ref)::value_type, int> && decltype(ref)::required_alignment >= alignof(int));
    check(ref.load() == 1 && ref == 1, "load");
    ref.store(2);
    check((ref = 3) == 3 && number == 3, "store");
    check(ref.exchange(4) == 3, "exchange");
    int expected = 9;
    check(!ref.compare_exchange_strong(expected, 5) && expected == 4, "a failure tells what was found");
    check(ref.compare_exchange_weak(expected, 5), "a success exchanges");
    check(ref.fetch_add(2) == 5 && ref.fetch_sub(1) == 7 && ref.fetch_and(3) == 6, "arithmetic");
    check(ref.fetch_or(8) == 2 && ref.fetch_xor(1) == 10, "bits");
    check(++ref == 12 && ref-- == 12 && (ref += 4) == 15 && (ref -= 5) == 10, "operators");
    check((ref &= 6) == 2 && (ref |= 1) == 3 && (ref ^= 2) == 1 && number == 1, "more of them");
    std::array<double, 2> values{0.5, 1.5};
    check(atomic_ref(values[1]).fetch_add(1.0) == 1.5 && values[1] == 2.5, "of a double");
    double* pointer = values.data();
    check(++atomic_ref(pointer) == &values[1], "of a pointer");
  }));
}

TEST(AtomicRef, makes_updates_of_one_variable_atomic) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    int count = 0;
    const auto increment = [&] { atomic_ref(count).fetch_add(1); };
    thread one(increment), two(increment);
    one.join();
    two.join();
    check(count == 2, "no update is lost");
  }));
}

TEST(AtomicRef, of_one_address_share_one_object_and_its_waiters) {
  const Trace trace = trace_of([] {
    int one = 0, two = 0;
    const atomic_ref first(one);
    const atomic_ref again(one);
    const atomic_ref copy = first;
    const atomic_ref other(two);
    first.store(1);
    again.store(2);
    copy.store(3);
    other.store(4);
  });
  const std::vector<Event> stores = events_of(trace, OperationKind::store);
  ASSERT_EQ(stores.size(), 4U);
  EXPECT_EQ(stores[0].operation.object, stores[1].operation.object);
  EXPECT_EQ(stores[0].operation.object, stores[2].operation.object);
  EXPECT_NE(stores[0].operation.object, stores[3].operation.object);
  EXPECT_TRUE(holds_under_every_schedule([] {
    int number = 0;
    thread waiter([&] { atomic_ref(number).wait(0); });
    const atomic_ref ref(number);
    ref.store(1);
    ref.notify_one();
    waiter.join();
  }));
}

TEST(AtomicRef, does_not_change_the_numbers_of_other_objects) {
  // Whoever comes first creates the object of the address; the mutexes keep their numbers all the same.
  std::set<std::pair<ThreadIndex, std::uint32_t>> mutexes;
  for_every_schedule(
      [] {
        int number = 0;
        const auto work = [&] {
          this_thread::yield();
          atomic_ref(number).fetch_add(1);
          mutex own;
          own.lock();
          own.unlock();
        };
        thread one(work), two(work);
        one.join();
        two.join();
      },
      [&](const Execution& execution, const ExecutionResult&) {
        for (const ObjectInfo& info : execution.trace().objects)
          if (info.kind == ObjectKind::mutex) mutexes.insert({info.creator, info.nth});
      });
  EXPECT_EQ(mutexes, (std::set<std::pair<ThreadIndex, std::uint32_t>>{{1, 0}, {2, 0}}));
}

// ---- Free functions ----------------------------------------------------------------------------------------------

TEST(AtomicFunctions, are_the_member_functions) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    atomic<int> x{1};
    constexpr auto order = std::memory_order_seq_cst;
    check(atomic_load(&x) == 1 && atomic_load_explicit(&x, order) == 1 && atomic_is_lock_free(&x), "load");
    atomic_init(&x, 1);
    atomic_store(&x, 2);
    atomic_store_explicit(&x, 3, order);
    check(atomic_exchange(&x, 4) == 3 && atomic_exchange_explicit(&x, 5, order) == 4, "exchange");
    int expected = 0;
    check(!atomic_compare_exchange_strong(&x, &expected, 6) && expected == 5, "strong");
    check(atomic_compare_exchange_weak(&x, &expected, 6), "weak");
    expected = 6;
    check(atomic_compare_exchange_strong_explicit(&x, &expected, 7, order, order), "strong with orders");
    expected = 7;
    check(atomic_compare_exchange_weak_explicit(&x, &expected, 8, order, order), "weak with orders");
    check(atomic_fetch_add(&x, 2) == 8 && atomic_fetch_add_explicit(&x, 1, order) == 10, "add");
    check(atomic_fetch_sub(&x, 2) == 11 && atomic_fetch_sub_explicit(&x, 1, order) == 9, "subtract");
    check(atomic_fetch_and(&x, 12) == 8 && atomic_fetch_and_explicit(&x, 8, order) == 8, "and");
    check(atomic_fetch_or(&x, 1) == 8 && atomic_fetch_or_explicit(&x, 2, order) == 9, "or");
    check(atomic_fetch_xor(&x, 1) == 11 && atomic_fetch_xor_explicit(&x, 2, order) == 10, "exclusive or");
    check(x.load() == 8, "what came of it");
    atomic_wait(&x, 7);
    atomic_wait_explicit(&x, 7, order);
    atomic_notify_one(&x);
    atomic_notify_all(&x);
    atomic_flag flag;
    check(!atomic_flag_test(&flag) && !atomic_flag_test_explicit(&flag, order), "test");
    check(!atomic_flag_test_and_set(&flag) && atomic_flag_test_and_set_explicit(&flag, order), "set");
    atomic_flag_wait(&flag, false);
    atomic_flag_wait_explicit(&flag, false, order);
    atomic_flag_clear(&flag);
    atomic_flag_clear_explicit(&flag, order);
    atomic_flag_notify_one(&flag);
    atomic_flag_notify_all(&flag);
  }));
}

TEST(Fences, are_not_ambiguous_under_a_using_directive) {
  const Trace trace = trace_of([] {
    atomic_thread_fence(std::memory_order_acquire);  // found by its argument, too, in std
    atomic_signal_fence(std::memory_order_release);
  });
  const std::vector<Event> fences = events_of(trace, OperationKind::fence);
  ASSERT_EQ(fences.size(), 1U) << "a signal fence does nothing";
  EXPECT_EQ(fences[0].operation.order, MemoryOrder::acquire);
}

}  // namespace
}  // namespace snag
