#include "harness/cli/output.h"

#include "harness/execution/execution.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace snag {

namespace {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

File open_file(const std::string& path, const char* mode) { return {std::fopen(path.c_str(), mode), &std::fclose}; }

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
  File file = open_file(path, "wb");
  if (!file) fail(path);
  const bool written = std::fwrite(text.data(), 1, text.size(), file.get()) == text.size();
  // Only closing tells whether the last of it arrived.
  if (std::fclose(file.release()) != 0 || !written) fail(path);
}

void check_writable(const std::string& path) {
  if (!open_file(path, "ab"))
    throw UsageError(fmt::format("cannot write {}: {}; name a file in a folder that exists and is yours to write", path,
                                 std::strerror(errno)));
}

void complain(std::string_view text) {
  std::fflush(stdout);
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fputc('\n', stderr);
}

}  // namespace snag
