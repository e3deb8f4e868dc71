// The program's memory comes from the C library, but begins as zeros: what an earlier execution has left there must not
// show in this one. What is made where memory has been freed is another object.
#include "harness/instrument/real.h"
#include "harness/instrument/runtime.h"
#include "harness/instrument/shared_harness.h"

#include <malloc.h>

#include <cerrno>
#include <cstddef>
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

// For the harness.
void* allocate(size_t size, size_t alignment) {
  if (harness_heap::in_use) return harness_heap::allocate(size, alignment);
  return alignment <= alignof(std::max_align_t) ? __libc_malloc(size) : __libc_memalign(alignment, size);
}

void* reallocate_on_harness_heap(void* block, size_t size) {
  const size_t before = harness_heap::size_of(block);
  void* const moved = harness_heap::allocate(size);
  if (moved == nullptr) return nullptr;
  std::memcpy(moved, block, before < size ? before : size);
  harness_heap::deallocate(block);
  return moved;
}

// A write to it that is under way is recorded first.
void forget(void* block) {
  const Inside inside;
  if (objects().has_heap()) objects().forget_heap(block, malloc_usable_size(block));
}

void* aligned(size_t alignment, size_t size) {
  if (!in_program) return allocate(size, alignment);
  void* const block = __libc_memalign(alignment, size);
  if (block != nullptr) std::memset(block, 0, size);
  return block;
}

bool is_power_of_two(size_t value) { return value != 0 && (value & (value - 1)) == 0; }

}  // namespace

}  // namespace snag::instrument

using namespace snag::instrument;

extern "C" {

void* malloc(size_t size) noexcept {
  return in_program ? __libc_calloc(1, size) : allocate(size, alignof(std::max_align_t));
}

void* calloc(size_t count, size_t size) noexcept {
  if (in_program || !harness_heap::in_use) return __libc_calloc(count, size);
  size_t bytes = 0;
  if (__builtin_mul_overflow(count, size, &bytes)) return nullptr;
  void* const block = harness_heap::allocate(bytes);
  return block == nullptr ? nullptr : std::memset(block, 0, bytes);
}

void free(void* block) noexcept {
  if (harness_heap::owns(block)) return harness_heap::deallocate(block);
  if (in_program && block != nullptr) forget(block);
  __libc_free(block);
}

void* realloc(void* block, size_t size) noexcept {
  if (harness_heap::owns(block)) return reallocate_on_harness_heap(block, size);
  if (!in_program && block == nullptr) return allocate(size, alignof(std::max_align_t));
  if (!in_program) return __libc_realloc(block, size);
  if (block == nullptr) return malloc(size);
  forget(block);
  const size_t before = malloc_usable_size(block);
  auto* const moved = static_cast<char*>(__libc_realloc(block, size));
  if (moved != nullptr && size > before) std::memset(moved + before, 0, size - before);
  return moved;
}

void* aligned_alloc(size_t alignment, size_t size) noexcept { return aligned(alignment, size); }

size_t malloc_usable_size(void* block) noexcept {
  if (harness_heap::owns(block)) return harness_heap::size_of(block);
  return real::malloc_usable_size()(block);
}

int posix_memalign(void** block, size_t alignment, size_t size) noexcept {
  if (!is_power_of_two(alignment) || alignment % sizeof(void*) != 0) return EINVAL;
  void* const made = aligned(alignment, size);
  if (made == nullptr) return ENOMEM;
  *block = made;
  return 0;
}
}
