// Stacks, their guards, and what AddressSanitizer must be told at each switch.
#include "harness/execution/fiber.h"

#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <system_error>
#include <utility>

#ifdef SNAG_ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#include <sanitizer/lsan_interface.h>
// Declared in a header that GCC 12 does not ship.
extern "C" int __sanitizer_get_ownership(const volatile void* address);
#endif

namespace __cxxabiv1 {
struct __cxa_eh_globals;
extern "C" __cxa_eh_globals* __cxa_get_globals() noexcept;
}  // namespace __cxxabiv1

namespace snag {

namespace {

constexpr std::size_t guard_size = 64UL * 1024;

// What make_stacks_in has set: the first half is for stacks with numbers, the other for any.
struct {
  std::byte* begin = nullptr;
  std::size_t size = 0;
  std::size_t distance = 0;  // from one with a number to the next; 0: there is none yet
  std::byte* next = nullptr;
  std::size_t left = 0;
} room_for_stacks;

std::size_t rounded_to_pages(std::size_t bytes) {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return (bytes + page - 1) / page * page;
}

}  // namespace

std::uint32_t float_control() {
  std::uint32_t control = 0;
#if defined(__x86_64__)
  constexpr std::uint32_t flags = 0x3f;
  __asm__ volatile("stmxcsr %0" : "=m"(control));
  control &= ~flags;
#endif
  return control;
}

ExceptionGlobals* look_up_exception_globals() {
  return reinterpret_cast<ExceptionGlobals*>(__cxxabiv1::__cxa_get_globals());
}

Fiber::Fiber() = default;

#if defined(__x86_64__)

bool Fiber::thread_pointer_can_change() {
  constexpr unsigned long fsgsbase = 2;  // in AT_HWCAP2: the kernel lets programs write the FS base
  return (getauxval(AT_HWCAP2) & fsgsbase) != 0;
}

void Fiber::change_thread_pointer() const { __asm__ volatile("wrfsbase %0" : : "r"(thread_pointer_) : "memory"); }

#else

bool Fiber::thread_pointer_can_change() { return false; }

void Fiber::change_thread_pointer() const { std::abort(); }

#endif

Fiber::Fiber(std::size_t stack_size, void (*entry)(void*), void* argument, std::size_t number)
    : stack_size_(rounded_to_pages(stack_size)), entry_(entry), argument_(argument) {
  mapping_size_ = guard_size + stack_size_;
  std::byte* const room = room_for_stack(number);
  const int where = room == nullptr ? 0 : MAP_FIXED;
  void* const memory =
      mmap(room, mapping_size_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK | where, -1, 0);
  if (memory == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "no memory for a thread's stack");
  mapping_ = static_cast<std::byte*>(memory);
  allow_access();
  make();
}

void Fiber::allow_access() {
  if (mprotect(mapping_ + guard_size, stack_size_, PROT_READ | PROT_WRITE) == 0) return;
  const int error = errno;
  munmap(mapping_, mapping_size_);
  throw std::system_error(error, std::generic_category(), "cannot make a thread's stack writable");
}

void Fiber::make_stacks_in(std::byte* begin, std::size_t size) {
  const std::size_t half = size / 2;
  room_for_stacks = {.begin = begin, .size = size, .distance = 0, .next = begin + half, .left = size - half};
}

// The first one says how far apart they are; larger ones, later on, have to go elsewhere.
std::byte* Fiber::room_for_stack(std::size_t number) {
  if (number != no_number && room_for_stacks.size > 0) {
    if (room_for_stacks.distance == 0) room_for_stacks.distance = mapping_size_;
    shares_stack_ =
        mapping_size_ <= room_for_stacks.distance && number < room_for_stacks.size / 2 / room_for_stacks.distance;
    if (shares_stack_) return room_for_stacks.begin + number * room_for_stacks.distance;
  }
  if (room_for_stacks.left < mapping_size_) return nullptr;
  room_for_stacks.left -= mapping_size_;
  return std::exchange(room_for_stacks.next, room_for_stacks.next + mapping_size_);
}

void Fiber::map_here_too() {
  const bool has_room = mapping_ >= room_for_stacks.begin && mapping_ < room_for_stacks.begin + room_for_stacks.size;
  const int how = has_room ? MAP_FIXED : MAP_FIXED_NOREPLACE;
  void* const memory =
      mmap(mapping_, mapping_size_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK | how, -1, 0);
  if (memory != mapping_)
    throw std::system_error(memory == MAP_FAILED ? errno : EEXIST, std::generic_category(),
                            "no memory for a thread's stack");
  allow_access();
}

Fiber::~Fiber() {
  if (mapping_ == nullptr || shares_stack_) return;
#ifdef SNAG_ADDRESS_SANITIZER
  __asan_unpoison_memory_region(mapping_ + guard_size, stack_size_);
#endif
  munmap(mapping_, mapping_size_);
}

#if defined(__x86_64__)

namespace {

// Where a fresh fiber goes on, with who was left in rax and its Frame on the stack. It has no caller: unwinding ends here.
[[gnu::naked, gnu::noinline]] void enter() {
  __asm__(
      ".cfi_undefined rip\n\t"
      "movq %rax, %rdi\n\t"
      "addq $8, %rsp\n\t"
      "popq %rcx\n\t"
      "popq %rsi\n\t"
      "addq $8, %rsp\n\t"
      "callq *%rcx\n\t"
      "ud2\n\t");
}

struct Frame {
  std::uint64_t x87_control;
  void (*start)(Fiber* left, Fiber* self);
  Fiber* self;
  std::uint64_t nothing;  // the stack is aligned when all have been taken
};

}  // namespace

Fiber::Context Fiber::fresh_context() {
  static_assert(sizeof(Frame) % 16 == 0);
  auto* const frame = reinterpret_cast<Frame*>(mapping_ + mapping_size_ - sizeof(Frame));
  std::uint16_t control = 0;
  __asm__ volatile("fnstcw %0" : "=m"(control));
  *frame = {control, &Fiber::start, this, 0};
  return {frame, &enter};
}

#else

Fiber::Context Fiber::fresh_context() {
  return boost::context::detail::make_fcontext(mapping_ + mapping_size_, stack_size_, &Fiber::start_from);
}

void Fiber::start_from(boost::context::detail::transfer_t from) {
  auto* const left = static_cast<Fiber*>(from.data);
  left->context_ = from.fctx;
  start(left, arriving_);
}

#endif

void Fiber::make() {
  context_ = fresh_context();
  exceptions_ = {};
#ifdef SNAG_ADDRESS_SANITIZER
  fake_stack_ = nullptr;
  stack_bottom_ = mapping_ + guard_size;
  stack_bytes_ = stack_size_;
#endif
}

void Fiber::restart() {
#ifdef SNAG_ADDRESS_SANITIZER
  __asan_unpoison_memory_region(mapping_ + guard_size, stack_size_);
#endif
  make();
}

bool Fiber::guards(const void* address) const {
  const auto* const byte = static_cast<const std::byte*>(address);
  return mapping_ != nullptr && byte >= mapping_ && byte < mapping_ + guard_size;
}

#ifdef SNAG_ADDRESS_SANITIZER

void Fiber::complete_switch(Fiber& from, Fiber& to) {
  __sanitizer_start_switch_fiber(&from.fake_stack_, to.stack_bottom_, to.stack_bytes_);
  Fiber* const left = jump(from, to);
  left->learn_stack(from.fake_stack_);
}

void Fiber::leave_for_good(Fiber& from, Fiber& to) {
  prepare_switch(from, to);
  __sanitizer_start_switch_fiber(nullptr, to.stack_bottom_, to.stack_bytes_);
  jump(from, to);
  std::abort();
}

// Finishes the switch that came from this fiber; the OS thread's own stack is known only from here.
void Fiber::learn_stack(void* fake_stack_arrived_at) {
  const void* bottom = nullptr;
  std::size_t size = 0;
  __sanitizer_finish_switch_fiber(fake_stack_arrived_at, &bottom, &size);
  if (mapping_ == nullptr) {
    stack_bottom_ = bottom;
    stack_bytes_ = size;
  }
}

void Fiber::excuse_leaks() const {
  // Nothing on the retired stack is alive any more, though its functions have not returned.
  __asan_unpoison_memory_region(mapping_ + guard_size, mapping_size_ - guard_size);
  // Every word of it that might be a pointer to the heap.
  auto* const first = reinterpret_cast<void**>(mapping_ + guard_size);
  auto* const last = reinterpret_cast<void**>(mapping_ + mapping_size_);
  for (auto** word = first; word != last; ++word)
    if (*word != nullptr && __sanitizer_get_ownership(*word) != 0) __lsan_ignore_object(*word);
}

#else

void Fiber::excuse_leaks() const {}

#endif

void Fiber::start([[maybe_unused]] Fiber* left, Fiber* self) {
#ifdef SNAG_ADDRESS_SANITIZER
  left->learn_stack(nullptr);
#endif
  self->entry_(self->argument_);
  std::abort();
}

}  // namespace snag
