// Builds a solution: the student's file against the scenario's own interface and driver, never against those that lie
// beside it. One written with snag's types becomes a library that the command can load. Nothing of snag is linked in: it
// uses the engine of the command that loads it, so a check needs headers and a compiler, and no file can bring an engine
// of its own. One in plain C++ becomes a program, compiled and linked as `snag c++` does.
#pragma once

#include "harness/students/diagnostics.h"
#include "harness/students/installation.h"
#include "harness/students/solution_kind.h"

#include <filesystem>
#include <string>
#include <vector>

namespace snag {

/// What to build, and where.
struct BuildJob {
  SolutionKind kind = SolutionKind::typed;
  std::filesystem::path scenario;     ///< the folder of the scenario, or of its plain form: interface.h and driver.cpp
  std::filesystem::path file;         ///< the student's, as the user named it: diagnostics and reports show it so
  std::filesystem::path work;         ///< an empty folder
  std::vector<std::string> compiler;  ///< program, and arguments before all others
};

/// What came of it.
struct BuiltSolution {
  bool built = false;
  std::filesystem::path file;                ///< when built: a library or a program
  Diagnostics diagnostics;                   ///< of the student's file; warnings also when built
  std::vector<std::string> linker_messages;  ///< what it defines and must not, or does not; only when not built
};

/// Throws InstallationError when the driver or the command's own headers do not compile, std::system_error when the
/// compiler cannot be run, Interrupted.
BuiltSolution build_solution(const BuildJob& job, const Installation& installation);

/// The text of a file. Throws std::system_error.
std::string read_text(const std::filesystem::path& file);

}  // namespace snag
