// Fibers. A fiber lives from execution to execution on its own guarded stack; a switch saves and restores the exceptions
// in flight, which the C++ runtime keeps per OS thread, and the rounding mode. On x86-64 it is a few instructions of our
// own, to be inlined where they are used, so that the processor foresees where they lead; elsewhere it is
// Boost.Context's, which this file alone knows. To read mxcsr costs more than all the rest of a switch (12 ns,
// measured), to read the x87 control word next to nothing, and <cfenv> always sets both: so the latter tells whether two
// fibers differ. What is set in mxcsr alone, by hand, holds for all threads until the execution ends.
#pragma once

#if !defined(__x86_64__)
#include <boost/context/detail/fcontext.hpp>
#endif

#include <cstddef>
#include <cstdint>

#if defined(__SANITIZE_ADDRESS__)
#define SNAG_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SNAG_ADDRESS_SANITIZER 1
#endif
#endif

namespace snag {

/// Bytes of a thread's stack, unless somebody asks for more or less.
inline constexpr std::size_t stack_size_default = 256UL * 1024;

/// The C++ runtime's record of exceptions in flight (Itanium C++ ABI, 2.2.2). One per OS thread, hence swapped.
struct ExceptionGlobals {
  void* caught = nullptr;
  unsigned int uncaught = 0;
  bool any() const { return (reinterpret_cast<std::uintptr_t>(caught) | uncaught) != 0; }
};

/// A stack of its own and where it stands. The one without a stack is the OS thread's own.
class Fiber {
 public:
  /// The OS thread's own stack, to come home to.
  Fiber();
  /// A fiber that runs entry(argument) when first switched to; entry must never return.
  /// stack_size in bytes, rounded up to pages. number: see make_stacks_in. Throws std::system_error when no memory can
  /// be mapped.
  Fiber(std::size_t stack_size, void (*entry)(void*), void* argument, std::size_t number = no_number);
  static constexpr std::size_t no_number = static_cast<std::size_t>(-1);
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;
  ~Fiber();

  /// Leaves `from`, which is running, for `to`. Returns when somebody switches to `from` again.
  static void switch_to(Fiber& from, Fiber& to);
  /// The same in two steps, of which the second is short and to be inlined.
  static void prepare_switch(Fiber& from, Fiber& to);
  static void complete_switch(Fiber& from, Fiber& to);
  /// Leaves `from` for good: whatever stands on its stack never runs again (see restart).
  static void leave_for_good(Fiber& from, Fiber& to);
  /// Makes the fiber start again at its entry, forgetting what stands on its stack. Not while it runs.
  void restart();
  /// From now on stacks are made in these addresses, as long as there are any, which nobody else uses: so one that is
  /// made in a copy of the process can be made at the same place in the original. All fibers of one number share a
  /// stack: no two of them may have something there at a time. So the nth thread of each execution has the same one,
  /// and pointers to what lies there mean the same in all executions.
  static void make_stacks_in(std::byte* begin, std::size_t size);
  /// Its stack was made in a copy of this process: makes it here, too. Throws std::system_error.
  void map_here_too();
  /// From the next switch on, the fiber runs with this thread pointer (x86-64: the FS base), and so with the
  /// thread-locals that lie there; 0: with what the one before had. Either all fibers of an execution have one, home
  /// included, or none. Only where thread_pointer_can_change().
  void set_thread_pointer(std::uintptr_t pointer) { thread_pointer_ = pointer; }
  static bool thread_pointer_can_change();
  /// The bytes of the stack: lowest address, and one past the highest. Null for the OS thread's own.
  const std::byte* stack_begin() const { return mapping_ + mapping_size_ - stack_size_; }
  const std::byte* stack_end() const { return mapping_ + mapping_size_; }
  /// The fiber, which does not run, is to go on with the rounding mode that its caller has now.
  void inherit_rounding();
  /// Whether an address lies in the guard below the stack: a stack overflow.
  bool guards(const void* address) const;
  /// Tells the leak checker to excuse what only this stack still refers to. Nothing without AddressSanitizer.
  void excuse_leaks() const;

 private:
#if defined(__x86_64__)
  struct Context {
    void* stack = nullptr;  // its pointer, on top of what a switch has saved
    void (*go_on)() = nullptr;
  };
#else
  using Context = boost::context::detail::fcontext_t;
  static void start_from(boost::context::detail::transfer_t from);
  static thread_local constinit Fiber* arriving_;  // whom the switch under way goes to: a fresh fiber asks who it is
#endif
  static void start(Fiber* left, Fiber* self);
  Context fresh_context();
  void allow_access();
  std::byte* room_for_stack(std::size_t number);
  void make();
  [[gnu::noinline]] void change_thread_pointer() const;
  static Fiber* jump(Fiber& from, Fiber& to);  // returns who came back here

  Context context_ = {};
  ExceptionGlobals exceptions_;  // in flight while it does not run; none while it does
  std::uintptr_t thread_pointer_ = 0;
  std::byte* mapping_ = nullptr;  // guard, then stack
  std::size_t mapping_size_ = 0;
  std::size_t stack_size_ = 0;
  bool shares_stack_ = false;
  void (*entry_)(void*) = nullptr;
  void* argument_ = nullptr;
#ifdef SNAG_ADDRESS_SANITIZER
  void learn_stack(void* fake_stack_arrived_at);

