// The folder that a student works in: the interface to read, the broken solution to edit, the lesson without its hints,
// a README.md that says how to check, and a folder for the failures that checks remember. Made whole or not at all.
#pragma once

#include "harness/students/solution_kind.h"

#include <filesystem>
#include <stdexcept>
#include <string>

namespace snag {

/// The folder cannot be made. what() names the reason and the mend.
class WorkingFolderError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What goes into it.
struct WorkingFolder {
  std::filesystem::path scenario;  ///< the scenario's folder
  std::string name;                ///< of the scenario
  std::string summary;
  std::string broken;         ///< file name of the solution to begin with: "broken.cpp"
  std::string check_command;  ///< as to be called in the folder
  SolutionKind kind = SolutionKind::typed;
};

/// Makes the folder, which may exist if it is empty. Throws WorkingFolderError.
void make_working_folder(const std::filesystem::path& folder, const WorkingFolder& content);

/// The file in it that is to be edited.
inline constexpr const char* solution_name = "solution.cpp";
/// The folder in it where checks remember failures.
inline constexpr const char* corpus_name = "corpus";

}  // namespace snag
