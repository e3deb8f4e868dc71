// Writing what must not get lost: standard output and files, with an error when a write fails (a full disk, a closed
// pipe). Complaints go to standard error, where nothing can be done if they fail.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace snag {

/// A report could not be written. what() names the file and the reason.
class OutputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// From now on it is no error, and no end, if nobody reads standard output any more (`| head -1`): there are files to be
/// written.
void keep_on_without_readers();
/// Writes to standard output. Throws OutputError.
void write_out(std::string_view text);
/// Sees to it that all of standard output has been written. Throws OutputError.
void flush_out();
/// Writes a file, whole or not at all. Throws OutputError.
void write_file(const std::string& path, std::string_view text);
/// The same before a long run, with what shall stand there if it does not come to its end. Devices and pipes are only
/// tried. Throws UsageError with the reason when the file cannot be written.
void begin_file(const std::string& path, std::string_view unfinished);
/// A line on standard error.
void complain(std::string_view text);

}  // namespace snag
