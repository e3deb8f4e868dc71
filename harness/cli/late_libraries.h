// Libraries that only reports need, loaded when the first one is written. A process is copied for each execution of a
// whole program, and each area of memory that it has costs every copy some microseconds: these libraries and what they
// stand on are thirty-five areas.
#pragma once

namespace snag {

/// Loads libdw and Zydis, whose functions may be called from then on. In the original process only, never in a copy.
/// False: one of them cannot be loaded, now and ever.
bool load_late_libraries();

}  // namespace snag
