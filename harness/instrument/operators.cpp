// operator new and delete, so that an allocation's place is where the program says new, and not where the standard
// library passes it on to malloc. What a program defines itself goes before.
#include "harness/instrument/memory.h"

#include <cstddef>
#include <new>

namespace {

constexpr std::size_t default_alignment = __STDCPP_DEFAULT_NEW_ALIGNMENT__;

void* allocate_or_throw(std::size_t size, std::size_t alignment, const void* place) {
  for (;;) {
    if (void* const memory = snag::instrument::allocate_at(size, alignment, place)) return memory;
    const std::new_handler handler = std::get_new_handler();
    if (handler == nullptr) throw std::bad_alloc();
    handler();
  }
}

void* allocate_or_null(std::size_t size, std::size_t alignment, const void* place) noexcept {
  try {
    return allocate_or_throw(size, alignment, place);
  } catch (const std::bad_alloc&) { return nullptr; }
}

}  // namespace

#define SNAG_PLACE __builtin_return_address(0)
#define SNAG_OPERATORS(form)                                                                                       \
  void* operator new form(std::size_t size) { return allocate_or_throw(size, default_alignment, SNAG_PLACE); }     \
  void* operator new form(std::size_t size, std::align_val_t alignment) {                                          \
    return allocate_or_throw(size, static_cast<std::size_t>(alignment), SNAG_PLACE);                               \
  }                                                                                                                \
  void* operator new form(std::size_t size, const std::nothrow_t&) noexcept {                                      \
    return allocate_or_null(size, default_alignment, SNAG_PLACE);                                                  \
  }                                                                                                                \
  void* operator new form(std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {          \
    return allocate_or_null(size, static_cast<std::size_t>(alignment), SNAG_PLACE);                                \
  }                                                                                                                \
  void operator delete form(void* memory) noexcept { snag::instrument::free_at(memory, SNAG_PLACE); }              \
  void operator delete form(void* memory, std::size_t) noexcept { snag::instrument::free_at(memory, SNAG_PLACE); } \
  void operator delete form(void* memory, std::align_val_t) noexcept {                                             \
    snag::instrument::free_at(memory, SNAG_PLACE);                                                                 \
  }                                                                                                                \
  void operator delete form(void* memory, std::size_t, std::align_val_t) noexcept {                                \
    snag::instrument::free_at(memory, SNAG_PLACE);                                                                 \
  }                                                                                                                \
  void operator delete form(void* memory, const std::nothrow_t&) noexcept {                                        \
    snag::instrument::free_at(memory, SNAG_PLACE);                                                                 \
  }                                                                                                                \
  void operator delete form(void* memory, std::align_val_t, const std::nothrow_t&) noexcept {                      \
    snag::instrument::free_at(memory, SNAG_PLACE);                                                                 \
  }

SNAG_OPERATORS()
SNAG_OPERATORS([])
