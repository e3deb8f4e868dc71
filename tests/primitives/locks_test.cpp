// The standard's guards and lock functions, by their names in snag, on snag's mutexes.
#include "tests/support/every_schedule.h"

#include <gtest/gtest.h>
#include <snag/snag.h>

#include <chrono>
#include <functional>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <system_error>
#include <type_traits>
#include <utility>

namespace snag {
namespace {

using namespace std::chrono_literals;
using namespace snag::testing;

static_assert(std::same_as<lock_guard<mutex>, std::lock_guard<mutex>>);
static_assert(std::same_as<decltype(adopt_lock), const std::adopt_lock_t> &&
              std::same_as<adopt_lock_t, std::adopt_lock_t>);
static_assert(std::same_as<decltype(defer_lock), const std::defer_lock_t> &&
              std::same_as<defer_lock_t, std::defer_lock_t>);
static_assert(std::same_as<decltype(try_to_lock), const std::try_to_lock_t> &&
              std::same_as<try_to_lock_t, std::try_to_lock_t>);

// Whether another thread could have it now.
template <class Mutex>
bool is_free(Mutex& m) {
  bool taken = false;
  thread([&] {
    taken = m.try_lock();
    if (taken) m.unlock();
  }).join();
  return taken;
}

TEST(LockGuard, holds_until_its_end) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    mutex m;
    {
      const lock_guard guard(m);
      check(!is_free(m), "held");
    }
    check(is_free(m), "given back");
    m.lock();
    {
      const lock_guard guard(m, adopt_lock);
      check(!is_free(m), "still held");
    }
    check(is_free(m), "given back, though it was locked by hand");
  }));
}

TEST(ScopedLock, holds_all_of_any_kind_until_its_end) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    mutex a;
    recursive_mutex b;
    timed_mutex c;
    shared_mutex d;
    {
      [[maybe_unused]] const scoped_lock none;
      const scoped_lock all(a, b, c, d);
      check(!is_free(a) && !is_free(b) && !is_free(c) && !is_free(d), "held");
    }
    check(is_free(a) && is_free(b) && is_free(c) && is_free(d), "given back");
    lock(a, c);
    const scoped_lock adopted(adopt_lock, a, c);
    check(!is_free(a) && !is_free(c), "still held");
  }));
}

TEST(ScopedLock, takes_several_in_any_order_without_deadlock) {
  holds_under_every_schedule([] {
    mutex a, b;
    int inside = 0;
    const auto work = [&](mutex& first, mutex& second) {
      const scoped_lock both(first, second);
      check(++inside == 1, "one at a time");
      this_thread::yield();
      --inside;
    };
    thread one(work, std::ref(a), std::ref(b)), two(work, std::ref(b), std::ref(a));
    one.join();
    two.join();
  });
}

TEST(LockFunction, takes_several_in_any_order_without_deadlock) {
  holds_under_every_schedule([] {
    mutex a;
    timed_mutex b;
    int inside = 0;
    const auto enter = [&] {
      check(++inside == 1, "one at a time");
      --inside;
      a.unlock();
      b.unlock();
    };
    thread one([&] {
      lock(a, b);
      enter();
    });
    thread two([&] {
      std::lock(b, a);
      enter();
    });
    one.join();
    two.join();
  });
}

TEST(TryLockFunction, takes_all_or_tells_which_it_could_not) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    mutex a, b;
    shared_mutex c;
    check(try_lock(a, b, c) == -1, "all");
    thread([&] { check(try_lock(c, a) == 0, "the first"); }).join();
    c.unlock();
    thread([&] { check(try_lock(c, a) == 1, "the second"); }).join();
    check(is_free(c), "it gave back the first");
    a.unlock();
    b.unlock();
  }));
}

TEST(UniqueLock, may_lock_now_later_perhaps_or_not_at_all) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    timed_mutex m;
    unique_lock now(m);
    check(now.owns_lock() && now && now.mutex() == &m, "it locks");
    thread([&] {
      check(!unique_lock(m, try_to_lock).owns_lock(), "it does not wait");
      check(!unique_lock(m, 1ms).owns_lock(), "it gives up");
      check(!unique_lock(m, steady_clock::now() + 1ms).owns_lock(), "in the end");
      unique_lock later(m, defer_lock);
      check(!later.try_lock() && !later.try_lock_for(1ms) && !later.try_lock_until(system_clock::now() + 1ms), "tries");
    }).join();
    now.unlock();
    check(is_free(m) && throws<std::system_error>([&] { now.unlock(); }), "given back once");
    now.lock();
    check(throws<std::system_error>([&] { now.lock(); }), "taken once");
    unique_lock moved = std::move(now);
    check(moved.owns_lock() && !now.owns_lock(), "moved");  // NOLINT(bugprone-use-after-move)
    swap(moved, now);
    check(now.release() == &m && !is_free(m), "released from its care");
    const unique_lock adopted(m, adopt_lock);
    check(adopted.owns_lock(), "and taken into another's");
  }));
}

TEST(SharedLock, shares_now_later_perhaps_or_not_at_all) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    shared_timed_mutex m;
    shared_lock now(m);
    check(now.owns_lock() && now && now.mutex() == &m && !is_free(m), "it shares");
    thread([&] {
      const shared_lock too(m, try_to_lock);
      check(too.owns_lock(), "others may, too");
    }).join();
    shared_lock moved = std::move(now);
    swap(moved, now);
    now.unlock();
    check(is_free(m) && throws<std::system_error>([&] { now.unlock(); }), "given back once");
    m.lock();
    thread([&] {
      check(!shared_lock(m, try_to_lock) && !shared_lock(m, 1ms) && !shared_lock(m, steady_clock::now() + 1ms),
            "gives up");
      shared_lock later(m, defer_lock);
      check(!later.try_lock() && !later.try_lock_for(1ms) && !later.try_lock_until(steady_clock::now() + 1ms), "tries");
    }).join();
    m.unlock();
    now.lock();
    check(now.release() == &m, "released from its care");
    const shared_lock adopted(m, adopt_lock);
    check(adopted.owns_lock(), "and taken into another's");
  }));
}

}  // namespace
}  // namespace snag
