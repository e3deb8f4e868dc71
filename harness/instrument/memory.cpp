// The program's memory comes from the C library, but begins as zeros: what an earlier execution has left there must not
// show in this one. What is made where memory has been freed is another object.
#include "harness/instrument/runtime.h"

#include <malloc.h>

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

// A write to it that is under way is recorded first.
void forget(void* block) {
  const Inside inside;
  if (objects().has_heap()) objects().forget_heap(block, malloc_usable_size(block));
}

void* aligned(size_t alignment, size_t size) {
  void* const block = __libc_memalign(alignment, size);
  if (in_program && block != nullptr) std::memset(block, 0, size);
  return block;
}

bool is_power_of_two(size_t value) { return value != 0 && (value & (value - 1)) == 0; }

}  // namespace

}  // namespace snag::instrument

using namespace snag::instrument;

extern "C" {

void* malloc(size_t size) noexcept { return in_program ? __libc_calloc(1, size) : __libc_malloc(size); }

void free(void* block) noexcept {
  if (in_program && block != nullptr) forget(block);
  __libc_free(block);
}

void* realloc(void* block, size_t size) noexcept {
  if (!in_program) return __libc_realloc(block, size);
  if (block == nullptr) return malloc(size);
  forget(block);
  const size_t before = malloc_usable_size(block);
  auto* const moved = static_cast<char*>(__libc_realloc(block, size));
  if (moved != nullptr && size > before) std::memset(moved + before, 0, size - before);
  return moved;
}

void* aligned_alloc(size_t alignment, size_t size) noexcept { return aligned(alignment, size); }

int posix_memalign(void** block, size_t alignment, size_t size) noexcept {
  if (!is_power_of_two(alignment) || alignment % sizeof(void*) != 0) return EINVAL;
  void* const made = aligned(alignment, size);
  if (made == nullptr) return ENOMEM;
  *block = made;
  return 0;
}
}
