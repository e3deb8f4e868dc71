// The names of all objects of a trace.
#pragma once

#include "harness/trace/trace.h"

#include <string>
#include <vector>

namespace snag {

/// lasting_name() of every object, in their order: to ask for one takes as long as there are objects.
std::vector<std::string> lasting_names(const Trace& trace);

}  // namespace snag
