// Files that are there whole or not at all: written beside their place under another name, then renamed into it.
#pragma once

#include <filesystem>
#include <string_view>

namespace snag {

/// What the names of files begin with that are being written. A killed process leaves such a file behind.
inline constexpr std::string_view unfinished_prefix = ".snag-unfinished-";

/// Writes a file. Whoever reads it sees what was there before, or all of the new text. Throws std::system_error; then
/// nothing has changed. Symbolic links are followed. A device or a pipe is written to directly.
void write_whole_file(const std::filesystem::path& path, std::string_view text);

}  // namespace snag
