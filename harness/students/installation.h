// Where the parts of snag lie that are needed at run time to build a solution: the compiler and its flags, the headers,
// the scenarios. CMake writes them into toolchain.json, once for the build tree and once for the installation, and the
// running program finds the one that belongs to it.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace snag {

/// The installation is incomplete. what() names what is missing and the mend.
class InstallationError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// All folders are absolute.
struct Installation {
  std::vector<std::string> compiler;            ///< program, and arguments before all others
  std::vector<std::string> flags;               ///< for compiling and linking
  std::vector<std::filesystem::path> includes;  ///< folders with the headers of snag and of what they include
  std::filesystem::path scenarios;              ///< holds <group>/<scenario>/
};

/// Reads one toolchain.json. Throws InstallationError.
Installation read_installation(const std::filesystem::path& file);
/// The one that the running program belongs to. Throws InstallationError.
Installation find_installation();

/// The running program's own file.
std::filesystem::path running_program();

}  // namespace snag
