// The standard's names swap over: each shape below holds for the standard's type and for snag's, and one text of
// programs runs on real threads and under the controlled scheduler.
#include "tests/support/every_schedule.h"

#include <gtest/gtest.h>
#include <snag/snag.h>

#include <atomic>
#include <barrier>
#include <chrono>
#include <concepts>
#include <condition_variable>
#include <exception>
#include <functional>
#include <future>
#include <latch>
#include <memory>
#include <mutex>
#include <semaphore>
#include <set>
#include <shared_mutex>
#include <stop_token>
#include <system_error>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace real {
namespace std_ = ::std;
#include "tests/primitives/drop_in_program.inc"
}  // namespace real
namespace controlled {
namespace std_ = ::snag;
#include "tests/primitives/drop_in_program.inc"
}  // namespace controlled

namespace {

using std::same_as;
using Milliseconds = std::chrono::milliseconds;

template <class T>
concept Pinned = !std::copyable<T> && !std::movable<T>;
template <class T>
concept MoveOnly = std::movable<T> && !std::copyable<T> && std::swappable<T>;

template <class M>
concept MutexShape = Pinned<M> && std::default_initializable<M> && requires(M& m) {
  { m.lock() } -> same_as<void>;
  { m.try_lock() } -> same_as<bool>;
  { m.unlock() } -> same_as<void>;
  std::lock_guard<M>(m);
  std::scoped_lock<M, M>(m, m);
};
static_assert(MutexShape<std::mutex> && MutexShape<snag::mutex>);
static_assert(MutexShape<std::recursive_mutex> && MutexShape<snag::recursive_mutex>);

template <class M, class Clock>
concept TimedMutexShape = MutexShape<M> && requires(M& m, Milliseconds time, typename Clock::time_point point) {
  { m.try_lock_for(time) } -> same_as<bool>;
  { m.try_lock_until(point) } -> same_as<bool>;
};
static_assert(TimedMutexShape<std::timed_mutex, std::chrono::steady_clock>);
static_assert(TimedMutexShape<snag::timed_mutex, snag::steady_clock>);
static_assert(TimedMutexShape<std::recursive_timed_mutex, std::chrono::system_clock>);
static_assert(TimedMutexShape<snag::recursive_timed_mutex, snag::system_clock>);

template <class M>
concept SharedMutexShape = MutexShape<M> && requires(M& m) {
  { m.lock_shared() } -> same_as<void>;
  { m.try_lock_shared() } -> same_as<bool>;
  { m.unlock_shared() } -> same_as<void>;
  std::shared_lock<M>(m);
};
template <class M, class Clock>
concept SharedTimedMutexShape = SharedMutexShape<M> && TimedMutexShape<M, Clock> &&
    requires(M& m, Milliseconds time, typename Clock::time_point point) {
  { m.try_lock_shared_for(time) } -> same_as<bool>;
  { m.try_lock_shared_until(point) } -> same_as<bool>;
};
static_assert(SharedMutexShape<std::shared_mutex> && SharedMutexShape<snag::shared_mutex>);
static_assert(SharedTimedMutexShape<std::shared_timed_mutex, std::chrono::steady_clock>);
static_assert(SharedTimedMutexShape<snag::shared_timed_mutex, snag::steady_clock>);

template <class C, class M, class Clock>
concept ConditionVariableShape = Pinned<C> && std::default_initializable<C> &&
    requires(C& c, std::unique_lock<M>& lock, Milliseconds time, typename Clock::time_point point,
             bool (*predicate)()) {
  { c.notify_one() } -> same_as<void>;
  { c.notify_all() } -> same_as<void>;
  { c.wait(lock) } -> same_as<void>;
  { c.wait(lock, predicate) } -> same_as<void>;
  { c.wait_for(lock, time) } -> same_as<std::cv_status>;
  { c.wait_for(lock, time, predicate) } -> same_as<bool>;
  { c.wait_until(lock, point) } -> same_as<std::cv_status>;
  { c.wait_until(lock, point, predicate) } -> same_as<bool>;
};
static_assert(ConditionVariableShape<std::condition_variable, std::mutex, std::chrono::steady_clock>);
static_assert(ConditionVariableShape<std::condition_variable, std::mutex, std::chrono::system_clock>);
static_assert(ConditionVariableShape<snag::condition_variable, snag::mutex, snag::steady_clock>);
static_assert(ConditionVariableShape<snag::condition_variable, snag::mutex, snag::system_clock>);

template <class C, class M, class Clock, class Token>
concept ConditionVariableAnyShape = Pinned<C> && std::default_initializable<C> &&
    requires(C& c, M& lock, Token token, Milliseconds time, typename Clock::time_point point, bool (*predicate)()) {
  { c.notify_one() } -> same_as<void>;
  { c.notify_all() } -> same_as<void>;
  { c.wait(lock) } -> same_as<void>;
  { c.wait(lock, predicate) } -> same_as<void>;
  { c.wait_for(lock, time) } -> same_as<std::cv_status>;
  { c.wait_for(lock, time, predicate) } -> same_as<bool>;
  { c.wait_until(lock, point) } -> same_as<std::cv_status>;
  { c.wait_until(lock, point, predicate) } -> same_as<bool>;
  { c.wait(lock, token, predicate) } -> same_as<bool>;
  { c.wait_for(lock, token, time, predicate) } -> same_as<bool>;
  { c.wait_until(lock, token, point, predicate) } -> same_as<bool>;
};
static_assert(ConditionVariableAnyShape<std::condition_variable_any, std::recursive_mutex, std::chrono::steady_clock,
                                        std::stop_token>);
static_assert(ConditionVariableAnyShape<snag::condition_variable_any, snag::recursive_mutex, snag::steady_clock,
                                        snag::stop_token>);

template <class T>
concept ThreadShape = MoveOnly<T> && std::default_initializable<T> && std::constructible_from<T, void (*)()> &&
    std::constructible_from<T, void (*)(int), int> && std::totally_ordered<typename T::id> &&
    std::default_initializable<typename T::id> && requires(T& t, const T& constant, typename T::id id) {
  { t.join() } -> same_as<void>;
  { t.detach() } -> same_as<void>;
  { t.swap(t) }
  noexcept->same_as<void>;
  { constant.joinable() }
  noexcept->same_as<bool>;
  { constant.get_id() }
  noexcept->same_as<typename T::id>;
  { t.native_handle() } -> same_as<typename T::native_handle_type>;
  { T::hardware_concurrency() }
  noexcept->same_as<unsigned>;
  { std::hash<typename T::id>()(id) } -> same_as<std::size_t>;
};
static_assert(ThreadShape<std::thread> && ThreadShape<snag::thread>);
static_assert(!std::convertible_to<void (*)(), snag::thread> && !std::convertible_to<void (*)(), std::thread>);

template <class T, class Source, class Token>
concept JthreadShape = ThreadShape<T> && std::constructible_from<T, void (*)(Token, int), int> &&
    requires(T& t, const T& constant) {
  { t.get_stop_source() }
  noexcept->same_as<Source>;
  { constant.get_stop_token() }
  noexcept->same_as<Token>;
  { t.request_stop() } -> same_as<bool>;
};
static_assert(JthreadShape<std::jthread, std::stop_source, std::stop_token>);
static_assert(JthreadShape<snag::jthread, snag::stop_source, snag::stop_token>);

template <class Source, class Token, class NoState>
concept StopShape = std::regular<Token> && std::swappable<Token> && std::copyable<Source> &&
    std::equality_comparable<Source> && std::constructible_from<Source, NoState> &&
    requires(Source& source, const Source& constant, const Token& token) {
  { constant.get_token() }
  noexcept->same_as<Token>;
  { constant.stop_possible() }
  noexcept->same_as<bool>;
  { constant.stop_requested() } -> same_as<bool>;
  { source.request_stop() } -> same_as<bool>;
  { token.stop_possible() } -> same_as<bool>;
  { token.stop_requested() } -> same_as<bool>;
};
static_assert(StopShape<std::stop_source, std::stop_token, std::nostopstate_t>);
static_assert(StopShape<snag::stop_source, snag::stop_token, snag::nostopstate_t>);

template <class C, class Token>
concept StopCallbackShape = Pinned<C> && std::constructible_from<C, Token, void (*)()> &&
    std::constructible_from<C, const Token&, void (*)()> && same_as<typename C::callback_type, void (*)()>;
static_assert(StopCallbackShape<std::stop_callback<void (*)()>, std::stop_token>);
static_assert(StopCallbackShape<snag::stop_callback<void (*)()>, snag::stop_token>);

template <class S, class Clock>
concept SemaphoreShape =
    Pinned<S> && std::constructible_from<S, std::ptrdiff_t> && !std::convertible_to<std::ptrdiff_t, S> &&
    requires(S & s, Milliseconds time, typename Clock::time_point point) {
  { s.release() } -> same_as<void>;
  { s.release(2) } -> same_as<void>;
  { s.acquire() } -> same_as<void>;
  { s.try_acquire() } -> same_as<bool>;
  { s.try_acquire_for(time) } -> same_as<bool>;
  { s.try_acquire_until(point) } -> same_as<bool>;
  { S::max() }
  noexcept->same_as<std::ptrdiff_t>;
};
static_assert(SemaphoreShape<std::counting_semaphore<>, std::chrono::steady_clock>);
static_assert(SemaphoreShape<snag::counting_semaphore<>, snag::steady_clock>);
static_assert(same_as<snag::binary_semaphore, snag::counting_semaphore<1>>);

template <class L>
concept LatchShape = Pinned<L> && std::constructible_from<L, std::ptrdiff_t> && requires(L& l, const L& constant) {
  { l.count_down() } -> same_as<void>;
  { l.count_down(2) } -> same_as<void>;
  { constant.try_wait() } -> same_as<bool>;
  { constant.wait() } -> same_as<void>;
  { l.arrive_and_wait() } -> same_as<void>;
  { l.arrive_and_wait(2) } -> same_as<void>;
  { L::max() }
  noexcept->same_as<std::ptrdiff_t>;
};
static_assert(LatchShape<std::latch> && LatchShape<snag::latch>);

template <class B>
concept BarrierShape = Pinned<B> && std::constructible_from<B, std::ptrdiff_t> &&
    requires(B& b, const B& constant, typename B::arrival_token token) {
  { b.arrive() } -> same_as<typename B::arrival_token>;
  { b.arrive(2) } -> same_as<typename B::arrival_token>;
  { constant.wait(std::move(token)) } -> same_as<void>;
  { b.arrive_and_wait() } -> same_as<void>;
  { b.arrive_and_drop() } -> same_as<void>;
  { B::max() }
  noexcept->same_as<std::ptrdiff_t>;
};
static_assert(BarrierShape<std::barrier<>> && BarrierShape<snag::barrier<>>);
static_assert(std::constructible_from<snag::barrier<void (*)() noexcept>, std::ptrdiff_t, void (*)() noexcept>);

template <class A, class T>
concept AtomicShape = Pinned<A> && std::default_initializable<A> && std::convertible_to<T, A> &&
    same_as<typename A::value_type, T> && requires(A& a, const A& constant, T value, std::memory_order order) {
  { constant.load() } -> same_as<T>;
  { constant.load(order) } -> same_as<T>;
  { static_cast<T>(constant) } -> same_as<T>;
  { a.store(value) } -> same_as<void>;
  { a.store(value, order) } -> same_as<void>;
  { a = value } -> same_as<T>;
  { a.exchange(value, order) } -> same_as<T>;
  { a.compare_exchange_weak(value, value, order, order) } -> same_as<bool>;
  { a.compare_exchange_strong(value, value, order) } -> same_as<bool>;
  { a.compare_exchange_strong(value, value) } -> same_as<bool>;
  { constant.is_lock_free() }
  noexcept->same_as<bool>;
  requires same_as<const bool, decltype(A::is_always_lock_free)>;
};
template <class A, class T>
concept AtomicIntegerShape = AtomicShape<A, T> && same_as<typename A::difference_type, T> &&
    requires(A& a, T value, std::memory_order order) {
  { a.fetch_add(value, order) } -> same_as<T>;
  { a.fetch_sub(value, order) } -> same_as<T>;
  { a.fetch_and(value, order) } -> same_as<T>;
  { a.fetch_or(value, order) } -> same_as<T>;
  { a.fetch_xor(value, order) } -> same_as<T>;
  { ++a } -> same_as<T>;
  { a-- } -> same_as<T>;
  { a += value } -> same_as<T>;
  { a ^= value } -> same_as<T>;
};
template <class A>
concept Counts = requires(A& a) {
  ++a;
};
template <class A, class T>
concept Adds = requires(A& a, T value) {
  a.fetch_add(value);
};
static_assert(AtomicIntegerShape<std::atomic<int>, int> && AtomicIntegerShape<snag::atomic<int>, int>);
static_assert(AtomicIntegerShape<std::atomic<char>, char> && AtomicIntegerShape<snag::atomic<char>, char>);
static_assert(AtomicShape<std::atomic<bool>, bool> && AtomicShape<snag::atomic<bool>, bool>);
static_assert(!Counts<std::atomic<bool>> && !Counts<snag::atomic<bool>>);
static_assert(AtomicShape<std::atomic<int*>, int*> && AtomicShape<snag::atomic<int*>, int*>);
static_assert(Counts<std::atomic<int*>> && Counts<snag::atomic<int*>>);
static_assert(Adds<std::atomic<double>, double> && Adds<snag::atomic<double>, double>);
static_assert(!Counts<std::atomic<double>> && !Counts<snag::atomic<double>>);
static_assert(Pinned<snag::once_flag> && std::default_initializable<snag::once_flag>);

template <class A, class T>
concept WaitsAndNotifies = requires(A& a, const A& constant, T value, std::memory_order order) {
  { constant.wait(value) } -> same_as<void>;
  { constant.wait(value, order) } -> same_as<void>;
  { a.notify_one() } -> same_as<void>;
  { a.notify_all() } -> same_as<void>;
};
static_assert(WaitsAndNotifies<std::atomic<int>, int> && WaitsAndNotifies<snag::atomic<int>, int>);
static_assert(WaitsAndNotifies<std::atomic_flag, bool> && WaitsAndNotifies<snag::atomic_flag, bool>);
static_assert(WaitsAndNotifies<std::atomic_ref<int>, int> && WaitsAndNotifies<snag::atomic_ref<int>, int>);

template <class F>
concept AtomicFlagShape = Pinned<F> && std::default_initializable<F> &&
    requires(F& flag, const F& constant, std::memory_order order) {
  { constant.test() } -> same_as<bool>;
  { constant.test(order) } -> same_as<bool>;
  { flag.test_and_set() } -> same_as<bool>;
  { flag.test_and_set(order) } -> same_as<bool>;
  { flag.clear() } -> same_as<void>;
  { flag.clear(order) } -> same_as<void>;
};
static_assert(AtomicFlagShape<std::atomic_flag> && AtomicFlagShape<snag::atomic_flag>);

template <class A, class T>
concept AtomicRefShape = std::copy_constructible<A> && !std::is_copy_assignable_v<A> &&
                         std::constructible_from<A, T&> && !std::convertible_to<T&, A> &&
                         same_as<typename A::value_type, T> && requires(const A& a, T value, std::memory_order order) {
  { a.load(order) } -> same_as<T>;
  { static_cast<T>(a) } -> same_as<T>;
  { a.store(value, order) } -> same_as<void>;
  { a = value } -> same_as<T>;
  { a.exchange(value, order) } -> same_as<T>;
  { a.compare_exchange_weak(value, value, order, order) } -> same_as<bool>;
  { a.compare_exchange_strong(value, value, order) } -> same_as<bool>;
  { a.fetch_add(value, order) } -> same_as<T>;
  { a.fetch_xor(value, order) } -> same_as<T>;
  { ++a } -> same_as<T>;
  { a |= value } -> same_as<T>;
  requires A::required_alignment >= alignof(T);
};
static_assert(AtomicRefShape<std::atomic_ref<int>, int> && AtomicRefShape<snag::atomic_ref<int>, int>);

template <class F, class Result, class Clock>
concept FutureShape = std::default_initializable<F> && std::movable<F> &&
    requires(F& future, const F& constant, Milliseconds time, typename Clock::time_point point) {
  { future.get() } -> same_as<Result>;
  { constant.valid() }
  noexcept->same_as<bool>;
  { constant.wait() } -> same_as<void>;
  { constant.wait_for(time) } -> same_as<std::future_status>;
  { constant.wait_until(point) } -> same_as<std::future_status>;
};
static_assert(FutureShape<std::future<int>, int, std::chrono::steady_clock> && !std::copyable<std::future<int>>);
static_assert(FutureShape<snag::future<int>, int, snag::steady_clock> && !std::copyable<snag::future<int>>);
static_assert(FutureShape<std::shared_future<int>, const int&, std::chrono::steady_clock>);
static_assert(FutureShape<snag::shared_future<int>, const int&, snag::steady_clock>);
static_assert(std::copyable<std::shared_future<int>> && std::copyable<snag::shared_future<int>>);
static_assert(FutureShape<snag::future<int&>, int&, snag::steady_clock>);
static_assert(FutureShape<snag::shared_future<void>, void, snag::steady_clock>);

template <class P, class Future>
concept PromiseShape = MoveOnly<P> && std::default_initializable<P> &&
    requires(P& promise, int value, std::exception_ptr exception) {
  { promise.get_future() } -> same_as<Future>;
  { promise.set_value(value) } -> same_as<void>;
  { promise.set_value_at_thread_exit(value) } -> same_as<void>;
  { promise.set_exception(exception) } -> same_as<void>;
  { promise.set_exception_at_thread_exit(exception) } -> same_as<void>;
  { promise.swap(promise) }
  noexcept->same_as<void>;
};
static_assert(PromiseShape<std::promise<int>, std::future<int>> && PromiseShape<snag::promise<int>, snag::future<int>>);
static_assert(PromiseShape<snag::promise<int&>, snag::future<int&>>);
static_assert(std::uses_allocator_v<snag::promise<int>, std::allocator<int>>);

template <class P, class Future>
concept PackagedTaskShape = MoveOnly<P> && std::default_initializable<P> && std::constructible_from<P, int (*)(int)> &&
    requires(P& task, const P& constant) {
  { constant.valid() }
  noexcept->same_as<bool>;
  { task.get_future() } -> same_as<Future>;
  { task(1) } -> same_as<void>;
  { task.make_ready_at_thread_exit(1) } -> same_as<void>;
  { task.reset() } -> same_as<void>;
};
static_assert(PackagedTaskShape<std::packaged_task<int(int)>, std::future<int>>);
static_assert(PackagedTaskShape<snag::packaged_task<int(int)>, snag::future<int>>);

TEST(DropIn, programs_hold_on_real_threads) {
  EXPECT_EQ(real::bounded_queue(), 24);
  EXPECT_EQ(real::everything_together(), 111);
  EXPECT_EQ(real::odds_and_ends(), 6);
  EXPECT_EQ(real::mutexes_and_guards(), 5);
  EXPECT_EQ(real::futures(), 8221);
  EXPECT_EQ(real::atomics(), 49);
  EXPECT_EQ(real::stoppable(), 112);
}

TEST(DropIn, the_same_programs_hold_under_every_schedule) {
  EXPECT_EQ(snag::testing::outcomes_of(&controlled::bounded_queue), std::set<int>{24});
  EXPECT_EQ(snag::testing::outcomes_of(&controlled::everything_together), std::set<int>{111});
  EXPECT_EQ(snag::testing::outcomes_of(&controlled::odds_and_ends), std::set<int>{6});
  EXPECT_EQ(snag::testing::outcomes_of(&controlled::mutexes_and_guards), std::set<int>{5});
  EXPECT_EQ(snag::testing::outcomes_of(&controlled::futures), std::set<int>{8221});
  EXPECT_EQ(snag::testing::outcomes_of(&controlled::atomics), std::set<int>{49});
  EXPECT_EQ(snag::testing::outcomes_of(&controlled::stoppable), std::set<int>{112});
}

}  // namespace
