#include "harness/cli/launch.h"

#include "harness/cli/googletest.h"
#include "harness/execution/execution.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>
#include <utility>

#include <sys/personality.h>
#include <unistd.h>

namespace snag {

namespace fs = std::filesystem;

namespace {

constexpr const char* variable = "SNAG_COMMAND";
constexpr std::string_view runtime_name = "libsnag_runtime.so";
constexpr std::string_view mark_of_executables = "\177ELF";

// As a shell finds it.
fs::path find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) return name;
  const char* const path = std::getenv("PATH");
  const std::string folders = path == nullptr ? "" : path;
  for (std::size_t begin = 0; begin <= folders.size();) {
    const std::size_t end = std::min(folders.find(':', begin), folders.size());
    const fs::path file = fs::path(folders.substr(begin, end - begin)) / name;
    if (access(file.c_str(), X_OK) == 0 && !fs::is_directory(file)) return file;
    begin = end + 1;
  }
  throw UsageError(fmt::format("there is no program {} in $PATH: name it with its folder, ./{}", name, name));
}

// What stands in the program. Throws UsageError unless snag can run it.
std::string read_program(const fs::path& file) {
  std::error_code unknown;
  if (fs::is_directory(file, unknown)) throw UsageError(fmt::format("{} is a folder: name a program", file.string()));
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw UsageError(fmt::format("cannot read {}: {}", file.string(), std::strerror(errno)));
  if (access(file.c_str(), X_OK) != 0)
    throw UsageError(fmt::format("{} is no program that may be run: {}", file.string(), std::strerror(errno)));
  std::string bytes{std::istreambuf_iterator<char>(stream), {}};
  if (!bytes.starts_with(mark_of_executables))
    throw UsageError(fmt::format(
        "{} is a script, and not the program itself: name what it starts (libtool keeps it in .libs/)", file.string()));
  if (bytes.find(runtime_name) == std::string::npos)
    throw UsageError(
        fmt::format("{} was not built with `snag c++` or `snag cc`: its threads cannot be controlled. Build it with "
                    "CXX=\"snag c++\" "
                    "CC=\"snag cc\" (docs/unmodified.md)",
                    file.string()));
  return bytes;
}

std::vector<std::string> words(char** begin, char** end) { return {begin, end}; }

}  // namespace

void launch_program(int argc, char** argv) {
  char** const end = argv + argc;
  char** const dashes = std::find_if(argv, end, [](const char* word) { return std::strcmp(word, "--") == 0; });
  const std::string_view name = argc > 1 ? argv[1] : "";
  const bool is_meant = name == "run" || name == "explore" || name == "replay";
  if (dashes == end || !is_meant) return;
  if (dashes + 1 == end) throw UsageError("behind -- stands nothing: name the program to run, -- ./program");
  const fs::path file = find_program(dashes[1]);
  const bool has_tests = has_googletest(read_program(file));
  std::vector<std::string> arguments = words(argv, dashes);
  if (name == "explore") arguments[1] = "run";  // of one program they mean the same
  const nlohmann::json command = {
      {"arguments", std::move(arguments)}, {"under_test", words(dashes + 1, end)}, {"has_tests", has_tests}};
  setenv(variable, command.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str(), 1);
  // Every execution would look up the functions that it calls.
  setenv("LD_BIND_NOW", "1", 0);
  // Programs order things by their addresses. Where it is refused (in containers), a schedule still means the same for
  // all that does not depend on them.
  personality(ADDR_NO_RANDOMIZE);
  execv(file.c_str(), dashes + 1);
  throw UsageError(fmt::format("cannot run {}: {}", file.string(), std::strerror(errno)));
}

Launched take_launched() {
  const char* const text = std::getenv(variable);
  if (text == nullptr) return {};
  const auto command = nlohmann::json::parse(text, nullptr, false);
  unsetenv(variable);
  if (!command.is_object()) return {};
  return {command.value("arguments", std::vector<std::string>{}),
          command.value("under_test", std::vector<std::string>{}), command.value("has_tests", false)};
}

}  // namespace snag
