#include "harness/drivers/driver.h"

#include "harness/drivers/plan.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <system_error>

#include <sys/wait.h>
#include <unistd.h>

namespace snag {

namespace fs = std::filesystem;

namespace {

constexpr int exit_refused = 2;
constexpr int exit_fault = 3;

// What is not the user's command line, but their machine or installation.
class DriverFault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct DriverNames {
  const char* command;
  const char* variable;
  const char* compiler;
};

DriverNames names_of(Driver driver) {
  return driver == Driver::cxx ? DriverNames{"c++", "SNAG_CXX", "c++"} : DriverNames{"cc", "SNAG_CC", "cc"};
}

std::optional<Driver> driver_named(const std::string& name) {
  if (name == "c++") return Driver::cxx;
  if (name == "cc") return Driver::c;
  return std::nullopt;
}

Arguments compiler_words(const DriverNames& names) {
  const char* const value = std::getenv(names.variable);
  std::istringstream stream(value != nullptr ? value : "");
  Arguments words{std::istream_iterator<std::string>(stream), {}};
  if (words.empty()) words.emplace_back(names.compiler);
  return words;
}

std::vector<char*> for_exec(const Arguments& words) {
  std::vector<char*> pointers;
  for (const std::string& word : words) pointers.push_back(const_cast<char*>(word.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

std::string cannot_run(const DriverNames& names, const std::string& compiler) {
  return fmt::format("cannot run the compiler {} ({}): name another in {}", compiler,
                     std::generic_category().message(errno), names.variable);
}

// What it prints when called with --version.
std::string version_of(const DriverNames& names, const Arguments& compiler) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) throw DriverFault(cannot_run(names, compiler.front()));
  const pid_t child = fork();
  if (child < 0) throw DriverFault(cannot_run(names, compiler.front()));
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    close(ends[0]);
    close(ends[1]);
    setenv("LC_ALL", "C", 1);
    Arguments words = compiler;
    words.emplace_back("--version");
    execvp(words.front().c_str(), for_exec(words).data());
    _exit(127);
  }
  close(ends[1]);
  std::string text;
  std::array<char, 4096> part{};
  for (ssize_t count = 0; (count = read(ends[0], part.data(), part.size())) != 0;) {
    if (count > 0) text.append(part.data(), static_cast<std::size_t>(count));
    if (count < 0 && errno != EINTR) break;
  }
  close(ends[0]);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 127) {
    errno = ENOENT;
    throw DriverFault(cannot_run(names, compiler.front()));
  }
  return text;
}

std::optional<std::string> text_of(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

DriverParts parts_beside(const fs::path& program) {
  const fs::path folder = program.parent_path();
  return {.runtime = (folder / SNAG_LIBRARY_FOLDER / "libsnag_runtime.so").lexically_normal(),
          .specs = (folder / SNAG_DATA_FOLDER / "gcc.specs").lexically_normal()};
}

void require(const fs::path& part) {
  if (!fs::exists(part)) throw DriverFault(fmt::format("{} is not there: install snag again", part.string()));
}

// With SNAG_CXX naming a driver, each call would call the next for ever.
void refuse_itself(const DriverNames& names) {
  const char* const inside = "SNAG_DRIVER_RUNS";
  if (std::getenv(inside) != nullptr)
    throw DriverRefusal(
        fmt::format("the compiler to wrap is a driver of snag itself: name GCC or Clang in {}", names.variable));
  setenv(inside, "1", 1);
}

[[noreturn]] void become_compiler(const DriverCall& call, const DriverNames& names) {
  refuse_itself(names);
  const Arguments words = compiler_words(names);
  const DriverParts parts = parts_beside(fs::read_symlink("/proc/self/exe"));
  const CommandLine line = read_command_line(expand(call.arguments, text_of));
  Compiler compiler{.words = words};
  if (line.stage != Stage::query) {
    compiler = recognise(words, version_of(names, words));
    if (compiler.family == CompilerFamily::gcc) require(parts.specs);
  }
  const Arguments command = plan(call.arguments, compiler, parts, text_of);
  if (line.stage == Stage::link) require(parts.runtime);
  execvp(command.front().c_str(), for_exec(command).data());
  throw DriverFault(cannot_run(names, command.front()));
}

}  // namespace

std::optional<DriverCall> driver_call(const Arguments& words) {
  if (words.empty()) return std::nullopt;
  const std::string name = fs::path(words.front()).filename().string();
  if (name.starts_with("snag-"))
    if (const std::optional<Driver> driver = driver_named(name.substr(5)))
      return DriverCall{*driver, {words.begin() + 1, words.end()}};
  if (words.size() < 2) return std::nullopt;
  if (const std::optional<Driver> driver = driver_named(words[1]))
    return DriverCall{*driver, {words.begin() + 2, words.end()}};
  return std::nullopt;
}

int run_driver(const DriverCall& call) {
  const DriverNames names = names_of(call.driver);
  const auto complain = [&](const std::exception& error) {
    std::fputs(fmt::format("snag {}: {}\n", names.command, error.what()).c_str(), stderr);
  };
  try {
    become_compiler(call, names);
  } catch (const DriverRefusal& error) {
    complain(error);
    return exit_refused;
  } catch (const std::exception& error) {
    complain(error);
    return exit_fault;
  }
}

}  // namespace snag
