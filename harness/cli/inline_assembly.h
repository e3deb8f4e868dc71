// Inline assembly in the program's own code. With -fsanitize=thread every atomic access is a call, and so is every
// system call that the C library makes: an instruction that locks the bus, exchanges with memory, enters the kernel or
// reads the processor's clock can then only come from inline assembly, or from an intrinsic. The code of the program's
// compilation units is disassembled and looked through for them. By Zydis: Capstone knows many
// processors, and the loader changes four hundred pages of its tables, which each execution's copy would inherit.
#pragma once

#include "harness/trace/narrative.h"

#include <cstddef>
#include <string>
#include <vector>

namespace snag {

/// An instruction that is not controlled.
struct UncontrolledInstruction {
  SourcePlace place;
  std::string words;  ///< "lock xadd"
};

/// What a look through the program showed.
struct InlineAssembly {
  std::vector<UncontrolledInstruction> instructions = {};  ///< one for each source line, in order of address
  bool whole = true;  ///< false: the program is too large, and not all of it was looked through
};

/// Looks through the running program and the libraries of its own, at most so many bytes of code. Code that was compiled
/// without instrumentation is left out: its accesses are not seen anyway.
InlineAssembly find_inline_assembly(std::size_t code_max);

/// A sentence about it, with the mend; empty where there is none.
std::string in_words(const InlineAssembly& found);

}  // namespace snag
