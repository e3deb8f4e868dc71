// Plain accesses. The compiler calls these just before the program reads or writes. Each is an operation on the bytes
// from that address on, in pieces of at most eight bytes; accesses that overlap without beginning at the same byte are
// different variables here. Whether one is a scheduling point, an event or nothing depends on Points. Outside an
// execution nothing is done.
#include "harness/instrument/accesses.h"

#include "harness/instrument/heap.h"
#include "harness/instrument/memory.h"
#include "harness/instrument/plain_accesses.h"
#include "harness/instrument/runtime.h"
#include "harness/instrument/statics.h"

#include <algorithm>

namespace snag::instrument {

namespace {

// It may be freed before the thread is about to touch it, and when others have run before it goes on.
SNAG_ALWAYS_INLINE void look_for_freed(Execution& execution, const void* address, Touched how, const void* place) {
  if (heap().is_freed(address)) [[unlikely]]
    touch_freed_block(execution, address, how, place);
}

bool is_private(const Execution& execution, const void* address, Seen& seen) {
  const Fiber& fiber = execution.running().fiber;
  seen.last = execution.running().index;
  if (address < fiber.stack_begin() || address >= fiber.stack_end()) seen.by_others = true;
  return !seen.by_others;
}

// A variable that another thread has touched last is written when its block is freed, as a race would have it.
void end_variable(Execution& execution, const Variable& variable, Access access, const void* place) {
  const Operation operation{.kind = OperationKind::write, .object = variable.index, .place = place};
  const auto effect = [&](Event& event) { event.before = event.after = value_at(variable.address, 1); };
  if (access == Access::point)
    execution.perform({.operation = operation}, effect);
  else
    execution.note(operation, effect);
}

enum class Declared : std::uint8_t { plain, is_volatile };

// Whether it is a scheduling point by what and where it is, or since it is time for one.
template <Declared declared>
SNAG_ALWAYS_INLINE bool is_point(const Execution& execution, const void* place, Part part) {
  return declared == Declared::is_volatile || points == Points::all || plain_accesses().is_point(place) ||
         plain_accesses().is_due(execution, part);
}

SNAG_ALWAYS_INLINE Access access_at(bool is_point, std::uint32_t& seen) {
  return is_point ? Access::point : plain_accesses().look(seen);
}

template <Declared declared>
[[gnu::noinline]] void read(const void* address, std::size_t size, const void* place, Part part = Part::first) {
  const Inside inside;
  Execution& execution = inside.execution;
  look_for_freed(execution, address, Touched::read, place);
  if (points == Points::sync || ignored_regions > 0) return;
  const bool point = is_point<declared>(execution, place, part);
  if (!point && plain_accesses().has_enough()) return;
  const Value variable = objects().value(execution, address, Use::variable, ValueKind::signed_integer);
  const Operation operation{.kind = OperationKind::read, .object = variable.index, .place = place};
  is_private(execution, address, *variable.seen);
  const auto effect = [&](Event& event) {
    event.before = event.after = value_at(address, size);
    tell_kind(execution, event);
  };
  switch (access_at(point, variable.seen->read)) {
    case Access::point:
      execution.perform({.operation = operation}, effect);
      look_for_freed(execution, address, Touched::read, place);
      break;
    case Access::event:
      execution.note(operation, effect);
      plain_accesses().recorded(execution);
      break;
    case Access::nothing: break;
  }
}

// Of a write that is carried out at once when all its pieces have been told.
struct Piece {
  Part part = Part::first;
  bool is_last = true;
  const void* source = nullptr;  // of its bytes
};

template <Declared declared>
[[gnu::noinline]] void write(const void* address, std::size_t size, const void* place, const Piece& piece = {}) {
  const Inside inside;
  Execution& execution = inside.execution;
  look_for_freed(execution, address, Touched::written, place);
  if (points == Points::sync || ignored_regions > 0) return;
  const bool point = is_point<declared>(execution, place, piece.part);
  if (!point && plain_accesses().has_enough()) return;
  const Value variable = objects().value(execution, address, Use::variable, ValueKind::signed_integer);
  const Operation operation{.kind = OperationKind::write, .object = variable.index, .place = place};
  const bool unshared = is_private(execution, address, *variable.seen);
  const Access access = access_at(point, variable.seen->written);
  if (access == Access::nothing) return;
  if (access == Access::point) {
    if (!execution.publish_next({.operation = operation})) return;
    look_for_freed(execution, address, Touched::written, place);
  } else if (execution.narrator() != nullptr) {
    execution.narrator()->publish(execution.running().index);
  }
  const std::uint64_t before = variable.holds_leftovers ? 0 : value_at(address, size);
  write_under_way = {operation, address, size, before, access == Access::point, piece.is_last, piece.source, unshared};
}

}  // namespace

void end_variables(Execution& execution, const void* memory, std::size_t size, const void* place) {
  if (points == Points::sync || execution.abandoning()) return;
  Access access = points == Points::all || plain_accesses().is_point(place) ? Access::point : Access::event;
  for (const Variable& variable : objects().others_variables(execution, memory, size)) {
    end_variable(execution, variable, access, place);
    access = Access::event;  // others get in between once
  }
}

namespace {

bool lies_on_own_stack(const void* address) {
  const snag::Fiber& fiber = snag::Execution::current()->running().fiber;
  return address >= fiber.stack_begin() && address < fiber.stack_end();
}

// Whether what lies between the ends of a range would be told to nobody.
template <Declared declared>
bool is_idle(const void* place) {
  return declared == Declared::plain && points == Points::races && plain_accesses().has_enough() &&
         !plain_accesses().is_point(place);
}

// Cut where eight bytes begin, so that two ranges over the same bytes meet. Each piece: its address, its size, where it is
// in the range.
template <Declared declared, class Touch>
void cut(const void* address, std::size_t size, const void* place, Touch&& touch) {
  const auto begin = reinterpret_cast<std::uintptr_t>(address);
  for (std::size_t at = 0; at < size;) {
    std::size_t piece = 8;
    while ((begin + at) % piece != 0 || at + piece > size) piece /= 2;
    touch(reinterpret_cast<const void*>(begin + at), piece, at);
    at += piece;
    if (size - at > 16 && is_idle<declared>(place)) at = std::max(at, (begin + size - 8) / 8 * 8 - begin);
  }
}

template <Declared declared>
void read_range(const void* address, std::size_t size, const void* place) {
  cut<declared>(address, size, place, [&](const void* piece, std::size_t bytes, std::size_t at) {
    read<declared>(piece, bytes, place, at == 0 ? Part::first : Part::another);
  });
}

template <Declared declared>
void write_range(const void* address, std::size_t size, const void* place, const Written& written = {}) {
  const auto* const source = static_cast<const char*>(written.bytes);
  cut<declared>(address, size, place, [&](const void* piece, std::size_t bytes, std::size_t at) {
    const char* const from = source == nullptr ? nullptr : source + (written.repeated ? 0 : at);
    write<declared>(piece, bytes, place,
                    {.part = at == 0 ? Part::first : Part::another, .is_last = at + bytes == size, .source = from});
  });
}

SNAG_ALWAYS_INLINE bool watched(const void* address) {
  return in_program && accesses_ignored == 0 && (points != Points::sync || heap().is_freed(address));
}
// Of a range it is enough to look at the two ends.
SNAG_ALWAYS_INLINE bool watched(const void* address, std::size_t size) {
  return size > 0 && (watched(address) || watched(static_cast<const char*>(address) + size - 1));
}

}  // namespace

void will_read(const void* address, std::size_t size, const void* place) {
  if (watched(address, size)) read_range<Declared::plain>(address, size, place);
}

void will_write(const void* address, std::size_t size, const void* place, const Written& written) {
  if (watched(address, size)) write_range<Declared::plain>(address, size, place, written);
}

}  // namespace snag::instrument

