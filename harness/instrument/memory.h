// What the rest of the runtime has to do with the program's memory.
#pragma once

#include "harness/execution/execution.h"

#include <cstdint>

namespace snag::instrument {

/// To be called once before the first execution: the C library's own calls of malloc are told by where they come from.
void find_c_library();

enum class Touched : std::uint8_t { read, written };
/// The program is about to touch an address in a freed block: the checkers are told. In the runtime, not in the program.
void touch_freed_block(Execution& execution, const void* address, Touched how, const void* place);

}  // namespace snag::instrument
