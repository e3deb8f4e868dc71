// The list of all checkers: written out, since registration by static objects is dropped by the linker.
#pragma once

#include "harness/trace/checker.h"

#include <memory>
#include <vector>

namespace snag {

/// One of each checker, new.
std::vector<std::unique_ptr<Checker>> all_checkers();

}  // namespace snag
