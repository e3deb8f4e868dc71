#include "harness/cli/output.h"

#include "harness/campaign/whole_file.h"
#include "harness/execution/execution.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

#include <unistd.h>

namespace snag {

namespace {

[[noreturn]] void fail(const std::string& what) {
  throw OutputError(fmt::format("cannot write {}: {}", what, std::strerror(errno)));
}

}  // namespace

void write_out(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) fail("to standard output");
}

void flush_out() {
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) fail("to standard output");
}

void write_file(const std::string& path, std::string_view text) {
  try {
    write_whole_file(path, text);
  } catch (const std::system_error& error) {
    throw OutputError(fmt::format("cannot write {}: {}", path, error.code().message()));
  }
}

void begin_file(const std::string& path, std::string_view unfinished) {
  std::error_code unknown;
  const std::filesystem::file_status status = std::filesystem::status(path, unknown);
  const bool special = std::filesystem::exists(status) && !std::filesystem::is_regular_file(status);
  try {
    if (!special)
      write_whole_file(path, unfinished);
    else if (::access(path.c_str(), W_OK) != 0 || std::filesystem::is_directory(status))
      throw std::system_error(std::filesystem::is_directory(status) ? EISDIR : errno, std::generic_category());
  } catch (const std::system_error& error) {
    throw UsageError(fmt::format("cannot write {}: {}; name a file in a folder that exists and is yours to write", path,
                                 error.code().message()));
  }
}

void complain(std::string_view text) {
  std::fflush(stdout);
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fputc('\n', stderr);
}

}  // namespace snag
