#include "harness/cli/output.h"

#include "harness/campaign/whole_file.h"
#include "harness/execution/execution.h"

#include <fmt/format.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

#include <unistd.h>

namespace snag {

namespace {

bool readers_matter = true;
bool closed = false;  // standard output, by its reader

bool readers_have_gone() {
  closed = closed || (!readers_matter && errno == EPIPE);
  return closed;
}

[[noreturn]] void fail(const std::string& what) {
  throw OutputError(fmt::format("cannot write {}: {}", what, std::strerror(errno)));
}

}  // namespace

void keep_on_without_readers() {
  std::signal(SIGPIPE, SIG_IGN);
  readers_matter = false;
}

void write_out(std::string_view text) {
  // At once: what waits in a buffer would be written again by each copy of the process that a program under test runs in.
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (!written && !readers_have_gone()) fail("to standard output");
}

void flush_out() {
  if ((std::fflush(stdout) != 0 || std::ferror(stdout) != 0) && !readers_have_gone()) fail("to standard output");
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
  try {
    if (is_replaced(path))
      write_whole_file(path, unfinished);
    else if (const bool folder = std::filesystem::is_directory(path, unknown);
             folder || ::access(path.c_str(), W_OK) != 0)
      throw std::system_error(folder ? EISDIR : errno, std::generic_category());
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
