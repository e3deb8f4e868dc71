// Atomics and fences. The compiler calls these in place of the operation, so each carries it out: in a controlled
// execution as its effect, elsewhere with the processor's own instructions.
#include "harness/instrument/futex.h"
#include "harness/instrument/heap.h"
#include "harness/instrument/memory.h"
#include "harness/instrument/runtime.h"

#include <cstring>

namespace snag::instrument {

namespace {

__extension__ using Wide = unsigned __int128;

MemoryOrder order_of(int order) { return static_cast<MemoryOrder>(order & 0x7); }  // the rest is for lock elision

template <class T>
std::uint64_t digest_of(T value) {
  if constexpr (sizeof(T) <= 8) {
    return value_at(&value, sizeof value);
  } else {
    return static_cast<std::uint64_t>(value) ^ static_cast<std::uint64_t>(value >> 64) * 0x9E3779B97F4A7C15U;
  }
}

template <class T>
constexpr ValueKind kind_of = sizeof(T) <= 8 ? ValueKind::signed_integer : ValueKind::opaque;

/// The value becomes change(value), with the processor's means; returns the old one.
template <class T, class Change>
[[gnu::target("cx16")]] T modify_really(volatile T* at, Change change) {
  T old = *at;
  for (;;) {
    const T seen = __sync_val_compare_and_swap(at, old, change(old));
    if (seen == old) return old;
    old = seen;
  }
}

/// Publishes an operation on the atomic; effect(event) when it goes on. An abandoned thread does it unseen: what its
/// destructors count must still be right.
template <class T, class Effect>
SNAG_ALWAYS_INLINE void perform(Operation operation, volatile T* at, const void* place, Effect effect) {
  const Inside inside;
  operation.object = objects().value(inside.execution, const_cast<T*>(at), Use::atomic, kind_of<T>).index;
  operation.place = place;
  const auto told = [&](Event& event) {
    effect(event);
    if constexpr (sizeof(T) == 8) tell_kind(inside.execution, event);
  };
  if (!inside.execution.perform({.operation = operation}, told)) {
    Event unseen;
    effect(unseen);
    return;
  }
  // It may have been freed after the operation was published.
  if (heap().is_freed(const_cast<T*>(at))) [[unlikely]]
    touch_freed_block(inside.execution, const_cast<T*>(at), Touched::written, place);
}

template <class T>
T load(const volatile T* from, int order, const void* place) {
  auto* const at = const_cast<volatile T*>(from);
  if (!in_program) {
    if constexpr (sizeof(T) <= 8) return __atomic_load_n(at, __ATOMIC_SEQ_CST);
    return modify_really(at, [](T old) { return old; });
  }
  if (spin.repeats(from)) return *at;
  T value = 0;
  perform({.kind = OperationKind::load, .order = order_of(order)}, at, place, [&](Event& event) {
    value = *at;
    event.before = event.after = digest_of(value);
  });
  return value;
}

template <class T, class Change>
T modify(OperationKind kind, volatile T* at, int order, const void* place, Change change) {
  if (!in_program) return modify_really(at, change);
  spin.follow(at);
  T old = 0;
  perform({.kind = kind, .order = order_of(order)}, at, place, [&](Event& event) {
    old = *at;
    *at = change(old);
    event.before = digest_of(old);
    event.after = digest_of<T>(*at);
  });
  return old;
}

enum class Exchange : std::uint8_t { strong, weak };

/// The value found; the desired one is there now if it is the expected one, unless a weak exchange fails for no reason.
template <class T>
[[gnu::target("cx16")]] bool compare_exchange(volatile T* at, T* expected, T desired, int success, int failure,
                                              Exchange exchange, const void* place) {
  const T wanted = *expected;
  if (!in_program) {
    *expected = __sync_val_compare_and_swap(at, wanted, desired);
    return *expected == wanted;
  }
  bool exchanged = false;
  const Operation operation{
      .kind = OperationKind::compare_exchange, .order = order_of(success), .order_failure = order_of(failure)};
  perform(operation, at, place, [&](Event& event) {
    const T found = *at;
    exchanged = found == wanted;
    if (exchanged && exchange == Exchange::weak && Execution::current()->choose_spurious(event.operation))
      exchanged = false;
    if (exchanged)
      *at = desired;
    else
      *expected = found;
    event.success = exchanged;
    event.before = digest_of(found);
    event.after = digest_of<T>(*at);
  });
  return exchanged;
}

}  // namespace

}  // namespace snag::instrument

// libatomic's functions of these sizes, which Clang calls for 16 bytes: they have the same parameters.
#define SNAG_LIBATOMIC(bytes, operation, target, result, ...)                                            \
  extern result snag_libatomic_##operation##_##bytes(__VA_ARGS__) asm("__atomic_" #operation "_" #bytes) \
      __attribute__((alias("__tsan_atomic" target)));
