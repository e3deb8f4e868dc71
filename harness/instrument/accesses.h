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

/// What a write leaves, where the caller knows it.
struct Written {
  const void* bytes = nullptr;  ///< as many as are written; null: nobody knows
  bool repeated = false;        ///< only eight, over and over
};
void will_write(const void* address, std::size_t size, const void* place, const Written& written = {});

}  // namespace snag::instrument
