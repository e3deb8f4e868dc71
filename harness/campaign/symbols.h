// Source lines for return addresses, from debug information (libbacktrace).
#pragma once

#include "harness/trace/narrative.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace snag {

/// A symbol as its source has it; itself if it is none of C++; empty for null.
std::string demangled(const char* name);

/// The name alone of a function whose signature debug information may give in full: "withdraw" of "Account::withdraw(int)".
std::string function_name(std::string_view signature);
/// The same with its scope: "Account::withdraw".
std::string qualified_name(std::string_view signature);

/// The source places of a return address, innermost inlined frame first. Empty without debug information.
std::vector<SourcePlace> source_places(const void* return_address);

/// Whether a place is the program's own: outside the standard library's and snag's own sources.
bool is_programs_own(const SourcePlace& place);

/// Return addresses on the running stack, innermost first.
std::vector<const void*> unwind();

/// A function's frame, as it is while what it has called runs.
struct StackFrame {
  const void* place = nullptr;       ///< the return address in it
  std::uintptr_t stack_pointer = 0;  ///< there the frame begins; that of the next one is where it ends
  std::uintptr_t frame_pointer = 0;  ///< what rbp holds
};
/// The same with the frames that belong to them.
std::vector<StackFrame> unwind_frames();

/// At most two of the program's own frames, for the stack given.
std::vector<SourcePlace> programs_frames(const std::vector<const void*>& stack);

/// Of the stack given the first address that lies in the program or in a library of its own: neither in one of the system
/// nor in the one that holds the harness. Null if there is none. Looks nothing up in debug information.
const void* programs_address(const std::vector<const void*>& stack);

/// An address as its distance within its module: equal in every process of the same build. 0 for null.
std::uint64_t place_digest(const void* address);

}  // namespace snag
