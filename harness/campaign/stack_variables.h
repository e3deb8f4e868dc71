// Names of local variables, from debug information (elfutils' libdw): where in which function's frame a byte lies is
// told by an unwound stack, and what lies there by the function's entry. With optimisation some variables have no place
// that is told, and so no name.
#pragma once

#include "harness/campaign/symbols.h"

#include <compare>
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

}  // namespace snag
