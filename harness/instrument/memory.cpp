// malloc, free and their kin. What the program allocates comes from its own heap (heap.h), begins as zeros, and is told
// to the execution, as is its end. The C library's own calls, as those of its streams for their buffers, go to the C
// library's heap, since what they get outlives the execution; so do snag's. Who frees need not know which it was.
#include "harness/instrument/memory.h"

#include "harness/execution/own_process.h"
#include "harness/instrument/heap.h"
#include "harness/instrument/real.h"
#include "harness/instrument/runtime.h"
#include "harness/instrument/shared_harness.h"

#include <dlfcn.h>
#include <link.h>
#include <malloc.h>
#include <sys/auxv.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

extern "C" {
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* block, size_t size);
void* __libc_memalign(size_t alignment, size_t size);
void __libc_free(void* block);
}

namespace snag::instrument {

namespace {

constexpr std::size_t default_alignment = 16;

struct Range {
  std::uintptr_t begin = 0;
  std::uintptr_t size = 0;
  bool contains(const void* address) const { return reinterpret_cast<std::uintptr_t>(address) - begin < size; }
};
constinit Range c_library;
constinit Range loader;  // it keeps what it has asked for, too

bool is_of_c_library(const void* address) { return c_library.contains(address) || loader.contains(address); }

bool is_on_a_stack(const Execution& execution, const void* address) {
  const Fiber& fiber = execution.running().fiber;
  return address >= fiber.stack_begin() && address < fiber.stack_end();
}

ObjectIndex object_of(Execution& execution, Block& block) {
  if (block.object == no_object)
    block.object = execution.create_object_of(block.owner, block.nth, ObjectKind::block).index;
  return block.object;
}

// Of the C library's heap: a write to it that is under way is recorded first.
void forget(void* memory) {
  const Inside inside;
  if (objects().has_heap()) objects().forget_heap(memory, real::malloc_usable_size()(memory));
}

void* allocate_early(size_t size, size_t alignment) {
  make_heap();
  const Allocation allocation = heap().allocate_early(size, std::max(alignment, default_alignment));
  if (allocation.block != nullptr) return allocation.block->memory();
  errno = ENOMEM;
  return nullptr;
}

// Not by the program. The C library keeps what it has asked for in variables of its own, which copies of the process do
// not share.
void* allocate_for_others(size_t size, size_t alignment, const void* caller) {
  if (harness_heap::in_use && !is_of_c_library(caller) && !in_child_of_program)
    return harness_heap::allocate(size, alignment);
  if (static_initialisers_run && !is_of_c_library(caller)) [[unlikely]]
    return allocate_early(size, alignment);
  return alignment <= default_alignment ? __libc_malloc(size) : __libc_memalign(alignment, size);
}

void* reallocate_on_harness_heap(void* block, size_t size) {
  const size_t before = harness_heap::size_of(block);
  void* const moved = harness_heap::allocate(size);
  if (moved == nullptr) return nullptr;
  std::memcpy(moved, block, std::min(before, size));
  harness_heap::deallocate(block);
  return moved;
}

bool asked_by_program(const void* caller) { return in_program && !is_of_c_library(caller); }

void* allocate(size_t size, size_t alignment, const void* place) {
  const Inside inside;
  Execution& execution = inside.execution;
  const Allocation allocation = heap().allocate(execution, execution.running(), size, alignment);
  if (allocation.block == nullptr) {
    errno = ENOMEM;
    return nullptr;
  }
  Block& block = *allocation.block;
  if (allocation.is_reused) objects().forget_heap(block.memory(), size);
  if (!execution.abandoning())
    execution.note(
        {.kind = OperationKind::allocate, .object = object_of(execution, block), .argument = size, .place = place});
  return block.memory();
}

void note_free(Execution& execution, ObjectIndex object, std::uint64_t offset, bool is_right, const void* place) {
  if (execution.abandoning()) return;
  execution.note({.kind = OperationKind::free, .object = object, .argument = offset, .place = place},
                 [&](Event& event) { event.success = event.routine = is_right; });
}

// Of a block of the program's heap, by the program or by somebody else on its behalf.
void release(void* memory, const void* place) {
  if (in_child_of_program) return;  // who knows of the block is its parent, too
  Block* const block = heap().block_of(memory);
  const bool begins_block = block != nullptr && block->begin() == memory;
  bool is_right = begins_block && block->state == Block::State::live;
  if (!in_program) {
    Execution* const execution = Execution::current();
    if (is_right && (execution != nullptr || static_initialisers_run)) heap().release(*block);
    return;
  }
  const Inside inside;
  Execution& execution = inside.execution;
  if (is_right) end_variables(execution, memory, block->size, place);
  is_right = begins_block && block->state == Block::State::live;  // others may have run
  if (is_right) {
    objects().destroy(execution, memory, block->size, place);
    heap().release(*block, execution, execution.running());
  }
  const auto offset = block == nullptr ? 0 : static_cast<const char*>(memory) - block->begin();
  note_free(execution, block == nullptr ? no_object : object_of(execution, *block), static_cast<std::uint64_t>(offset),
            is_right, place);
}

void* reallocate(void* memory, size_t size, const void* place) {
  const Block* const block = heap().block_of(memory);
  const size_t before = block == nullptr ? 0 : block->size;
  void* const moved = in_program ? allocate(std::max<size_t>(size, 1), default_alignment, place)
                                 : allocate_for_others(size, default_alignment, place);
  if (moved == nullptr) return nullptr;
  std::memcpy(moved, memory, std::min(before, size));
  release(memory, place);
  return moved;
}

bool is_power_of_two(size_t value) { return value != 0 && (value & (value - 1)) == 0; }

}  // namespace

void* allocate_at(std::size_t size, std::size_t alignment, const void* place) {
  if (asked_by_program(place)) return allocate(size, std::max(alignment, default_alignment), place);
  return allocate_for_others(size, alignment, place);
}

void free_at(void* memory, const void* place) {
  if (memory == nullptr) return;
  if (harness_heap::owns(memory)) return in_child_of_program ? void() : harness_heap::deallocate(memory);
  if (Heap::contains(memory)) return release(memory, place);
  if (in_program) {
    const Inside inside;
    if (is_of_program(memory) || is_on_a_stack(inside.execution, memory))
      return note_free(inside.execution, no_object, 0, false, place);
  }
  if (in_program) forget(memory);
  __libc_free(memory);
}

void find_c_library() {
  if (c_library.size != 0) return;
  const auto look = [](dl_phdr_info* info, std::size_t, void*) {
    for (int i = 0; i < info->dlpi_phnum; ++i) {
      const ElfW(Phdr)& header = info->dlpi_phdr[i];
      const Range range{info->dlpi_addr + header.p_vaddr, header.p_memsz};
      if (header.p_type != PT_LOAD || (header.p_flags & PF_X) == 0) continue;
      if (range.contains(reinterpret_cast<const void*>(&__libc_malloc))) c_library = range;
      if (info->dlpi_addr == getauxval(AT_BASE)) loader = range;
    }
    return 0;
  };
  dl_iterate_phdr(look, nullptr);
}

void touch_freed_block(Execution& execution, const void* address, Touched how, const void* place) {
  Block* const block = heap().block_of(address);
  if (block == nullptr || execution.abandoning()) return;
  const auto offset = static_cast<std::uint64_t>(static_cast<const char*>(address) - block->begin());
  execution.note(
      {.kind = OperationKind::touch_freed, .object = object_of(execution, *block), .argument = offset, .place = place},
      [&](Event& event) { event.after = how == Touched::written ? 1 : 0; });
}

}  // namespace snag::instrument

