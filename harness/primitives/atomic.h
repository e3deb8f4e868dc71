// snag::atomic<T> and atomic_thread_fence: std::atomic under the controlled scheduler. Values are
// sequentially consistent whatever the order asked for; the orders count for happens-before, so a data race
// that a relaxed order leaves open is found, but a stale value is never read.
#pragma once

#include "harness/execution/execution.h"
#include "harness/primitives/value.h"

#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace snag {

using std::memory_order;
using std::memory_order_acq_rel;
using std::memory_order_acquire;
using std::memory_order_consume;
using std::memory_order_relaxed;
using std::memory_order_release;
using std::memory_order_seq_cst;

constexpr MemoryOrder to_memory_order(std::memory_order order) {
  switch (order) {
    case std::memory_order_relaxed: return MemoryOrder::relaxed;
    case std::memory_order_consume: return MemoryOrder::consume;
    case std::memory_order_acquire: return MemoryOrder::acquire;
    case std::memory_order_release: return MemoryOrder::release;
    case std::memory_order_acq_rel: return MemoryOrder::acq_rel;
    case std::memory_order_seq_cst: break;
  }
  return MemoryOrder::seq_cst;
}

/// The order of a failing compare_exchange when only one order was given, as the standard derives it.
constexpr std::memory_order failure_order(std::memory_order success) {
  if (success == std::memory_order_acq_rel) return std::memory_order_acquire;
  if (success == std::memory_order_release) return std::memory_order_relaxed;
  return success;
}

/// std::atomic<T>. T is trivially copyable, as for the standard's.
template <class T>
class atomic {
  static_assert(std::is_trivially_copyable_v<T>, "snag::atomic<T>, like std::atomic<T>, needs a trivially copyable T");
  static constexpr bool is_number = (std::integral<T> && !std::same_as<T, bool>) || std::floating_point<T>;
  static constexpr bool is_whole = std::integral<T> && !std::same_as<T, bool>;
  using Difference = std::conditional_t<std::is_pointer_v<T>, std::ptrdiff_t, T>;

 public:
  using value_type = T;
  using difference_type = Difference;
  static constexpr bool is_always_lock_free = sizeof(T) <= 8;

  explicit(false) atomic(T initial = T{})
      : value_(initial),
        handle_(Execution::require("snag::atomic").create_object(ObjectKind::atomic, value_kind<T>())) {}
  atomic(const atomic&) = delete;
  atomic& operator=(const atomic&) = delete;

  bool is_lock_free() const noexcept { return is_always_lock_free; }

  SNAG_ALWAYS_INLINE T load(std::memory_order order = std::memory_order_seq_cst) const {
    T result = value_;
    perform(OperationKind::load, order, [&](Event& event) {
      result = value_;
      event.before = event.after = digest_of(value_);
    });
    return result;
  }
  SNAG_ALWAYS_INLINE void store(T value, std::memory_order order = std::memory_order_seq_cst) {
    perform(OperationKind::store, order, [&](Event& event) { replace(event, value); });
  }
  SNAG_ALWAYS_INLINE T exchange(T value, std::memory_order order = std::memory_order_seq_cst) {
    return modify(order, [&](T) { return value; });
  }
  SNAG_ALWAYS_INLINE bool compare_exchange_strong(T& expected, T desired, std::memory_order success,
                                                  std::memory_order failure) {
    return compare_exchange(expected, desired, success, failure, false);
  }
  SNAG_ALWAYS_INLINE bool compare_exchange_strong(T& expected, T desired,
                                                  std::memory_order order = std::memory_order_seq_cst) {
    return compare_exchange(expected, desired, order, failure_order(order), false);
  }
  SNAG_ALWAYS_INLINE bool compare_exchange_weak(T& expected, T desired, std::memory_order success,
                                                std::memory_order failure) {
    return compare_exchange(expected, desired, success, failure, true);
  }
  SNAG_ALWAYS_INLINE bool compare_exchange_weak(T& expected, T desired,
                                                std::memory_order order = std::memory_order_seq_cst) {
    return compare_exchange(expected, desired, order, failure_order(order), true);
  }
  SNAG_ALWAYS_INLINE operator T() const { return load(); }
  SNAG_ALWAYS_INLINE T operator=(T value) {
    store(value);
    return value;
  }

