// Plain accesses. The compiler calls these just before the program reads or writes. Each is an operation on the bytes
// from that address on, in pieces of at most eight bytes; accesses that overlap without beginning at the same byte are
// different variables here. Outside an execution, and where accesses are no scheduling points, nothing is done.
#include "harness/instrument/heap.h"
#include "harness/instrument/memory.h"
#include "harness/instrument/runtime.h"

namespace snag::instrument {

namespace {

// It may be freed before the thread is about to touch it, and when others have run before it goes on.
SNAG_ALWAYS_INLINE void look_for_freed(Execution& execution, const void* address, Touched how, const void* place) {
  if (heap().is_freed(address)) [[unlikely]]
    touch_freed_block(execution, address, how, place);
}

[[gnu::noinline]] void read(const void* address, std::size_t size, const void* place) {
  const Inside inside;
  Execution& execution = inside.execution;
  look_for_freed(execution, address, Touched::read, place);
  if (points == Points::sync) return;
  const Value variable = objects().value(execution, address, Use::variable, ValueKind::signed_integer);
  execution.perform({.operation = {.kind = OperationKind::read, .object = variable.index, .place = place}},
                    [&](Event& event) {
                      event.before = event.after = value_at(address, size);
                      tell_kind(execution, event);
                    });
  look_for_freed(execution, address, Touched::read, place);
}

[[gnu::noinline]] void write(const void* address, std::size_t size, const void* place) {
  const Inside inside;
  Execution& execution = inside.execution;
  look_for_freed(execution, address, Touched::written, place);
  if (points == Points::sync) return;
  const Value variable = objects().value(execution, address, Use::variable, ValueKind::signed_integer);
  const Operation operation{.kind = OperationKind::write, .object = variable.index, .place = place};
  if (!execution.publish_next({.operation = operation})) return;
  look_for_freed(execution, address, Touched::written, place);
  write_under_way = {operation, address, size, variable.holds_leftovers ? 0 : value_at(address, size)};
}

using Touch = void (*)(const void* address, std::size_t size, const void* place);

// Cut where eight bytes begin, so that two ranges over the same bytes meet.
void touch_range(Touch touch, const void* address, std::size_t size, const void* place) {
  auto begin = reinterpret_cast<std::uintptr_t>(address);
  const std::uintptr_t end = begin + size;
  while (begin < end) {
    std::size_t piece = 8;
    while (begin % piece != 0 || begin + piece > end) piece /= 2;
    touch(reinterpret_cast<const void*>(begin), piece, place);
    begin += piece;
  }
}

SNAG_ALWAYS_INLINE bool watched(const void* address) {
  return in_program && (points != Points::sync || heap().is_freed(address));
}
// Of a range it is enough to look at the two ends.
SNAG_ALWAYS_INLINE bool watched(const void* address, std::size_t size) {
  return size > 0 && (watched(address) || watched(static_cast<const char*>(address) + size - 1));
}

}  // namespace

}  // namespace snag::instrument

// Of one, two, four and eight bytes, aligned: one access. Others may be several.
#define SNAG_ACCESS(name, touch, size)                   \
  extern "C" void name(void* address) {                  \
    using namespace snag::instrument;                    \
    if (watched(address)) [[unlikely]]                   \
      touch(address, size, __builtin_return_address(0)); \
  }
#define SNAG_PIECES(name, touch, size)                                 \
  extern "C" void name(void* address) {                                \
    using namespace snag::instrument;                                  \
    if (watched(address, size)) [[unlikely]]                           \
      touch_range(&touch, address, size, __builtin_return_address(0)); \
  }
#define SNAG_ACCESSES(prefix, touch)        \
  SNAG_ACCESS(__tsan_##prefix##1, touch, 1) \
  SNAG_ACCESS(__tsan_##prefix##2, touch, 2) \
  SNAG_ACCESS(__tsan_##prefix##4, touch, 4) \
  SNAG_ACCESS(__tsan_##prefix##8, touch, 8) \
  SNAG_PIECES(__tsan_##prefix##16, touch, 16)
#define SNAG_UNALIGNED(prefix, touch)       \
  SNAG_PIECES(__tsan_##prefix##2, touch, 2) \
  SNAG_PIECES(__tsan_##prefix##4, touch, 4) \
  SNAG_PIECES(__tsan_##prefix##8, touch, 8) \
  SNAG_PIECES(__tsan_##prefix##16, touch, 16)

SNAG_ACCESSES(read, read)
SNAG_ACCESSES(write, write)
SNAG_ACCESSES(volatile_read, read)
SNAG_ACCESSES(volatile_write, write)
SNAG_UNALIGNED(unaligned_read, read)
SNAG_UNALIGNED(unaligned_write, write)
SNAG_UNALIGNED(unaligned_volatile_read, read)
SNAG_UNALIGNED(unaligned_volatile_write, write)

extern "C" {

void __tsan_read_range(void* address, unsigned long size) {
  using namespace snag::instrument;
  if (watched(address, size)) touch_range(&read, address, size, __builtin_return_address(0));
}

void __tsan_write_range(void* address, unsigned long size) {
  using namespace snag::instrument;
  if (watched(address, size)) touch_range(&write, address, size, __builtin_return_address(0));
}

void __tsan_vptr_read(void** address) {
  using namespace snag::instrument;
  if (watched(address)) read(address, sizeof(void*), __builtin_return_address(0));
}

// Destructors write the pointer that is there already: no change, and no race with a virtual call.
void __tsan_vptr_update(void** address, void* value) {
  using namespace snag::instrument;
  if (watched(address) && *address != value) write(address, sizeof(void*), __builtin_return_address(0));
}

// Reports unwind the stack, and need no account of calls. But a local variable that was written last is about to go.
void __tsan_init() {}
void __tsan_func_entry(void*) {}
void __tsan_func_exit() {
  using namespace snag::instrument;
  if (in_program && write_under_way.address != nullptr) Inside::complete();
}
}
