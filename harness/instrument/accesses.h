// Plain accesses that no compiler announces: those of mem* and str* functions, and of annotations.
#pragma once

#include <cstddef>
#include <cstdint>

namespace snag::instrument {

/// As many regions are open, on this thread, in which accesses are not looked at.
inline thread_local constinit std::uint32_t accesses_ignored = 0;

/// The caller is about to read or write a range, at that place of the program. To be called at any time: nothing is done
/// unless the program runs and its accesses are watched.
void will_read(const void* address, std::size_t size, const void* place);
void will_write(const void* address, std::size_t size, const void* place);

}  // namespace snag::instrument
