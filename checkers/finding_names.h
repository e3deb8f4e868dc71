// What findings are called.
#pragma once

#include <string>
#include <vector>

namespace snag {

/// The names of all findings, as in Finding::checker: those of the checkers, and those that tell how a process ended. What
/// only `snag check` tells of a solution is not among them.
/// Manifests of scenarios (scenarios/manifest.cmake) and files of suppressions may name these.
const std::vector<std::string>& finding_names();

}  // namespace snag
