#include "harness/students/temporary_folder.h"

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>

namespace snag {

namespace fs = std::filesystem;

TemporaryFolder::TemporaryFolder() {
  std::string name = (fs::temp_directory_path() / "snag-check-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr)
    throw fs::filesystem_error("cannot make a temporary folder; set TMPDIR to one that is yours to write", name,
                               std::error_code(errno, std::generic_category()));
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  // A process that was killed may still end a write, which brings a file back. Other errors cannot be mended here.
  std::error_code error = std::make_error_code(std::errc::directory_not_empty);
  for (int i = 0; i < 100 && error == std::errc::directory_not_empty; ++i) fs::remove_all(path_, error);
}

}  // namespace snag
