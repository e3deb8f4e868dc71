// What all entry points of the runtime share. A controlled thread either runs the program or, called by it, the
// runtime and the engine below it. Which of the two is told by a thread-local: so the functions that are defined here
// in place of the C library's know whether the program calls them, or snag itself, or an uncontrolled OS thread.
#pragma once

#include "harness/execution/execution.h"
#include "harness/instrument/objects.h"

#include <cstddef>
#include <cstdint>

namespace snag::instrument {

/// Where the program may lose the processor.
enum class Points : std::uint8_t {
  sync,   ///< synchronisation and atomics
  races,  ///< these, volatile accesses, and plain ones as ExecutionOptions::plain_points has it: those that were seen to
          ///< race. The others are events, for the checkers
  all,    ///< synchronisation, atomics, and every plain access
};

/// A write that has been published and let go, and that the program is carrying out: it is recorded, with the value
/// that it left, as soon as the thread comes back to the runtime. Nobody else runs before.
struct WriteUnderWay {
  Operation operation = {};
  const void* address = nullptr;  ///< null: there is none
  std::size_t size = 0;
  std::uint64_t before = 0;
  bool is_point = true;  ///< it was a scheduling point
  bool is_last = true;   ///< else other pieces of the same write follow: it is recorded before it is carried out
  const void* source = nullptr;  ///< then the bytes that it will leave; null: nobody knows
  bool is_private = false;  ///< to a variable on the thread's stack that no other thread has touched. The compiler may
                            ///< put the store off, and another call's variable may have been there: values mean nothing
};

/// Whether the OS thread, or the controlled thread whose thread-locals are in use, runs the program.
inline thread_local constinit bool in_program = false;
inline thread_local constinit WriteUnderWay write_under_way;
/// Up to here a stack is for the runtime, which is not to use it up in the middle of its work: a thread that calls it from
/// below has used up its stack. Null: nobody looks.
inline thread_local constinit const void* stack_reserve_end = nullptr;
/// How many regions of <snag/ignore.h> the thread is in.
inline thread_local constinit int ignored_regions = 0;

inline constinit Points points = Points::races;  ///< of the execution under way

/// Whether executions run whole programs, each in a process of its own.
inline constinit bool whole_program = false;

/// While it lives, the runtime runs. The program's write, if one is under way, is recorded first.
class Inside {
 public:
  SNAG_ALWAYS_INLINE Inside() : execution(*Execution::current()) {
    if (__builtin_frame_address(0) < stack_reserve_end) [[unlikely]]
      end_stack(execution);
    if (write_under_way.address != nullptr) [[unlikely]]
      complete_write(execution);
  }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;
  /// Nothing more than that.
  static void complete() { const Inside inside; }
  /// The same in the middle of anything: without the write, if there is one under way to this address, which failed.
  static void complete_but(Execution& execution, const void* fault);

 private:
  // Destroyed also where the constructor is left by an exception.
  struct Mode {
    Mode() { in_program = false; }
    Mode(const Mode&) = delete;
    Mode& operator=(const Mode&) = delete;
    ~Mode() { in_program = true; }
  };
  [[gnu::noinline]] static void complete_write(Execution& execution);
  [[gnu::noinline]] static void end_stack(Execution& execution);
  Mode mode_;

 public:
  Execution& execution;
};

/// While it lives, the program runs.
class Program {
 public:
  Program() {
    ignored_regions = 0;  // an abandoned thread may have left some behind
    reserve_stack();
    in_program = true;
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program() { in_program = false; }

 private:
  static void reserve_stack();
};

/// A value of 1, 2, 4 or 8 bytes, sign-extended.
std::uint64_t value_at(const void* address, std::size_t size);

/// Nobody says what type a value has. One that looks like an address makes its object one that holds pointers: they
/// differ from process to process, and are left out of a trace's digest.
inline bool looks_like_address(std::uint64_t value) {
  return value - 0x5500'0000'0000U < 0x8000'0000'0000U - 0x5500'0000'0000U;
}
SNAG_ALWAYS_INLINE void tell_kind(Execution& execution, const Event& event) {
  if (looks_like_address(event.before) || looks_like_address(event.after)) [[unlikely]]
    execution.set_value_kind(event.operation.object, ValueKind::pointer);
}

}  // namespace snag::instrument