  SNAG_ALWAYS_INLINE T fetch_add(Difference operand,
                                 std::memory_order order = std::memory_order_seq_cst) requires(is_number ||
                                                                                               std::is_pointer_v<T>) {
    return modify(order, [&](T value) { return sum(value, operand); });
  }
  SNAG_ALWAYS_INLINE T fetch_sub(Difference operand,
                                 std::memory_order order = std::memory_order_seq_cst) requires(is_number ||
                                                                                               std::is_pointer_v<T>) {
    return modify(order, [&](T value) { return difference(value, operand); });
  }
  SNAG_ALWAYS_INLINE T fetch_and(T operand, std::memory_order order = std::memory_order_seq_cst) requires is_whole {
    return modify(order, [&](T value) { return static_cast<T>(value & operand); });
  }
  SNAG_ALWAYS_INLINE T fetch_or(T operand, std::memory_order order = std::memory_order_seq_cst) requires is_whole {
    return modify(order, [&](T value) { return static_cast<T>(value | operand); });
  }
  SNAG_ALWAYS_INLINE T fetch_xor(T operand, std::memory_order order = std::memory_order_seq_cst) requires is_whole {
    return modify(order, [&](T value) { return static_cast<T>(value ^ operand); });
  }
  SNAG_ALWAYS_INLINE T operator+=(Difference operand) requires(is_number || std::is_pointer_v<T>) {
    return sum(fetch_add(operand), operand);
  }
  SNAG_ALWAYS_INLINE T operator-=(Difference operand) requires(is_number || std::is_pointer_v<T>) {
    return difference(fetch_sub(operand), operand);
  }
  SNAG_ALWAYS_INLINE T operator&=(T operand) requires is_whole { return static_cast<T>(fetch_and(operand) & operand); }
  SNAG_ALWAYS_INLINE T operator|=(T operand) requires is_whole { return static_cast<T>(fetch_or(operand) | operand); }
  SNAG_ALWAYS_INLINE T operator^=(T operand) requires is_whole { return static_cast<T>(fetch_xor(operand) ^ operand); }
  SNAG_ALWAYS_INLINE T operator++() requires(is_whole || std::is_pointer_v<T>) { return sum(fetch_add(1), 1); }
  SNAG_ALWAYS_INLINE T operator--() requires(is_whole || std::is_pointer_v<T>) { return difference(fetch_sub(1), 1); }
  SNAG_ALWAYS_INLINE T operator++(int) requires(is_whole || std::is_pointer_v<T>) { return fetch_add(1); }
  SNAG_ALWAYS_INLINE T operator--(int) requires(is_whole || std::is_pointer_v<T>) { return fetch_sub(1); }

  /// The name that reports show (see snag::name).
  void set_name(std::string_view text) { Execution::require("snag::name").set_name(handle_, text); }

 private:
  template <class Effect>
  SNAG_ALWAYS_INLINE void perform(OperationKind kind, std::memory_order order, Effect effect) const {
    Execution::require("snag::atomic", handle_)
        .perform({.operation = {.kind = kind, .order = to_memory_order(order), .object = handle_.index}}, effect);
  }
  template <class Change>
  SNAG_ALWAYS_INLINE T modify(std::memory_order order, Change change) {
    T before = value_;
    perform(OperationKind::read_modify_write, order, [&](Event& event) {
      before = value_;
      replace(event, change(value_));
    });
    return before;
  }
  SNAG_ALWAYS_INLINE bool compare_exchange(T& expected, T desired, std::memory_order success, std::memory_order failure,
                                           bool weak) {
    Execution& execution = Execution::require("snag::atomic", handle_);
    const Operation operation{.kind = OperationKind::compare_exchange,
                              .order = to_memory_order(success),
                              .order_failure = to_memory_order(failure),
                              .object = handle_.index};
    bool exchanged = false;
    execution.perform({.operation = operation}, [&](Event& event) {
      exchanged = same(value_, expected) && !(weak && execution.choose_spurious(operation));
      event.success = exchanged;
      event.before = event.after = digest_of(value_);
      if (exchanged)
        replace(event, desired);
      else
        expected = value_;
    });
    return exchanged;
  }
  void replace(Event& event, T value) {
    event.before = digest_of(value_);
    event.after = digest_of(value);
    value_ = value;
  }
  // Integers wrap around, signed ones too, as the standard has it for atomics.
  static T sum(T value, Difference operand) {
    if constexpr (is_whole)
      return static_cast<T>(static_cast<std::uintmax_t>(value) + static_cast<std::uintmax_t>(operand));
    else
      return value + operand;
  }
  static T difference(T value, Difference operand) {
    if constexpr (is_whole)
      return static_cast<T>(static_cast<std::uintmax_t>(value) - static_cast<std::uintmax_t>(operand));
    else
      return value - operand;
  }
  // The standard compares value representations: a NaN equals itself, and the zeros differ. == does for all others that
  // have it. (Padding of structures counts, as it does with GCC 12's std::atomic.)
  static bool same(const T& one, const T& other) {
    if constexpr (std::is_scalar_v<T> && !std::floating_point<T>)
      return one == other;
    else if constexpr (std::same_as<T, long double>)
      return one == other || (one != one && other != other);
    else
      return __builtin_memcmp(&one, &other, sizeof(T)) == 0;
  }

  T value_;
  ObjectHandle handle_;
};

using atomic_bool = atomic<bool>;
using atomic_char = atomic<char>;
using atomic_int = atomic<int>;
using atomic_uint = atomic<unsigned>;
using atomic_long = atomic<long>;
using atomic_ulong = atomic<unsigned long>;
using atomic_llong = atomic<long long>;
using atomic_ullong = atomic<unsigned long long>;
using atomic_size_t = atomic<std::size_t>;
using atomic_ptrdiff_t = atomic<std::ptrdiff_t>;

/// std::atomic_thread_fence. A scheduling point; its order counts for happens-before.
SNAG_ALWAYS_INLINE void atomic_thread_fence(std::memory_order order) {
  Execution::require("snag::atomic_thread_fence")
      .perform({.operation = {.kind = OperationKind::fence, .order = to_memory_order(order)}}, [](Event&) {});
}

}  // namespace snag
