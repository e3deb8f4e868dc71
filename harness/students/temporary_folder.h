// A folder that is gone when its owner is: what a check builds leaves nothing behind.
#pragma once

#include <filesystem>

namespace snag {

/// A fresh folder among the temporary ones ($TMPDIR), removed with all that is in it.
class TemporaryFolder {
 public:
  /// Throws std::filesystem::filesystem_error.
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace snag
