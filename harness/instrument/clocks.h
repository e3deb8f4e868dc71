// Virtual time as the C library's clocks tell it: the realtime ones begin on 1 January 2000, all others at 0.
#pragma once

#include "harness/execution/execution.h"

#include <cstdint>
#include <ctime>

namespace snag::instrument {

/// Whether it is a time at all: nanoseconds from 0 to 999,999,999.
bool is_time(const timespec& time);
/// The virtual deadline of a point on a clock; at least 1, and `never` when it is beyond what 64 bits of ns can tell.
std::uint64_t deadline_at(clockid_t clock, const timespec& point);
/// The same of a time from now.
std::uint64_t deadline_after(const Execution& execution, const timespec& duration);

}  // namespace snag::instrument
