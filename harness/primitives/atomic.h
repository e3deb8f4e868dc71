// snag::atomic<T> and the fences: std::atomic under the controlled scheduler (see atomic_access.h).
#pragma once

#include "harness/primitives/atomic_access.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace snag {

using std::kill_dependency;

/// std::atomic<T>. T is trivially copyable, as for the standard's.
template <class T>
class atomic {
  static_assert(std::is_trivially_copyable_v<T>, "snag::atomic<T>, like std::atomic<T>, needs a trivially copyable T");
  using Access = detail::AtomicAccess<T>;
  using Difference = typename Access::Difference;

 public:
  using value_type = T;
  using difference_type = Difference;
  static constexpr bool is_always_lock_free = Access::is_lock_free;

  explicit(false) atomic(T initial = T{})
      : value_(initial),
        handle_(Execution::require("snag::atomic").create_object(ObjectKind::atomic, value_kind<T>())) {}
  /// A finding while threads wait on it.
  SNAG_ALWAYS_INLINE ~atomic() {
    if (!waiters_.empty()) detail::destroy_waited_for(handle_, waiters_);
  }
  atomic(const atomic&) = delete;
  atomic& operator=(const atomic&) = delete;

  bool is_lock_free() const noexcept { return is_always_lock_free; }

  SNAG_ALWAYS_INLINE T load(std::memory_order order = std::memory_order_seq_cst) const { return access().load(order); }
  SNAG_ALWAYS_INLINE void store(T value, std::memory_order order = std::memory_order_seq_cst) {
    access().store(value, order);
  }
  SNAG_ALWAYS_INLINE T exchange(T value, std::memory_order order = std::memory_order_seq_cst) {
    return access().modify(order, [&](T) { return value; });
  }
  SNAG_ALWAYS_INLINE bool compare_exchange_strong(T& expected, T desired, std::memory_order success,
                                                  std::memory_order failure) {
    return access().compare_exchange(expected, desired, success, failure, detail::Exchange::strong);
  }
  SNAG_ALWAYS_INLINE bool compare_exchange_strong(T& expected, T desired,
                                                  std::memory_order order = std::memory_order_seq_cst) {
    return access().compare_exchange(expected, desired, order, failure_order(order), detail::Exchange::strong);
  }
  SNAG_ALWAYS_INLINE bool compare_exchange_weak(T& expected, T desired, std::memory_order success,
                                                std::memory_order failure) {
    return access().compare_exchange(expected, desired, success, failure, detail::Exchange::weak);
  }
  SNAG_ALWAYS_INLINE bool compare_exchange_weak(T& expected, T desired,
                                                std::memory_order order = std::memory_order_seq_cst) {
    return access().compare_exchange(expected, desired, order, failure_order(order), detail::Exchange::weak);
  }
  SNAG_ALWAYS_INLINE operator T() const { return load(); }
  SNAG_ALWAYS_INLINE T operator=(T value) {
    store(value);
    return value;
  }

  /// Waits until the value is not `old` any more and it has been notified, or the first is so at once.
  SNAG_ALWAYS_INLINE void wait(T old, std::memory_order order = std::memory_order_seq_cst) const {
    access().wait(old, order);
  }
  SNAG_ALWAYS_INLINE void notify_one() { access().notify_one(); }
  SNAG_ALWAYS_INLINE void notify_all() { access().notify_all(); }

  SNAG_ALWAYS_INLINE T fetch_add(Difference operand,
                                 std::memory_order order = std::memory_order_seq_cst) requires(Access::has_sum) {
    return access().add(operand, order);
  }
  SNAG_ALWAYS_INLINE T fetch_sub(Difference operand,
                                 std::memory_order order = std::memory_order_seq_cst) requires(Access::has_sum) {
    return access().subtract(operand, order);
  }
  SNAG_ALWAYS_INLINE T fetch_and(T operand,
                                 std::memory_order order = std::memory_order_seq_cst) requires(Access::is_whole) {
    return access().modify(order, [&](T value) { return static_cast<T>(value & operand); });
  }
  SNAG_ALWAYS_INLINE T fetch_or(T operand,
                                std::memory_order order = std::memory_order_seq_cst) requires(Access::is_whole) {
    return access().modify(order, [&](T value) { return static_cast<T>(value | operand); });
  }
  SNAG_ALWAYS_INLINE T fetch_xor(T operand,
                                 std::memory_order order = std::memory_order_seq_cst) requires(Access::is_whole) {
    return access().modify(order, [&](T value) { return static_cast<T>(value ^ operand); });
  }
  SNAG_ALWAYS_INLINE T operator+=(Difference operand) requires(Access::has_sum) {
    return Access::sum(fetch_add(operand), operand);
  }
  SNAG_ALWAYS_INLINE T operator-=(Difference operand) requires(Access::has_sum) {
    return Access::difference(fetch_sub(operand), operand);
  }
  SNAG_ALWAYS_INLINE T operator&=(T operand) requires(Access::is_whole) {
    return static_cast<T>(fetch_and(operand) & operand);
  }
  SNAG_ALWAYS_INLINE T operator|=(T operand) requires(Access::is_whole) {
    return static_cast<T>(fetch_or(operand) | operand);
  }
  SNAG_ALWAYS_INLINE T operator^=(T operand) requires(Access::is_whole) {
    return static_cast<T>(fetch_xor(operand) ^ operand);
  }
  SNAG_ALWAYS_INLINE T operator++() requires(Access::is_countable) { return Access::sum(fetch_add(1), 1); }
  SNAG_ALWAYS_INLINE T operator--() requires(Access::is_countable) { return Access::difference(fetch_sub(1), 1); }
  SNAG_ALWAYS_INLINE T operator++(int) requires(Access::is_countable) { return fetch_add(1); }
  SNAG_ALWAYS_INLINE T operator--(int) requires(Access::is_countable) { return fetch_sub(1); }