#define SNAG_LIBATOMIC_MODIFY(bits, bytes, type, operation) \
  SNAG_LIBATOMIC(bytes, operation, #bits "_" #operation, type, volatile type*, type, int)
#define SNAG_LIBATOMICS(bits, bytes, type)                                                                         \
  SNAG_LIBATOMIC(bytes, load, #bits "_load", type, const volatile type*, int)                                      \
  SNAG_LIBATOMIC(bytes, store, #bits "_store", void, volatile type*, type, int)                                    \
  SNAG_LIBATOMIC(bytes, compare_exchange, #bits "_compare_exchange_strong", int, volatile type*, type*, type, int, \
                 int)                                                                                              \
  SNAG_LIBATOMIC_MODIFY(bits, bytes, type, exchange)                                                               \
  SNAG_LIBATOMIC_MODIFY(bits, bytes, type, fetch_add)                                                              \
  SNAG_LIBATOMIC_MODIFY(bits, bytes, type, fetch_sub)                                                              \
  SNAG_LIBATOMIC_MODIFY(bits, bytes, type, fetch_and)                                                              \
  SNAG_LIBATOMIC_MODIFY(bits, bytes, type, fetch_or)                                                               \
  SNAG_LIBATOMIC_MODIFY(bits, bytes, type, fetch_xor)                                                              \
  SNAG_LIBATOMIC_MODIFY(bits, bytes, type, fetch_nand)

#define SNAG_PLACE __builtin_return_address(0)
#define SNAG_MODIFY(bits, type, operation, result)                                     \
  type __tsan_atomic##bits##_##operation(volatile type* at, type operand, int order) { \
    return modify(OperationKind::read_modify_write, at, order, SNAG_PLACE,             \
                  [operand](type old) { return static_cast<type>(result); });          \
  }
#define SNAG_ATOMICS(bits, type)                                                                                  \
  type __tsan_atomic##bits##_load(const volatile type* at, int order) { return load(at, order, SNAG_PLACE); }     \
  void __tsan_atomic##bits##_store(volatile type* at, type value, int order) {                                    \
    modify(OperationKind::store, at, order, SNAG_PLACE, [value](type) { return value; });                         \
  }                                                                                                               \
  SNAG_MODIFY(bits, type, exchange, (static_cast<void>(old), operand))                                            \
  SNAG_MODIFY(bits, type, fetch_add, old + operand)                                                               \
  SNAG_MODIFY(bits, type, fetch_sub, old - operand)                                                               \
  SNAG_MODIFY(bits, type, fetch_and, old& operand)                                                                \
  SNAG_MODIFY(bits, type, fetch_or, old | operand)                                                                \
  SNAG_MODIFY(bits, type, fetch_xor, old ^ operand)                                                               \
  SNAG_MODIFY(bits, type, fetch_nand, ~(old & operand))                                                           \
  int __tsan_atomic##bits##_compare_exchange_strong(volatile type* at, type* expected, type desired, int success, \
                                                    int failure) {                                                \
    return compare_exchange(at, expected, desired, success, failure, Exchange::strong, SNAG_PLACE) ? 1 : 0;       \
  }                                                                                                               \
  int __tsan_atomic##bits##_compare_exchange_weak(volatile type* at, type* expected, type desired, int success,   \
                                                  int failure) {                                                  \
    return compare_exchange(at, expected, desired, success, failure, Exchange::weak, SNAG_PLACE) ? 1 : 0;         \
  }                                                                                                               \
  type __tsan_atomic##bits##_compare_exchange_val(volatile type* at, type expected, type desired, int success,    \
                                                  int failure) {                                                  \
    compare_exchange(at, &expected, desired, success, failure, Exchange::strong, SNAG_PLACE);                     \
    return expected;                                                                                              \
  }

using namespace snag;
using namespace snag::instrument;

extern "C" {

SNAG_ATOMICS(8, std::uint8_t)
SNAG_ATOMICS(16, std::uint16_t)
SNAG_ATOMICS(32, std::uint32_t)
SNAG_ATOMICS(64, std::uint64_t)
SNAG_ATOMICS(128, Wide)
SNAG_LIBATOMICS(8, 1, std::uint8_t)
SNAG_LIBATOMICS(16, 2, std::uint16_t)
SNAG_LIBATOMICS(32, 4, std::uint32_t)
SNAG_LIBATOMICS(64, 8, std::uint64_t)
SNAG_LIBATOMICS(128, 16, Wide)

void __tsan_atomic_thread_fence(int order) {
  if (!in_program) return __atomic_thread_fence(__ATOMIC_SEQ_CST);
  const Inside inside;
  inside.execution.perform({.operation = {.kind = OperationKind::fence, .order = order_of(order), .place = SNAG_PLACE}},
                           [](Event&) {});
}

// Between a thread and its own signal handlers, which are not controlled.
void __tsan_atomic_signal_fence(int) { __atomic_signal_fence(__ATOMIC_SEQ_CST); }
}
