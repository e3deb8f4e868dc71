// Whole programs, as `run` and `replay` are given them behind "--": this process becomes the program, in which the
// runtime finds the command line again and carries it out.
#pragma once

#include <string>
#include <vector>

namespace snag {

/// Becomes the program behind "--"; returns if there is no "--". Throws UsageError if it cannot.
void launch_program(int argc, char** argv);

/// What the runtime was left with.
struct Launched {
  std::vector<std::string> arguments;   ///< the command line up to "--"; empty: the program was started by itself
  std::vector<std::string> under_test;  ///< the program and its arguments as they were given
  bool has_tests = false;               ///< of GoogleTest
};
Launched take_launched();

}  // namespace snag
