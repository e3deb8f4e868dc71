// What libstdc++ waits for with futexes: atomics, latches, barriers, semaphores and futures.
#include "interface.h"

#include <atomic>
#include <barrier>
#include <chrono>
#include <cstdint>
#include <future>
#include <latch>
#include <memory>
#include <mutex>
#include <semaphore>
#include <stop_token>
#include <thread>

namespace programs {

using namespace std::chrono_literals;

void waits_on_an_atomic() {
  int data = 0;
  std::atomic<int> ready{0};
  std::thread producer([&] {
    data = 42;
    ready.store(1);
    ready.notify_one();
  });
  ready.wait(0);
  require(data == 42, "the wait ended too soon");
  producer.join();
}

void waits_on_a_wide_atomic() {
  std::atomic<std::uint64_t> ready{0};
  std::jthread one([&] { ready.wait(0); });
  std::jthread other([&] { ready.wait(0); });
  ready.store(1ULL << 40);
  ready.notify_all();
}

void passes_a_flag_on() {
  std::atomic_flag flag;
  std::jthread setter([&] {
    flag.test_and_set();
    flag.notify_all();
  });
  flag.wait(false);
  require(flag.test(), "the flag is not set");
}

void counts_down_a_latch() {
  std::latch done{2};
  int one = 0;
  int other = 0;
  std::jthread first([&] {
    one = 1;
    done.count_down();
  });
  std::jthread second([&] {
    other = 2;
    done.count_down();
  });
  done.wait();
  require(one + other == 3, "the latch opened too soon");
}

void meets_at_a_barrier() {
  int phases = 0;
  std::barrier barrier(3, [&]() noexcept { ++phases; });
  const auto work = [&] {
    for (int i = 1; i <= 2; ++i) {
      barrier.arrive_and_wait();
      require(phases >= i, "the barrier opened too soon");
    }
  };
  std::jthread one(work);
  std::jthread other(work);
  work();
}

void shares_two_tickets() {
  std::counting_semaphore<2> tickets{2};
  std::atomic<int> inside{0};
  const auto visit = [&] {
    tickets.acquire();
    require(inside.fetch_add(1) < 2, "a third got in");
    inside.fetch_sub(1);
    tickets.release();
  };
  std::jthread one(visit);
  std::jthread other(visit);
  std::jthread third(visit);
}

void tries_to_get_a_ticket_in_time() {
  std::binary_semaphore ticket{0};
  std::jthread giver([&] { ticket.release(); });
  const auto before = std::chrono::steady_clock::now();
  if (!ticket.try_acquire_for(10ms))
    require(std::chrono::steady_clock::now() - before >= 10ms, "it gave up before the time");
}

void waits_for_a_promise() {
  std::promise<int> promise;
  std::future<int> future = promise.get_future();
  std::thread keeper([&] { promise.set_value(7); });
  require(future.get() == 7, "the future has another value");
  keeper.join();
}

void waits_for_a_task() {
  std::packaged_task<int(int)> task([](int value) {
    if (value > 1) throw std::runtime_error("too much");
    return value;
  });
  std::future<int> future = task.get_future();
  std::thread worker(std::move(task), 2);
  bool thrown = false;
  try {
    future.get();
  } catch (const std::runtime_error&) { thrown = true; }
  require(thrown, "the exception did not come across");
  worker.join();
}

void waits_for_async_results() {
  const auto twice = [](int value) { return 2 * value; };
  std::future<int> one = std::async(std::launch::async, twice, 1);
  std::future<int> other = std::async(std::launch::async, twice, 2);
  require(one.get() + other.get() == 6, "the results are others");
}

void waits_for_a_future_with_a_time_out() {
  std::promise<void> promise;
  const std::future<void> future = promise.get_future();
  std::jthread keeper([&] { promise.set_value(); });
  const auto before = std::chrono::steady_clock::now();
  if (future.wait_for(5ms) == std::future_status::timeout)
    require(std::chrono::steady_clock::now() - before >= 5ms, "it gave up before the time");
  if (future.wait_until(std::chrono::system_clock::now() + 5ms) == std::future_status::timeout)
    require(std::chrono::steady_clock::now() - before >= 5ms, "it gave up before the time");
  future.wait();
}

void sets_a_value_at_thread_exit() {
  std::promise<int> promise;
  std::future<int> future = promise.get_future();
  std::jthread keeper([&] { promise.set_value_at_thread_exit(3); });
  require(future.get() == 3, "the future has another value");
}

void asks_a_thread_to_stop() {
  std::atomic<int> called{0};
  std::jthread worker([&](const std::stop_token& stop) {
    const std::stop_callback callback(stop, [&] { ++called; });
    while (!stop.stop_requested()) std::this_thread::yield();
  });
  worker.request_stop();
  worker.join();
  require(called == 1, "the callback was not called once");
}

void notifies_before_it_stores() {
  std::atomic<int> ready{0};
  std::thread waiter([&] { ready.wait(0); });
  ready.notify_one();
  ready.store(1);
  waiter.join();
}

void waits_for_a_promise_that_waits_for_it() {
  std::promise<int> one;
  std::promise<int> other;
  std::thread first([&] { one.set_value(other.get_future().get()); });
  std::thread second([&] { other.set_value(one.get_future().get()); });
  first.join();
  second.join();
}

void counts_a_latch_down_too_rarely() {
  std::latch done{2};
  std::thread worker([&] { done.count_down(); });
  done.wait();
  worker.join();
}

void takes_a_ticket_and_keeps_it() {
  std::binary_semaphore ticket{1};
  const auto visit = [&] { ticket.acquire(); };
  std::thread one(visit);
  std::thread other(visit);
  one.join();
  other.join();
}

}  // namespace programs
