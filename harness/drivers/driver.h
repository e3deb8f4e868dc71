// The commands `snag c++` and `snag cc`, also called as snag-c++ and snag-cc: one process, which becomes the compiler.
#pragma once

#include "harness/drivers/command_line.h"

#include <optional>

namespace snag {

/// Which compiler is wrapped.
enum class Driver { c, cxx };

/// A driver and what it was called with.
struct DriverCall {
  Driver driver = Driver::cxx;
  Arguments arguments;
};

/// A call of a driver: by the program's own name, or by its first argument. Nothing if it is none.
std::optional<DriverCall> driver_call(const Arguments& words);

/// Becomes the compiler: $SNAG_CXX or $SNAG_CC (words parted by blanks), else c++ or cc, so that exit codes, signals and
/// standard streams are its own. Returns the exit code where that cannot be, with the reason and the mend on standard
/// error: 2 for what is refused, 3 if a part of snag is missing or the compiler cannot be run.
int run_driver(const DriverCall& call);

}  // namespace snag
