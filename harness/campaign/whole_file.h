// Files that are there whole or not at all: written beside their place under another name, then renamed into it.
#pragma once

#include <filesystem>
#include <string_view>

namespace snag {

/// What the names of files begin with that are being written. A killed process leaves such a file behind.
inline constexpr std::string_view unfinished_prefix = ".snag-unfinished-";

/// Whether write_whole_file() replaces what is there: a file, or nothing yet. Else it is a device, a pipe, or something
/// that this process has open already (/dev/stdout, /dev/fd/3), and text is added to it.
bool is_replaced(const std::filesystem::path& path);

/// Writes a file. Whoever reads it sees what was there before, or all of the new text. Throws std::system_error; then
/// nothing has changed. Symbolic links are followed.
void write_whole_file(const std::filesystem::path& path, std::string_view text);

}  // namespace snag
