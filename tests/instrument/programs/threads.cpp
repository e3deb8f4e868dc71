// Threads, locks and atomics of the standard library.
#include "programs.h"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <queue>
#include <shared_mutex>
#include <thread>
#include <vector>

namespace programs {

namespace {

template <class First, class Second>
void in_two_threads(First first, Second second) {
  std::thread one(first);
  std::thread other(second);
  one.join();
  other.join();
}

}  // namespace

void counts_under_a_mutex() {
  std::mutex mutex;
  int count = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i)
    threads.emplace_back([&] {
      const std::lock_guard<std::mutex> lock(mutex);
      ++count;
    });
  for (std::thread& thread : threads) thread.join();
  require(count == 3, "an increment under the mutex got lost");
}

void hands_over_with_a_condition_variable() {
  std::mutex mutex;
  std::condition_variable not_empty;
  std::queue<std::unique_ptr<int>> queue;
  int sum = 0;
  in_two_threads(
      [&] {
        for (int i = 1; i <= 3; ++i) {
          const std::lock_guard<std::mutex> lock(mutex);
          queue.push(std::make_unique<int>(i));
          not_empty.notify_one();
        }
      },
      [&] {
        for (int i = 0; i < 3; ++i) {
          std::unique_lock<std::mutex> lock(mutex);
          not_empty.wait(lock, [&] { return !queue.empty(); });
          sum += *queue.front();
          queue.pop();
        }
      });
  require(sum == 6, "an element of the queue got lost");
}

void publishes_with_an_atomic() {
  int data = 0;
  std::atomic<bool> ready{false};
  in_two_threads(
      [&] {
        data = 42;
        ready.store(true, std::memory_order_release);
      },
      [&] {
        if (ready.load(std::memory_order_acquire)) require(data == 42, "what was published is not there");
      });
}

void initialises_once() {
  std::once_flag once;
  int calls = 0;
  const auto initialise = [&] { std::call_once(once, [&] { ++calls; }); };
  in_two_threads(initialise, initialise);
  require(calls == 1, "call_once did not call once");
}

void shares_a_lock() {
  std::shared_mutex mutex;
  int value = 0;
  int seen = 0;
  in_two_threads(
      [&] {
        const std::unique_lock<std::shared_mutex> lock(mutex);
        value = 1;
        value = 2;
      },
      [&] {
        const std::shared_lock<std::shared_mutex> lock(mutex);
        seen = value;
      });
  require(seen == 0 || seen == 2, "a reader saw the middle of a write");
}

void adds_in_every_width() {
  std::atomic<std::uint8_t> one{255};
  std::atomic<std::uint16_t> two{1};
  std::atomic<std::uint32_t> four{1};
  std::atomic<std::uint64_t> eight{1};
  std::atomic<int> sums{0};
  const auto add = [&] {
    one.fetch_add(1);
    two.fetch_sub(1);
    four.fetch_or(6);
    eight.fetch_xor(1ULL << 40);
    sums += 3;
  };
  in_two_threads(add, add);
  require(one == 1 && two == 0xffff && four == 7 && eight == 1 && sums == 6, "an atomic has a wrong value");
  require(four.exchange(9) == 7 && four.fetch_and(8) == 9 && four == 8, "exchange or fetch_and is wrong");
  std::atomic_thread_fence(std::memory_order_seq_cst);
}

void adds_with_compare_exchange() {
  std::atomic<int> value{0};
  const auto add = [&] {
    int seen = value.load();
    while (!value.compare_exchange_weak(seen, seen + 1)) {}
  };
  in_two_threads(add, add);
  int expected = 5;
  require(!value.compare_exchange_strong(expected, 6) && expected == 2, "an increment by compare_exchange got lost");
}

void loses_an_update() {
  int balance = 100;
  const auto pay_in = [&] { balance = balance + 10; };
  in_two_threads(pay_in, pay_in);
}

void loses_an_update_of_an_atomic() {
  std::atomic<int> balance{100};
  const auto pay_in = [&] { balance.store(balance.load() + 10); };
  in_two_threads(pay_in, pay_in);
}

void loses_an_update_between_locks() {
  int balance = 100;
  std::mutex mutex;
  const auto pay_in = [&] {
    int seen = 0;
    {
      const std::lock_guard<std::mutex> lock(mutex);
      seen = balance;
    }
    const std::lock_guard<std::mutex> lock(mutex);
    balance = seen + 10;
  };
  in_two_threads(pay_in, pay_in);
}

// Compiled so that the flag is read again and again, as without optimisation.
void waits_for_a_plain_flag() {
  bool flag = false;
  const auto wait = [&flag] {
    for (;;) {
      asm volatile("" ::: "memory");
      if (flag) return;
    }
  };
  in_two_threads(wait, [&flag] { flag = true; });
}

void locks_in_opposite_orders() {
  std::mutex one;
  std::mutex other;
  in_two_threads(
      [&] {
        const std::lock_guard<std::mutex> first(one);
        const std::lock_guard<std::mutex> second(other);
      },
      [&] {
        const std::lock_guard<std::mutex> first(other);
        const std::lock_guard<std::mutex> second(one);
      });
}

void misses_a_notify() {
  std::mutex mutex;
  std::condition_variable condition;
  in_two_threads([&] { condition.notify_one(); },
                 [&] {
                   std::unique_lock<std::mutex> lock(mutex);
                   condition.wait(lock);
                 });
}

void write_through(int& variable, int value) { variable = value; }

void ten_lines() {
  std::mutex mutex;
  int count = 0;
  const auto work = [&] {
    const std::lock_guard<std::mutex> lock(mutex);
    ++count;
  };
  std::thread one(work);
  std::thread other(work);
  one.join();
  other.join();
}

}  // namespace programs
