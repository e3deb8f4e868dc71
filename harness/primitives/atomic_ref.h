// snag::atomic_ref<T>: std::atomic_ref under the controlled scheduler. All that refer to one address within an execution
// share one object, and one queue of waiters. It is created by the thread that first refers to the address, so its
// identity may depend on the schedule: give it a name, or make the first one before the threads start.
#pragma once

#include "harness/primitives/atomic_access.h"

#include <atomic>
#include <cstddef>
#include <string_view>
#include <type_traits>

namespace snag {

/// std::atomic_ref<T>. While there is one, the value is used through such only.
template <class T>
class atomic_ref {
  static_assert(std::is_trivially_copyable_v<T>,
                "snag::atomic_ref<T>, like the standard's, needs a trivially copyable T");
  using Access = detail::AtomicAccess<T>;
  using Difference = typename Access::Difference;

 public:
  using value_type = T;
  using difference_type = Difference;
  static constexpr bool is_always_lock_free = Access::is_lock_free;
  static constexpr std::size_t required_alignment = alignof(T);

  explicit atomic_ref(T& value)
      : atomic_ref(value,
                   Execution::require("snag::atomic_ref").object_at(&value, ObjectKind::atomic, value_kind<T>())) {}
  atomic_ref(const atomic_ref&) noexcept = default;
  atomic_ref& operator=(const atomic_ref&) = delete;

  bool is_lock_free() const noexcept { return is_always_lock_free; }

  SNAG_ALWAYS_INLINE T load(std::memory_order order = std::memory_order_seq_cst) const { return access().load(order); }
  SNAG_ALWAYS_INLINE void store(T value, std::memory_order order = std::memory_order_seq_cst) const {
    access().store(value, order);
  }
  SNAG_ALWAYS_INLINE T exchange(T value, std::memory_order order = std::memory_order_seq_cst) const {
    return access().modify(order, [&](T) { return value; });
  }
  SNAG_ALWAYS_INLINE bool compare_exchange_strong(T& expected, T desired, std::memory_order success,
                                                  std::memory_order failure) const {
    return access().compare_exchange(expected, desired, success, failure, detail::Exchange::strong);
  }
  SNAG_ALWAYS_INLINE bool compare_exchange_strong(T& expected, T desired,
                                                  std::memory_order order = std::memory_order_seq_cst) const {
    return access().compare_exchange(expected, desired, order, failure_order(order), detail::Exchange::strong);
  }
  SNAG_ALWAYS_INLINE bool compare_exchange_weak(T& expected, T desired, std::memory_order success,
                                                std::memory_order failure) const {
    return access().compare_exchange(expected, desired, success, failure, detail::Exchange::weak);
  }
  SNAG_ALWAYS_INLINE bool compare_exchange_weak(T& expected, T desired,
                                                std::memory_order order = std::memory_order_seq_cst) const {
    return access().compare_exchange(expected, desired, order, failure_order(order), detail::Exchange::weak);
  }
  SNAG_ALWAYS_INLINE operator T() const { return load(); }
  SNAG_ALWAYS_INLINE T operator=(T value) const {
    store(value);
    return value;
  }

  /// Waits until the value is not `old` any more and it has been notified, or the first is so at once.
  SNAG_ALWAYS_INLINE void wait(T old, std::memory_order order = std::memory_order_seq_cst) const {
    access().wait(old, order);
  }
  SNAG_ALWAYS_INLINE void notify_one() const { access().notify_one(); }
  SNAG_ALWAYS_INLINE void notify_all() const { access().notify_all(); }

  SNAG_ALWAYS_INLINE T fetch_add(Difference operand, std::memory_order order = std::memory_order_seq_cst) const
      requires(Access::has_sum) {
    return access().add(operand, order);
  }
  SNAG_ALWAYS_INLINE T fetch_sub(Difference operand, std::memory_order order = std::memory_order_seq_cst) const
      requires(Access::has_sum) {
    return access().subtract(operand, order);
  }
  SNAG_ALWAYS_INLINE T fetch_and(T operand, std::memory_order order = std::memory_order_seq_cst) const
      requires(Access::is_whole) {
    return access().modify(order, [&](T value) { return static_cast<T>(value & operand); });
  }
  SNAG_ALWAYS_INLINE T fetch_or(T operand, std::memory_order order = std::memory_order_seq_cst) const
      requires(Access::is_whole) {
    return access().modify(order, [&](T value) { return static_cast<T>(value | operand); });
  }
  SNAG_ALWAYS_INLINE T fetch_xor(T operand, std::memory_order order = std::memory_order_seq_cst) const
      requires(Access::is_whole) {
    return access().modify(order, [&](T value) { return static_cast<T>(value ^ operand); });
  }
  SNAG_ALWAYS_INLINE T operator+=(Difference operand) const requires(Access::has_sum) {
    return Access::sum(fetch_add(operand), operand);
  }
  SNAG_ALWAYS_INLINE T operator-=(Difference operand) const requires(Access::has_sum) {
    return Access::difference(fetch_sub(operand), operand);
  }
  SNAG_ALWAYS_INLINE T operator&=(T operand) const requires(Access::is_whole) {
    return static_cast<T>(fetch_and(operand) & operand);
  }
  SNAG_ALWAYS_INLINE T operator|=(T operand) const requires(Access::is_whole) {
    return static_cast<T>(fetch_or(operand) | operand);
  }
  SNAG_ALWAYS_INLINE T operator^=(T operand) const requires(Access::is_whole) {
    return static_cast<T>(fetch_xor(operand) ^ operand);
  }
  SNAG_ALWAYS_INLINE T operator++() const requires(Access::is_countable) { return Access::sum(fetch_add(1), 1); }
  SNAG_ALWAYS_INLINE T operator--() const requires(Access::is_countable) { return Access::difference(fetch_sub(1), 1); }
  SNAG_ALWAYS_INLINE T operator++(int) const requires(Access::is_countable) { return fetch_add(1); }
  SNAG_ALWAYS_INLINE T operator--(int) const requires(Access::is_countable) { return fetch_sub(1); }

  /// The name that reports show (see snag::name).
  void set_name(std::string_view text) const { Execution::require("snag::name").set_name(handle_, text); }

 private:
  atomic_ref(T& value, ObjectAtAddress& shared) : value_(&value), handle_(shared.handle), waiters_(&shared.waiters) {}
  SNAG_ALWAYS_INLINE Access access() const { return {*value_, handle_, *waiters_}; }

  T* value_;
  ObjectHandle handle_;
  detail::WaitQueue* waiters_;  // lives as long as the execution that the handle is of
};

}  // namespace snag