  /// The name that reports show (see snag::name).
  void set_name(std::string_view text) { Execution::require("snag::name").set_name(handle_, text); }

 private:
  // A load or a wait of a constant one writes to nothing but its queue.
  SNAG_ALWAYS_INLINE Access access() const { return {const_cast<T&>(value_), handle_, waiters_}; }

  T value_;
  ObjectHandle handle_;
  mutable detail::WaitQueue waiters_;
};

using atomic_bool = atomic<bool>;
using atomic_char = atomic<char>;
using atomic_schar = atomic<signed char>;
using atomic_uchar = atomic<unsigned char>;
using atomic_short = atomic<short>;
using atomic_ushort = atomic<unsigned short>;
using atomic_int = atomic<int>;
using atomic_uint = atomic<unsigned>;
using atomic_long = atomic<long>;
using atomic_ulong = atomic<unsigned long>;
using atomic_llong = atomic<long long>;
using atomic_ullong = atomic<unsigned long long>;
using atomic_char8_t = atomic<char8_t>;
using atomic_char16_t = atomic<char16_t>;
using atomic_char32_t = atomic<char32_t>;
using atomic_wchar_t = atomic<wchar_t>;
using atomic_int8_t = atomic<std::int8_t>;
using atomic_uint8_t = atomic<std::uint8_t>;
using atomic_int16_t = atomic<std::int16_t>;
using atomic_uint16_t = atomic<std::uint16_t>;
using atomic_int32_t = atomic<std::int32_t>;
using atomic_uint32_t = atomic<std::uint32_t>;
using atomic_int64_t = atomic<std::int64_t>;
using atomic_uint64_t = atomic<std::uint64_t>;
using atomic_int_least8_t = atomic<std::int_least8_t>;
using atomic_uint_least8_t = atomic<std::uint_least8_t>;
using atomic_int_least16_t = atomic<std::int_least16_t>;
using atomic_uint_least16_t = atomic<std::uint_least16_t>;
using atomic_int_least32_t = atomic<std::int_least32_t>;
using atomic_uint_least32_t = atomic<std::uint_least32_t>;
using atomic_int_least64_t = atomic<std::int_least64_t>;
using atomic_uint_least64_t = atomic<std::uint_least64_t>;
using atomic_int_fast8_t = atomic<std::int_fast8_t>;
using atomic_uint_fast8_t = atomic<std::uint_fast8_t>;
using atomic_int_fast16_t = atomic<std::int_fast16_t>;
using atomic_uint_fast16_t = atomic<std::uint_fast16_t>;
using atomic_int_fast32_t = atomic<std::int_fast32_t>;
using atomic_uint_fast32_t = atomic<std::uint_fast32_t>;
using atomic_int_fast64_t = atomic<std::int_fast64_t>;
using atomic_uint_fast64_t = atomic<std::uint_fast64_t>;
using atomic_intptr_t = atomic<std::intptr_t>;
using atomic_uintptr_t = atomic<std::uintptr_t>;
using atomic_size_t = atomic<std::size_t>;
using atomic_ptrdiff_t = atomic<std::ptrdiff_t>;
using atomic_intmax_t = atomic<std::intmax_t>;
using atomic_uintmax_t = atomic<std::uintmax_t>;
using atomic_signed_lock_free = atomic<std::int64_t>;
using atomic_unsigned_lock_free = atomic<std::uint64_t>;

namespace detail {

// Objects and not functions: a call with a std::memory_order would find the standard's functions, too, and be ambiguous
// under `using namespace snag`.
struct ThreadFence {
  SNAG_ALWAYS_INLINE void operator()(std::memory_order order) const {
    Execution::require("snag::atomic_thread_fence")
        .perform({.operation = {.kind = OperationKind::fence, .order = to_memory_order(order)}}, [](Event&) {});
  }
};
struct SignalFence {
  void operator()(std::memory_order) const noexcept {}
};

}  // namespace detail

/// std::atomic_thread_fence. A scheduling point; its order counts for happens-before.
inline constexpr detail::ThreadFence atomic_thread_fence{};
/// std::atomic_signal_fence: does nothing. It orders a thread and its own signal handlers, and there are none here.
inline constexpr detail::SignalFence atomic_signal_fence{};

}  // namespace snag
