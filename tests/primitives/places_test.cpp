// The place of an event is where the program calls: two calls in one function are two places.
#include "tests/support/every_schedule.h"

#include <gtest/gtest.h>
#include <snag/snag.h>

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace snag {
namespace {

using namespace std::chrono_literals;
using namespace snag::testing;

// Each statement once more: the second must be told from the first.
void everything_twice() {
  mutex m;
  m.lock();
  m.unlock();
  m.lock();
  m.unlock();
  if (m.try_lock()) m.unlock();
  if (m.try_lock()) m.unlock();
  recursive_mutex r;
  r.lock();
  r.unlock();
  r.lock();
  r.unlock();
  condition_variable c;
  c.notify_one();
  c.notify_one();
  c.notify_all();
  c.notify_all();
  std::unique_lock lock(m);
  c.wait_for(lock, 1ms);
  c.wait_for(lock, 1ms);
  counting_semaphore<> s(4);
  s.acquire();
  s.acquire();
  s.release();
  s.release();
  static_cast<void>(s.try_acquire());
  static_cast<void>(s.try_acquire());
  latch l(2);
  l.count_down();
  l.count_down();
  l.wait();
  l.wait();
  static_cast<void>(l.try_wait());
  static_cast<void>(l.try_wait());
  barrier<> b(1);
  b.arrive_and_wait();
  b.arrive_and_wait();
  atomic<int> a;
  a.store(1);
  a.store(2);
  static_cast<void>(a.load());
  static_cast<void>(a.load());
  a.fetch_add(1);
  a.fetch_add(1);
  snag::atomic_thread_fence(std::memory_order_seq_cst);
  snag::atomic_thread_fence(std::memory_order_seq_cst);
  shared<int> x;
  x = 1;
  x = 2;
  static_cast<void>(x.read());
  static_cast<void>(x.read());
  once_flag o;
  call_once(o, [] {});
  call_once(o, [] {});
  stop_source stop;
  const stop_token token = stop.get_token();
  static_cast<void>(token.stop_requested());
  static_cast<void>(token.stop_requested());
  stop.request_stop();
  stop.request_stop();
  static_cast<void>(steady_clock::now());
  static_cast<void>(steady_clock::now());
  static_cast<void>(system_clock::now());
  this_thread::yield();
  this_thread::yield();
  this_thread::sleep_for(1ms);
  this_thread::sleep_for(1ms);
  choose(2);
  choose(2);
  check(false, "one");
  check(false, "two");
  thread one([] {});
  thread two([] {});
  one.join();
  two.join();
}

// The same for timed mutexes and for atomics in all their forms.
void everything_timed_and_atomic_twice() {
  timed_mutex m;
  recursive_timed_mutex r;
  if (m.try_lock_for(1ms)) m.unlock();
  if (m.try_lock_for(1ms)) m.unlock();
  if (r.try_lock_until(steady_clock::time_point())) r.unlock();
  if (r.try_lock_until(steady_clock::time_point())) r.unlock();
  atomic<int> a{1};
  a.wait(0);
  a.wait(0);
  a.notify_one();
  a.notify_one();
  a.notify_all();
  a.notify_all();
  atomic_flag f;
  f.test_and_set();
  f.test_and_set();
  f.clear();
  f.clear();
  atomic_flag_wait(&f, true);
  atomic_flag_wait(&f, true);
  int x = 0;
  const atomic_ref ref(x);
  ref.store(1);
  ref.store(2);
  static_cast<void>(ref.load());
  static_cast<void>(ref.load());
  atomic_fetch_add(&a, 1);
  atomic_fetch_add(&a, 1);
}

// The same for what Python's modules have.
void everything_of_python_twice() {
  threading::Lock l;
  l.acquire();
  l.release();
  l.acquire();
  l.release();
  static_cast<void>(l.acquire_for(1ms));
  static_cast<void>(l.acquire_for(1ms));
  static_cast<void>(l.try_acquire());
  static_cast<void>(l.locked());
  static_cast<void>(l.locked());
  threading::Condition c;
  c.acquire();
  c.notify();
  c.notify();
  c.notify_all();
  c.notify_all();
  c.wait(1ms);
  c.wait(1ms);
  c.wait_for([] { return false; }, 1ms);
  static_cast<void>(c.locked());
  static_cast<void>(c.locked());
  threading::RLock r;
  static_cast<void>(r.locked());
  static_cast<void>(r.locked());
  threading::Semaphore s(2);
  s.acquire();
  s.acquire();
  s.release();
  s.release();
  static_cast<void>(s.acquire_for(1ms));
  static_cast<void>(s.try_acquire());
  threading::Event e;
  e.wait(1ms);
  e.wait(1ms);
  e.set();
  e.set();
  e.wait();
  static_cast<void>(e.is_set());
  static_cast<void>(e.is_set());
  e.clear();
  e.clear();
  threading::Barrier b(1, [] {});
  b.wait();
  b.wait(1ms);
  static_cast<void>(b.broken());
  static_cast<void>(b.n_waiting());
  b.reset();
  b.reset();
  b.abort();
  b.abort();
  queue::Queue<int> q(3);
  q.put(1);
  q.put(2);
  q.put_for(3, 1ms);
  static_cast<void>(q.try_put(4));
  q.get();
  q.get();
  q.get_for(1ms);
  static_cast<void>(q.try_get());
  static_cast<void>(q.qsize());
  static_cast<void>(q.empty());
  static_cast<void>(q.full());
  q.task_done();
  q.task_done();
  q.task_done();
  q.join();
  q.join();
  q.shutdown();
  q.shutdown_now();
  threading::Thread one([] {}), two([] {});
  one.start();
  two.start();
  static_cast<void>(one.is_alive());
  static_cast<void>(one.is_alive());
  static_cast<void>(threading::active_count());
  static_cast<void>(threading::enumerate());
  one.join();
  two.join(1ms);
}

void expect_a_place_for_each(const Trace& trace, std::size_t kinds_min) {
  std::map<OperationKind, std::vector<const void*>> places;
  for (const Event& event : trace.events)
    if (event.thread == 0 && event.operation.kind != OperationKind::begin && event.operation.kind != OperationKind::end)
      places[event.operation.kind].push_back(event.operation.place);
  EXPECT_GT(places.size(), kinds_min) << "most kinds are covered";
  for (const auto& [kind, each] : places) {
    const std::set<const void*> distinct(each.begin(), each.end());
    EXPECT_EQ(distinct.size(), each.size()) << name_of(kind);
    EXPECT_FALSE(distinct.contains(nullptr)) << name_of(kind);
  }
}

TEST(Places, tell_one_call_from_another) { expect_a_place_for_each(trace_of(&everything_twice), 28); }

TEST(Places, tell_one_timed_or_atomic_call_from_another) {
  expect_a_place_for_each(trace_of(&everything_timed_and_atomic_twice), 7);
}

TEST(Places, tell_one_call_of_pythons_from_another) {
  expect_a_place_for_each(trace_of(&everything_of_python_twice), 34);
}

}  // namespace
}  // namespace snag