using namespace snag;
using namespace snag::instrument;

#define SNAG_PLACE __builtin_return_address(0)

extern "C" {

void* malloc(size_t size) noexcept { return allocate_at(size, default_alignment, SNAG_PLACE); }

void* calloc(size_t count, size_t size) noexcept {
  // What the C library asks for now or then, as it comes, is no access of the program's that called it.
  if (is_of_c_library(SNAG_PLACE) || (!in_program && !harness_heap::in_use && !static_initialisers_run))
    return __libc_calloc(count, size);
  size_t bytes = 0;
  if (__builtin_mul_overflow(count, size, &bytes)) {
    errno = ENOMEM;
    return nullptr;
  }
  if (asked_by_program(SNAG_PLACE)) return allocate(bytes, default_alignment, SNAG_PLACE);
  void* const block = allocate_for_others(bytes, default_alignment, SNAG_PLACE);
  return block == nullptr ? nullptr : std::memset(block, 0, bytes);
}

void free(void* memory) noexcept { free_at(memory, SNAG_PLACE); }

void* realloc(void* memory, size_t size) noexcept {
  if (memory == nullptr) return allocate_at(size, default_alignment, SNAG_PLACE);
  if (harness_heap::owns(memory)) return reallocate_on_harness_heap(memory, size);
  if (Heap::contains(memory)) {
    if (size > 0) return reallocate(memory, size, SNAG_PLACE);
    release(memory, SNAG_PLACE);
    return nullptr;
  }
  if (!asked_by_program(SNAG_PLACE)) return __libc_realloc(memory, size);
  forget(memory);
  const size_t before = real::malloc_usable_size()(memory);
  auto* const moved = static_cast<char*>(__libc_realloc(memory, size));
  if (moved != nullptr && size > before) std::memset(moved + before, 0, size - before);
  return moved;
}

void* memalign(size_t alignment, size_t size) noexcept { return allocate_at(size, alignment, SNAG_PLACE); }
void* aligned_alloc(size_t alignment, size_t size) noexcept { return allocate_at(size, alignment, SNAG_PLACE); }

int posix_memalign(void** memory, size_t alignment, size_t size) noexcept {
  if (!is_power_of_two(alignment) || alignment % sizeof(void*) != 0) return EINVAL;
  void* const made = allocate_at(size, alignment, SNAG_PLACE);
  if (made == nullptr) return ENOMEM;
  *memory = made;
  return 0;
}

void* valloc(size_t size) noexcept { return allocate_at(size, static_cast<size_t>(sysconf(_SC_PAGESIZE)), SNAG_PLACE); }

void* pvalloc(size_t size) noexcept {
  const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  return allocate_at((size + page - 1) / page * page, page, SNAG_PLACE);
}

size_t malloc_usable_size(void* memory) noexcept {
  if (harness_heap::owns(memory)) return harness_heap::size_of(memory);
  if (memory == nullptr || !Heap::contains(memory)) return real::malloc_usable_size()(memory);
  const Block* const block = heap().block_of(memory);
  return block == nullptr ? 0 : block->size;
}
}
