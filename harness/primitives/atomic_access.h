// What atomic, atomic_ref and atomic_flag do to a value: each operation is one event. Values are sequentially
// consistent whatever the order asked for; the orders count for happens-before, so a data race that a relaxed order
// leaves open is found, but a stale value is never read. A wait goes on only when it is notified: a waiter whom nobody
// notifies stays where it is, though the value has changed.
#pragma once

#include "harness/execution/execution.h"
#include "harness/execution/wait_queue.h"
#include "harness/primitives/value.h"

#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
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

namespace detail {

/// Records the end of an atomic while threads wait on it. Its caller is the place.
[[gnu::noinline]] inline void destroy_waited_for(const ObjectHandle& handle, const WaitQueue& waiters) {
  Execution* const execution = Execution::current();
  if (execution == nullptr || handle.serial != execution->serial()) return;
  execution->destroy_object(handle, true, waiters.size(*execution), __builtin_return_address(0));
}

/// Whether a compare_exchange may fail for no reason.
enum class Exchange : std::uint8_t { strong, weak };

/// One atomic value, wherever it lies.
template <class T>
struct AtomicAccess {
  static constexpr bool is_whole = std::integral<T> && !std::same_as<T, bool>;
  static constexpr bool is_number = is_whole || std::floating_point<T>;
  static constexpr bool is_countable = is_whole || std::is_pointer_v<T>;
  static constexpr bool has_sum = is_number || std::is_pointer_v<T>;
  static constexpr bool is_lock_free = sizeof(T) <= 8;
  using Difference = std::conditional_t<std::is_pointer_v<T>, std::ptrdiff_t, T>;

  T& value;
  const ObjectHandle& handle;
  WaitQueue& waiters;

  SNAG_ALWAYS_INLINE T load(std::memory_order order) const {
    T result = value;
    perform(OperationKind::load, order, [&](Event& event) {
      result = value;
      event.before = event.after = digest_of(value);
    });
    return result;
  }
  SNAG_ALWAYS_INLINE void store(T desired, std::memory_order order) const {
    perform(OperationKind::store, order, [&](Event& event) { replace(event, desired); });
  }
  /// The value becomes change(value); returns the old one.
  template <class Change>
  SNAG_ALWAYS_INLINE T modify(std::memory_order order, Change change) const {
    T before = value;
    perform(OperationKind::read_modify_write, order, [&](Event& event) {
      before = value;
      replace(event, change(value));
    });
    return before;
  }
  SNAG_ALWAYS_INLINE bool compare_exchange(T& expected, T desired, std::memory_order success, std::memory_order failure,
                                           Exchange exchange) const {
    Execution& execution = Execution::require("snag::atomic", handle);
    const Operation operation{.kind = OperationKind::compare_exchange,
                              .order = to_memory_order(success),
                              .order_failure = to_memory_order(failure),
                              .object = handle.index};
    bool exchanged = false;
    execution.perform({.operation = operation}, [&](Event& event) {
      exchanged = same(value, expected) && !(exchange == Exchange::weak && execution.choose_spurious(operation));
      event.success = exchanged;
      event.before = event.after = digest_of(value);
      if (exchanged)
        replace(event, desired);
      else
        expected = value;
    });
    return exchanged;
  }
  SNAG_ALWAYS_INLINE T add(Difference operand, std::memory_order order) const {
    return modify(order, [&](T old) { return sum(old, operand); });
  }
  SNAG_ALWAYS_INLINE T subtract(Difference operand, std::memory_order order) const {
    return modify(order, [&](T old) { return difference(old, operand); });
  }

  SNAG_ALWAYS_INLINE void wait(T old, std::memory_order order) const {
    Execution& execution = Execution::require("snag::atomic::wait", handle);
    const Operation operation{.kind = OperationKind::atomic_wait,
                              .order = to_memory_order(order),
                              .object = handle.index,
                              .argument = digest_of(old)};
    for (bool changed = false; !changed;) {
      Waiter self(execution.running());
      bool spurious = false;
      const bool done = execution.perform({.operation = operation}, [&](Event& event) {
        changed = !same(value, old);
        event.success = changed;
        event.before = event.after = digest_of(value);
        if (changed) return;
        spurious = execution.choose_spurious(operation);
        waiters.add(self);
      });
      if (!done) return;
      if (changed) return;
      execution.perform({.operation = {.kind = OperationKind::atomic_resume, .object = handle.index},
                         .guard = &is_notified,
                         .subject = &self,
                         .deadline = spurious ? 0 : never},
                        [&](Event& event) {
                          event.success = self.notified;
                          if (!self.notified) waiters.remove(self);
                        });
    }
  }
  SNAG_ALWAYS_INLINE void notify_one() const {
    Execution& execution = Execution::require("snag::atomic::notify_one", handle);
    const Operation operation{.kind = OperationKind::notify_one, .object = handle.index};
    execution.perform({.operation = operation}, [&](Event& event) {
      event.before = waiters.size(execution);
      event.operation.target = waiters.notify_one(execution, operation);
    });
  }
  SNAG_ALWAYS_INLINE void notify_all() const {
    Execution& execution = Execution::require("snag::atomic::notify_all", handle);
    execution.perform({.operation = {.kind = OperationKind::notify_all, .object = handle.index}}, [&](Event& event) {
      event.before = waiters.size(execution);
      waiters.notify_all();
    });
  }

  // Integers wrap around, signed ones too, as the standard has it for atomics.
  static T sum(T left, Difference operand) {
    if constexpr (is_whole)
      return static_cast<T>(static_cast<std::uintmax_t>(left) + static_cast<std::uintmax_t>(operand));
    else
      return left + operand;
  }
  static T difference(T left, Difference operand) {
    if constexpr (is_whole)
      return static_cast<T>(static_cast<std::uintmax_t>(left) - static_cast<std::uintmax_t>(operand));
    else
      return left - operand;
  }

 private:
  template <class Effect>
  SNAG_ALWAYS_INLINE void perform(OperationKind kind, std::memory_order order, Effect effect) const {
    Execution::require("snag::atomic", handle)
        .perform({.operation = {.kind = kind, .order = to_memory_order(order), .object = handle.index}}, effect);
  }
  void replace(Event& event, T desired) const {
    event.before = digest_of(value);
    event.after = digest_of(desired);
    value = desired;
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
};

}  // namespace detail
}  // namespace snag
