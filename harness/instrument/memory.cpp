// Freed memory: what is made there next is another object. Allocation itself is the C library's.
#include "harness/instrument/runtime.h"

#include <malloc.h>

extern "C" {
void __libc_free(void* block);
void* __libc_realloc(void* block, size_t size);
}

namespace snag::instrument {

namespace {

void forget(void* block) {
  if (objects().has_heap()) objects().forget_heap(block, malloc_usable_size(block));
}

}  // namespace

}  // namespace snag::instrument

using namespace snag::instrument;

extern "C" {

void free(void* block) noexcept {
  if (in_program && block != nullptr) forget(block);
  __libc_free(block);
}

void* realloc(void* block, size_t size) noexcept {
  if (in_program && block != nullptr) forget(block);
  return __libc_realloc(block, size);
}
}
