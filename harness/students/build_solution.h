// Builds a solution: the student's file against the scenario's own interface and driver, never against those that lie
// beside it, into a library that the command can load. Nothing of snag is linked in: the library uses the engine of the
// command that loads it, so a check needs headers and a compiler, and no file can bring an engine of its own.
#pragma once

#include "harness/students/diagnostics.h"
#include "harness/students/installation.h"

#include <filesystem>
#include <string>
#include <vector>

namespace snag {

/// What to build, and where.
struct BuildJob {
  std::filesystem::path scenario;     ///< the scenario's folder, with interface.h and driver.cpp
  std::filesystem::path file;         ///< the student's, as the user named it: diagnostics and reports show it so
  std::filesystem::path work;         ///< an empty folder
  std::vector<std::string> compiler;  ///< program, and arguments before all others
};

/// What came of it.
struct BuiltSolution {
  bool built = false;
  std::filesystem::path library;             ///< when built
  Diagnostics diagnostics;                   ///< of the student's file; warnings also when built
  std::vector<std::string> linker_messages;  ///< what it defines and must not; only when not built
};

/// Throws InstallationError when the driver or the command's own headers do not compile, std::system_error when the
/// compiler cannot be run, Interrupted.
BuiltSolution build_solution(const BuildJob& job, const Installation& installation);

/// The text of a file. Throws std::system_error.
std::string read_text(const std::filesystem::path& file);

}  // namespace snag
