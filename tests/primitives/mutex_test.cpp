// mutex and recursive_mutex: what the standard promises of them, under every schedule.
#include "tests/support/every_schedule.h"

#include <gtest/gtest.h>
#include <snag/snag.h>

#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace snag {
namespace {

using namespace snag::testing;

// Two threads enter a region twice each; says whether they were ever inside together.
template <class Mutex>
void enter_twice_each() {
  Mutex m;
  int inside = 0;
  int entered = 0;
  const auto work = [&] {
    for (int i = 0; i < 2; ++i) {
      const std::lock_guard guard(m);
      check(++inside == 1, "one at a time");
      ++entered;
      this_thread::yield();
      --inside;
    }
  };
  thread one(work), two(work);
  one.join();
  two.join();
  check(entered == 4, "everybody got in");
}

TEST(Mutex, excludes_others) { EXPECT_TRUE(holds_under_every_schedule(&enter_twice_each<mutex>)); }
TEST(RecursiveMutex, excludes_others) { EXPECT_TRUE(holds_under_every_schedule(&enter_twice_each<recursive_mutex>)); }

TEST(Mutex, goes_to_any_waiter) {
  EXPECT_EQ(outcomes_of([] {
              mutex m;
              std::string order;
              m.lock();
              const auto work = [&](char name) {
                const std::lock_guard guard(m);
                order += name;
              };
              thread one(work, '1'), two(work, '2'), three(work, '3');
              m.unlock();
              one.join();
              two.join();
              three.join();
              return order;
            }),
            (std::set<std::string>{"123", "132", "213", "231", "312", "321"}));
}

TEST(Mutex, try_lock_takes_only_what_is_free) {
  EXPECT_EQ(outcomes_of([] {
              mutex m;
              int inside = 0;
              int taken = 0;
              const auto work = [&] {
                if (!m.try_lock()) return;
                check(++inside == 1, "one at a time");
                ++taken;
                this_thread::yield();
                --inside;
                m.unlock();
              };
              thread one(work), two(work);
              one.join();
              two.join();
              return taken;
            }),
            (std::set<int>{1, 2}));
}

TEST(Mutex, try_lock_of_a_free_one_fails_only_within_the_budget_of_spurious_failures) {
  const auto body = [] {
    mutex m;
    int failed = 0;
    for (int i = 0; i < 3; ++i) {
      if (m.try_lock())
        m.unlock();
      else
        ++failed;
    }
    return failed;
  };
  EXPECT_EQ(outcomes_of(body), std::set<int>{0});
  EXPECT_EQ(outcomes_of(body, {.options = {.spurious_max = 1}}), (std::set<int>{0, 1}));
}

TEST(Mutex, works_with_the_standards_locks) {
  holds_under_every_schedule([] {
    mutex a, b;
    int inside = 0;
    const auto work = [&](mutex& first, mutex& second) {
      const std::scoped_lock both(first, second);
      check(++inside == 1, "one at a time");
      --inside;
    };
    thread one(work, std::ref(a), std::ref(b));
    thread two(work, std::ref(b), std::ref(a));
    one.join();
    two.join();
    std::unique_lock lock(a, std::try_to_lock);
    check(lock.owns_lock(), "free again");
    lock.unlock();
    std::unique_lock deferred(b, std::defer_lock);
    check(!deferred.owns_lock() && deferred.try_lock(), "deferred");
  });
}

TEST(Mutex, stays_locked_when_nobody_unlocks) {
  EXPECT_EQ(verdicts_of([] {
              mutex m;
              m.lock();
              thread one([&] { m.lock(); });
              one.join();
            }),
            std::set<Verdict>{Verdict::deadlock});
}

TEST(Mutex, locked_twice_by_its_owner_never_goes_on) {
  EXPECT_EQ(verdicts_of([] {
              mutex m;
              m.lock();
              m.lock();
            }),
            std::set<Verdict>{Verdict::deadlock});
}

TEST(Mutex, deadlocks_in_opposite_orders_in_some_schedules_only) {
  EXPECT_EQ(verdicts_of([] {
              mutex a, b;
              const auto work = [](mutex& first, mutex& second) {
                const std::lock_guard outer(first);
                const std::lock_guard inner(second);
              };
              thread one(work, std::ref(a), std::ref(b)), two(work, std::ref(b), std::ref(a));
              one.join();
              two.join();
            }),
            (std::set<Verdict>{Verdict::passed, Verdict::deadlock}));
}

TEST(RecursiveMutex, is_free_after_as_many_unlocks_as_locks) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    recursive_mutex m;
    int inside = 0;
    const auto work = [&] {
      m.lock();
      check(++inside == 1, "one at a time");
      m.lock();
      check(m.try_lock(), "its owner may always take it again");
      m.unlock();
      m.unlock();
      this_thread::yield();
      check(inside == 1, "still held: one unlock is missing");
      --inside;
      m.unlock();
    };
    thread one(work), two(work);
    one.join();
    two.join();
  }));
}

TEST(RecursiveMutex, try_lock_fails_while_another_holds_it) {
  EXPECT_EQ(outcomes_of([] {
              recursive_mutex m;
              bool taken = false;
              m.lock();
              thread other([&] { taken = m.try_lock(); });
              other.join();
              m.unlock();
              return taken;
            }),
            std::set<bool>{false});
}

TEST(Mutex, records_locks_and_misuse) {
  const Trace trace = trace_of([] {
    mutex m;
    name(m, "door");
    m.lock();
    const bool again = m.try_lock();
    m.unlock();
    m.unlock();
    check(!again, "not taken twice");
  });
  ASSERT_EQ(trace.objects.size(), 1U);
  EXPECT_EQ(trace.objects[0].kind, ObjectKind::mutex);
  EXPECT_EQ(trace.objects[0].name, "door");
  EXPECT_EQ(events_of(trace, OperationKind::lock).size(), 1U);
  ASSERT_EQ(events_of(trace, OperationKind::try_lock).size(), 1U);
  EXPECT_FALSE(events_of(trace, OperationKind::try_lock)[0].success);
  EXPECT_EQ(events_of(trace, OperationKind::unlock).size(), 2U) << "an unlock of what is not held is an event too";
  for (const Event& event : events_of(trace, OperationKind::lock)) {
    EXPECT_EQ(event.operation.object, 0U);
    EXPECT_NE(event.operation.place, nullptr);
  }
}

TEST(Mutex, destroyed_while_held_is_recorded) {
  const Trace held = trace_of([] {
    mutex m;
    m.lock();
  });
  ASSERT_EQ(events_of(held, OperationKind::destroy).size(), 1U);
  EXPECT_EQ(events_of(held, OperationKind::destroy)[0].operation.object, 0U);
  const Trace free = trace_of([] {
    mutex m;
    m.lock();
    m.unlock();
  });
  EXPECT_TRUE(events_of(free, OperationKind::destroy).empty());
}

TEST(RecursiveMutex, records_how_often_it_is_held) {
  const Trace trace = trace_of([] {
    recursive_mutex m;
    m.lock();
    m.lock();
    m.unlock();
    m.unlock();
  });
  std::vector<std::uint64_t> counts;
  for (const Event& event : trace.events)
    if (event.operation.object == 0) counts.push_back(event.after);
  EXPECT_EQ(counts, (std::vector<std::uint64_t>{1, 2, 1, 0}));
}

}  // namespace
}  // namespace snag
