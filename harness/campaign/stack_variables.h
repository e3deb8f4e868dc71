// Names of local variables, from debug information (elfutils' libdw): where in which function's frame a byte lies is
// told by an unwound stack, and what lies there by the function's entry. With optimisation some variables have no place
// that is told, and so no name.
#pragma once

#include "harness/campaign/symbols.h"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace snag {

/// A byte in the frame of a function, apart from where the stack is.
struct FrameByte {
  const void* place = nullptr;  ///< return address in the function
  std::int64_t from_frame = 0;  ///< bytes from its canonical frame address (DWARF's: the caller's stack pointer)
  std::int64_t from_frame_pointer = 0;  ///< from what its frame pointer (rbp) holds
  std::int64_t from_stack_pointer = 0;
  auto operator<=>(const FrameByte&) const = default;
};

/// The frame of an unwound stack that an address lies in.
std::optional<FrameByte> find_frame(const std::vector<StackFrame>& stack, const void* address);

/// The variable and the way to the byte within it, "queue.size in main"; empty where none is known.
std::string local_variable_name(const FrameByte& byte);

/// A frame with what it held.
struct FrameCopy {
  StackFrame frame;
  std::uintptr_t end = 0;             ///< its canonical frame address
  std::vector<std::byte> bytes = {};  ///< those before its end, as far as they have been kept
};
/// The nth frame of an unwound stack of this process, if there is one.
std::optional<FrameCopy> copy_frame(const std::vector<StackFrame>& stack, std::size_t nth);

/// What the function calls a byte of memory that one of its pointers or references leads to: "Account.balance" of `this`.
/// Empty where none does, or where it is known by no name. Only without optimisation do pointers lie in frames.
std::string name_by_pointers(const FrameCopy& frame, const void* address);

}  // namespace snag