  void* fake_stack_ = nullptr;
  const void* stack_bottom_ = nullptr;
  std::size_t stack_bytes_ = 0;
#endif
};

/// All that the processor's mxcsr controls (rounding, masks, flushing to zero), without its flags. 0 where there is none.
/// To read it takes ten times as long as to set it.
std::uint32_t float_control();
inline void set_float_control([[maybe_unused]] std::uint32_t control) {
#if defined(__x86_64__)
  __asm__ volatile("ldmxcsr %0" : : "m"(control));
#endif
}

ExceptionGlobals* look_up_exception_globals();

/// The running OS thread's exceptions in flight. Looked up once for each OS thread.
inline ExceptionGlobals* exception_globals() {
  static thread_local constinit ExceptionGlobals* globals = nullptr;
  if (globals == nullptr) [[unlikely]]
    globals = look_up_exception_globals();
  return globals;
}

inline void Fiber::prepare_switch(Fiber& from, Fiber& to) {
  if (from.thread_pointer_ != to.thread_pointer_) [[unlikely]] {
    to.change_thread_pointer();  // and so the exceptions in flight
    return;
  }
  ExceptionGlobals* const globals = exception_globals();
  if (globals->any() || to.exceptions_.any()) [[unlikely]] {
    from.exceptions_ = *globals;
    *globals = to.exceptions_;
    to.exceptions_ = {};
  }
}

#if defined(__x86_64__)

inline void Fiber::inherit_rounding() {
  __asm__ volatile("fnstcw %0" : "=m"(*static_cast<std::uint16_t*>(context_.stack)));
}

// On a suspended fiber's stack, from its pointer up: the x87 control word, and what the code there put there where it is to
// go on. Whatever registers the compiler uses it saves itself, but for the two that it may not let go. Where to go on stands
// beside the pointer, and not on the stack: the processor has nothing to do until it knows.
[[gnu::always_inline]] inline Fiber* Fiber::jump(Fiber& from, Fiber& to) {
  Fiber* left = &from;
  Context* saved = &from.context_;
  const Context* target = &to.context_;
  static_assert(sizeof(Context) == 16);
  __asm__ volatile(
      "leaq -128(%%rsp), %%rsp\n\t"  // past what a leaf function may keep below
      "pushq %%rbp\n\t"
      "pushq %%rbx\n\t"
      "leaq 1f(%%rip), %%rcx\n\t"
      "subq $8, %%rsp\n\t"
      "fnstcw (%%rsp)\n\t"
      "movq %%rcx, 8(%[saved])\n\t"
      "movq %%rsp, (%[saved])\n\t"
      "movzwl (%%rsp), %%ecx\n\t"
      "movq (%[target]), %%rsp\n\t"
      "cmpw (%%rsp), %%cx\n\t"
      "jne 2f\n\t"
      "jmpq *8(%[target])\n\t"
      "2:\n\t"  // rounding and exception masks of mxcsr as in the x87 control word
      "fldcw (%%rsp)\n\t"
      "movzwl (%%rsp), %%ecx\n\t"
      "stmxcsr 4(%%rsp)\n\t"
      "movl 4(%%rsp), %%r8d\n\t"
      "andl $0xffff8040, %%r8d\n\t"
      "movl %%ecx, %%r9d\n\t"
      "andl $0x3f, %%r9d\n\t"
      "shll $7, %%r9d\n\t"
      "orl %%r9d, %%r8d\n\t"
      "andl $0xc00, %%ecx\n\t"
      "shll $3, %%ecx\n\t"
      "orl %%ecx, %%r8d\n\t"
      "movl %%r8d, 4(%%rsp)\n\t"
      "ldmxcsr 4(%%rsp)\n\t"
      "jmpq *8(%[target])\n\t"
      "1:\n\t"
      "addq $8, %%rsp\n\t"
      "popq %%rbx\n\t"
      "popq %%rbp\n\t"
      "leaq 128(%%rsp), %%rsp\n\t"
      : "+a"(left), [saved] "+D"(saved), [target] "+S"(target)
      :
      : "rcx", "rdx", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "memory", "cc", "xmm0", "xmm1", "xmm2",
        "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15",
        "st", "st(1)", "st(2)", "st(3)", "st(4)", "st(5)", "st(6)", "st(7)"
#if defined(__AVX512F__)
        ,
        "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22", "xmm23", "xmm24", "xmm25", "xmm26", "xmm27",
        "xmm28", "xmm29", "xmm30", "xmm31", "k1", "k2", "k3", "k4", "k5", "k6", "k7"
#endif
  );
  return left;
}

#else

inline void Fiber::inherit_rounding() {}

inline thread_local constinit Fiber* Fiber::arriving_ = nullptr;

inline Fiber* Fiber::jump(Fiber& from, Fiber& to) {
  arriving_ = &to;
  const boost::context::detail::transfer_t back = boost::context::detail::jump_fcontext(to.context_, &from);
  auto* const left = static_cast<Fiber*>(back.data);
  left->context_ = back.fctx;
  return left;
}

#endif

#ifndef SNAG_ADDRESS_SANITIZER
[[gnu::always_inline]] inline void Fiber::complete_switch(Fiber& from, Fiber& to) { jump(from, to); }
inline void Fiber::leave_for_good(Fiber& from, Fiber& to) {
  prepare_switch(from, to);
  jump(from, to);
}
#endif
inline void Fiber::switch_to(Fiber& from, Fiber& to) {
  prepare_switch(from, to);
  complete_switch(from, to);
}

}  // namespace snag