// Of one, two, four and eight bytes, aligned: one access. Others may be several.
#define SNAG_ACCESS(name, touch, how, size)                             \
  extern "C" void name(void* address) {                                 \
    using namespace snag::instrument;                                   \
    if (watched(address)) [[unlikely]]                                  \
      touch<Declared::how>(address, size, __builtin_return_address(0)); \
  }
#define SNAG_PIECES(name, touch, how, size)                                     \
  extern "C" void name(void* address) {                                         \
    using namespace snag::instrument;                                           \
    if (watched(address, size)) [[unlikely]]                                    \
      touch##_range<Declared::how>(address, size, __builtin_return_address(0)); \
  }
#define SNAG_ACCESSES(prefix, touch, how)        \
  SNAG_ACCESS(__tsan_##prefix##1, touch, how, 1) \
  SNAG_ACCESS(__tsan_##prefix##2, touch, how, 2) \
  SNAG_ACCESS(__tsan_##prefix##4, touch, how, 4) \
  SNAG_ACCESS(__tsan_##prefix##8, touch, how, 8) \
  SNAG_PIECES(__tsan_##prefix##16, touch, how, 16)
#define SNAG_UNALIGNED(prefix, touch, how)       \
  SNAG_PIECES(__tsan_##prefix##2, touch, how, 2) \
  SNAG_PIECES(__tsan_##prefix##4, touch, how, 4) \
  SNAG_PIECES(__tsan_##prefix##8, touch, how, 8) \
  SNAG_PIECES(__tsan_##prefix##16, touch, how, 16)

SNAG_ACCESSES(read, read, plain)
SNAG_ACCESSES(write, write, plain)
SNAG_ACCESSES(volatile_read, read, is_volatile)
SNAG_ACCESSES(volatile_write, write, is_volatile)
SNAG_UNALIGNED(unaligned_read, read, plain)
SNAG_UNALIGNED(unaligned_write, write, plain)
SNAG_UNALIGNED(unaligned_volatile_read, read, is_volatile)
SNAG_UNALIGNED(unaligned_volatile_write, write, is_volatile)

extern "C" {

void __tsan_read_range(void* address, unsigned long size) {
  using namespace snag::instrument;
  if (watched(address, size)) read_range<Declared::plain>(address, size, __builtin_return_address(0));
}

void __tsan_write_range(void* address, unsigned long size) {
  using namespace snag::instrument;
  if (watched(address, size)) write_range<Declared::plain>(address, size, __builtin_return_address(0));
}

void snag_ignore_begin() {
  if (snag::instrument::in_program) ++snag::instrument::ignored_regions;
}
void snag_ignore_end() {
  if (snag::instrument::in_program) --snag::instrument::ignored_regions;
}

void __tsan_vptr_read(void** address) {
  using namespace snag::instrument;
  if (watched(address)) read<Declared::plain>(address, sizeof(void*), __builtin_return_address(0));
}

// Destructors write the pointer that is there already: no change, and no race with a virtual call. On a stack it may be
// there by chance, left by another execution.
void __tsan_vptr_update(void** address, void* value) {
  using namespace snag::instrument;
  if (watched(address) && (*address != value || lies_on_own_stack(address)))
    write<Declared::plain>(address, sizeof(void*), __builtin_return_address(0));
}

// Reports unwind the stack, and need no account of calls. But a local variable that was written last is about to go.
void __tsan_init() { snag::instrument::statics().note_object(); }
void __tsan_func_entry(void*) {}
void __tsan_func_exit() {
  using namespace snag::instrument;
  if (in_program && write_under_way.address != nullptr) Inside::complete();
}
}
