#include "harness/students/build_solution.h"

#include "harness/report/text.h"
#include "harness/students/child_process.h"
#include "harness/students/watch.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

namespace snag {

namespace fs = std::filesystem;

namespace {

constexpr double compiler_seconds_max = 120;

using Command = std::vector<std::string>;

void append(Command& command, const Command& more) { command.insert(command.end(), more.begin(), more.end()); }

void write_text(const fs::path& file, const std::string& text) {
  std::ofstream stream(file, std::ios::binary);
  stream << text;
  stream.close();
  if (!stream) throw std::system_error(errno, std::generic_category(), "cannot write " + file.string());
}

// A string literal's inside, for #line.
std::string escaped(const std::string& text) {
  std::string result;
  for (const char character : text) {
    if (character == '"' || character == '\\') result += '\\';
    result += character;
  }
  return result;
}

bool succeeded(const Ended& ended) { return !ended.timed_out && ended.signal == 0 && ended.code == 0; }

// One solution under way.
class Build {
 public:
  Build(const BuildJob& job, const Installation& installation) : job_(job), installation_(installation) {}

  BuiltSolution run() {
    source_ = read_text(job_.file);
    // Copied beside the trusted interface, which an include of "interface.h" then finds; #line keeps the names true.
    for (const fs::directory_entry& entry : fs::directory_iterator(job_.scenario))
      if (entry.path().extension() == ".h" || entry.path().filename() == "driver.cpp")
        fs::copy_file(entry.path(), job_.work / entry.path().filename());
    if (is_plain()) add_main();
    write_text(job_.work / "solution.cpp", fmt::format("#line 1 \"{}\"\n{}", escaped(job_.file.string()), source_));
    compile();
    if (result_.built) link();
    return std::move(result_);
  }

 private:
  bool is_plain() const { return job_.kind == SolutionKind::plain; }

  // A plain solution is built as its author would: by the command itself, as a driver of the compiler.
  Command compiler() const {
    Command command = is_plain() ? Command{running_program().string(), "c++"} : job_.compiler;
    append(command, installation_.flags);
    // Clang instruments what it has optimised: accesses that race could be gone.
    if (is_plain() && job_.compiler.front().find("clang") != std::string::npos) command.emplace_back("-O0");
    return command;
  }

  ChildProcess start(const Command& command, const char* log) const {
    ChildProcess::Environment environment;
    if (is_plain()) environment.emplace_back("SNAG_CXX", fmt::format("{}", fmt::join(job_.compiler, " ")));
    return ChildProcess::start(command, job_.work / log, environment);
  }

  void add_main() const {
    const fs::path driver = job_.work / "driver.cpp";
    fs::permissions(driver, fs::perms::owner_write, fs::perm_options::add);
    write_text(driver, read_text(driver) + "\nint main() { solution::scenario(); }\n");
  }

  ChildProcess start_compiler(const std::string& name) const {
    Command command = compiler();
    command.push_back("-fdiagnostics-color=never");
    if (!is_plain()) {
      for (const fs::path& folder : installation_.includes) append(command, {"-isystem", folder.string()});
      append(command, {"-include", "snag/snag.h"});  // a precompiled header is used only as the very first
    }
    // Types that a solution defines itself meet those of the interface, whether or not it includes it.
    append(command, {"-include", (job_.work / "interface.h").string()});
    append(command, {"-iquote", job_.file.has_parent_path() ? job_.file.parent_path().string() : "."});
    append(command, {"-c", (job_.work / (name + ".cpp")).string(), "-o", (job_.work / (name + ".o")).string()});
    return start(command, (name + ".log").c_str());
  }

  void compile() {
    ChildProcess solution = start_compiler("solution");
    ChildProcess driver = start_compiler("driver");
    const Ended ended = solution.wait(compiler_seconds_max);
    const std::string output = read_text(job_.work / "solution.log");
    if (is_plain() && output.starts_with("snag c++: cannot run the compiler"))
      throw std::system_error(ENOENT, std::generic_category(), "cannot run " + job_.compiler.front());
    result_.diagnostics = read_diagnostics(output, job_.file.string(), source_);
    result_.built = succeeded(ended);
    if (!result_.built && result_.diagnostics.own.empty() && result_.diagnostics.errors_elsewhere == 0)
      throw InstallationError(fmt::format("the compiler {} failed{}:\n{}", job_.compiler.front(),
                                          ended.timed_out ? ": it took too long" : "", printable(output)));
    if (!result_.built) return;
    if (!succeeded(driver.wait(compiler_seconds_max)))
      throw InstallationError(
          fmt::format("the scenario's own driver does not compile with {}; choose the compiler that snag was built "
                      "with, or install snag again:\n{}",
                      job_.compiler.front(), printable(read_text(job_.work / "driver.log"))));
  }

  void link() {
    result_.file = job_.work / (is_plain() ? "solution" : "solution.so");
    Command command = compiler();
    if (!is_plain()) command.emplace_back("-shared");
    append(command, {"-o", result_.file.string()});
    append(command, {(job_.work / "driver.o").string(), (job_.work / "solution.o").string()});
    if (!is_plain())
      for (const std::string& function : refused_functions()) command.push_back("-Wl,--wrap=" + function);
    if (succeeded(start(command, "link.log").wait(compiler_seconds_max))) return;
    const std::string output = read_text(job_.work / "link.log");
    result_.built = false;
    result_.linker_messages = read_linker_messages(output);
    if (result_.linker_messages.empty())
      throw InstallationError(fmt::format("linking the solution failed:\n{}", printable(output)));
  }

  const BuildJob& job_;
  const Installation& installation_;
  std::string source_;
  BuiltSolution result_;
};

}  // namespace

BuiltSolution build_solution(const BuildJob& job, const Installation& installation) {
  return Build(job, installation).run();
}

std::string read_text(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw std::system_error(errno, std::generic_category(), "cannot read " + file.string());
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace snag
