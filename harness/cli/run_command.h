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

/// A whole program under test, and what of it there is to run.
struct ProgramUnderTest {
  std::vector<std::string> call;    ///< the program and its arguments
  std::vector<Scenario> scenarios;  ///< the program as a whole, and then each test that it has
  std::vector<std::string> tests;   ///< names of those to run, each by itself; none: the program as a whole
};

/// The flag that runs all tests of a program as one scenario.
inline constexpr const char* together_flag = "--together";

/// The same inside the program's process, for the commands that mean it: `arguments` is the command line up to "--".
int run_command_for_program(const std::vector<std::string>& arguments, ProgramUnderTest program);

}  // namespace snag
