// The command line as a function: whoever has scenarios gets `list`, `run`, `explore`, `replay` and `corpus` for
// them.
#pragma once

#include "harness/trace/scenario.h"

#include <string>
#include <vector>

namespace snag {

/// The scenarios of a program that links snag::main; that program defines it.
std::vector<Scenario> catalogue();

/// Runs the command line over these scenarios and returns its exit code: 0 clean, 1 finding, 2 usage, 3 the
/// harness's own error, a replay that diverged, or nothing ran.
int run_command(int argc, char** argv, std::vector<Scenario> catalogue);

/// The same inside a whole program under test, for the commands that mean it: `arguments` is the command line up to
/// "--", `under_test` the program and its arguments.
int run_command_for_program(const std::vector<std::string>& arguments, const std::vector<std::string>& under_test,
                            Scenario program);

}  // namespace snag
