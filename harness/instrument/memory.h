// What the rest of the runtime has to do with the program's memory.
#pragma once

#include "harness/execution/execution.h"

#include <cstddef>
#include <cstdint>

namespace snag::instrument {

/// As malloc, memalign, free, called from that place.
void* allocate_at(std::size_t size, std::size_t alignment, const void* place);
void free_at(void* memory, const void* place);

/// A block is about to be freed, which counts as a write to those of its variables that others have touched last. With
/// Points::all, or where such places race, others may run before.
void end_variables(Execution& execution, const void* memory, std::size_t size, const void* place);

/// While it is true, before the first execution, the program's static initialisers run: what they allocate comes from its
/// heap. Only where executions share a process.
inline constinit bool static_initialisers_run = false;

/// To be called once before the first execution: the C library's own calls of malloc are told by where they come from.
void find_c_library();

enum class Touched : std::uint8_t { read, written };
/// The program is about to touch an address in a freed block: the checkers are told. In the runtime, not in the program.
void touch_freed_block(Execution& execution, const void* address, Touched how, const void* place);

}  // namespace snag::instrument
