// Fibers on Boost.Context's fcontext: this file alone knows that library. A fiber lives from execution to
// execution on its own guarded stack; a switch saves and restores the exceptions in flight, which the C++
// runtime keeps per OS thread, and clears the sticky floating-point flags, which would make switches slow.
#pragma once

#include <boost/context/detail/fcontext.hpp>

#if defined(__x86_64__)
#include <xmmintrin.h>
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

/// The C++ runtime's record of exceptions in flight (Itanium C++ ABI, 2.2.2). One per OS thread, hence swapped.
struct ExceptionGlobals {
  void* caught = nullptr;
  unsigned int uncaught = 0;
};

/// A stack of its own and where it stands. The one without a stack is the OS thread's own.
class Fiber {
 public:
  /// The OS thread's own stack, to come home to.
  Fiber();
  /// A fiber that runs entry(argument) when first switched to; entry must never return.
  /// stack_size in bytes, rounded up to pages. Throws std::system_error when no memory can be mapped.
  Fiber(std::size_t stack_size, void (*entry)(void*), void* argument);
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;
  ~Fiber();

  /// Leaves `from`, which is running, for `to`. Returns when somebody switches to `from` again.
  static void switch_to(Fiber& from, Fiber& to);
  /// Leaves `from` for good: whatever stands on its stack never runs again (see restart).
  static void leave_for_good(Fiber& from, Fiber& to);
  /// Makes the fiber start again at its entry, forgetting what stands on its stack. Not while it runs.
  void restart();
  /// Whether an address lies in the guard below the stack: a stack overflow.
  bool guards(const void* address) const;
  /// Tells the leak checker to excuse what only this stack still refers to. Nothing without AddressSanitizer.
  void excuse_leaks() const;

 private:
  static void start(boost::context::detail::transfer_t from);
  void make();
  static Fiber* jump(Fiber& from, Fiber& to);      // returns who came back here
  static thread_local constinit Fiber* arriving_;  // whom the switch under way goes to: a fresh fiber asks who it is

  boost::context::detail::fcontext_t context_ = nullptr;
  ExceptionGlobals exceptions_;
  std::byte* mapping_ = nullptr;  // guard, then stack
  std::size_t mapping_size_ = 0;
  std::size_t stack_size_ = 0;
  void (*entry_)(void*) = nullptr;
  void* argument_ = nullptr;
#ifdef SNAG_ADDRESS_SANITIZER
  void learn_stack(void* fake_stack_arrived_at);

  void* fake_stack_ = nullptr;
  const void* stack_bottom_ = nullptr;
  std::size_t stack_bytes_ = 0;
#endif
};

ExceptionGlobals* look_up_exception_globals();

/// The running OS thread's exceptions in flight. Looked up once for each OS thread.
inline ExceptionGlobals* exception_globals() {
  static thread_local constinit ExceptionGlobals* globals = nullptr;
  if (globals == nullptr) [[unlikely]]
    globals = look_up_exception_globals();
  return globals;
}

inline thread_local constinit Fiber* Fiber::arriving_ = nullptr;

inline Fiber* Fiber::jump(Fiber& from, Fiber& to) {
#if defined(__x86_64__)
  if (const unsigned word = _mm_getcsr(); (word & 0x3fU) != 0) _mm_setcsr(word & ~0x3fU);
#endif
  ExceptionGlobals* const globals = exception_globals();
  from.exceptions_ = *globals;
  *globals = to.exceptions_;
  arriving_ = &to;
  const boost::context::detail::transfer_t back = boost::context::detail::jump_fcontext(to.context_, &from);
  auto* const left = static_cast<Fiber*>(back.data);
  left->context_ = back.fctx;
  return left;
}

#ifndef SNAG_ADDRESS_SANITIZER
inline void Fiber::switch_to(Fiber& from, Fiber& to) { jump(from, to); }
inline void Fiber::leave_for_good(Fiber& from, Fiber& to) { jump(from, to); }
#endif

}  // namespace snag
