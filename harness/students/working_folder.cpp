#include "harness/students/working_folder.h"

#include "harness/students/build_solution.h"
#include "harness/students/lesson.h"

#include <fmt/format.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <map>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace snag {

namespace fs = std::filesystem;

namespace {

// Holds Ctrl-C back until the folder is whole, or gone.
class HeldInterrupts {
 public:
  HeldInterrupts() {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, signal);
    sigprocmask(SIG_BLOCK, &signals, &before_);
  }
  HeldInterrupts(const HeldInterrupts&) = delete;
  HeldInterrupts& operator=(const HeldInterrupts&) = delete;
  ~HeldInterrupts() { sigprocmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

// Files that are taken away again unless all of them come to be.
class Draft {
 public:
  explicit Draft(const fs::path& folder) : folder_(folder) {
    if (mkdir(folder.c_str(), 0777) == 0) {
      made_.push_back(folder);
      return;
    }
    if (errno != EEXIST) refuse(fmt::format("cannot make {}: {}", folder.string(), std::strerror(errno)));
    std::error_code error;
    if (!fs::is_directory(folder)) refuse(fmt::format("{} is a file", folder.string()));
    if (!fs::is_empty(folder, error) || error)
      refuse(fmt::format("{} exists and {}", folder.string(),
                         error ? "cannot be read" : "is not empty: nothing in it is touched"));
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  ~Draft() {
    for (; !made_.empty(); made_.pop_back()) {
      std::error_code ignored;
      fs::remove(made_.back(), ignored);
    }
  }

  void write(const std::string& name, const std::string& text) {
    const fs::path path = folder_ / name;
    const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file < 0) refuse(fmt::format("cannot write {}: {}", path.string(), std::strerror(errno)));
    made_.push_back(path);
    std::size_t written = 0;
    while (written < text.size()) {
      const ssize_t count = ::write(file, text.data() + written, text.size() - written);
      if (count < 0) break;
      written += static_cast<std::size_t>(count);
    }
    const bool closed = close(file) == 0;
    if (written < text.size() || !closed)
      refuse(fmt::format("cannot write {}: {}", path.string(), std::strerror(errno)));
  }
  void make_folder(const std::string& name) {
    const fs::path path = folder_ / name;
    if (mkdir(path.c_str(), 0777) != 0) refuse(fmt::format("cannot make {}: {}", path.string(), std::strerror(errno)));
    made_.push_back(path);
  }
  void keep() { made_.clear(); }

 private:
  [[noreturn]] static void refuse(const std::string& why) {
    throw WorkingFolderError(why + "; name a folder that does not exist yet, in one that is yours to write");
  }
  fs::path folder_;
  std::vector<fs::path> made_;
};

std::string readme(const WorkingFolder& content) {
  return fmt::format(
      "# {0}: {1}\n\n"
      "`{2}` is wrong. Find out why, and mend it; edit no other file.\n\n"
      "- `lesson.md` says what it is about.\n"
      "- `interface.h` says what the solution has to do. It is a copy: a check uses the scenario's own.\n"
      "- `{2}` is yours.\n"
      "- `corpus/` is where checks remember failures, to try them first the next time.\n\n"
      "Build it and check it, in this folder:\n\n"
      "    {3}\n\n"
      "While it is wrong the check shows an interleaving that fails, and a hint; `--hint 2` gives the next one.\n",
      content.name, content.summary, solution_name, content.check_command);
}

}  // namespace

void make_working_folder(const fs::path& folder, const WorkingFolder& content) {
  // Everything is read before anything is written.
  const bool plain = content.kind == SolutionKind::plain;
  const fs::path form = plain ? plain_form_of(content.scenario) : content.scenario;
  const std::string lesson = read_lesson(read_text(content.scenario / "lesson.md")).text;
  const std::map<std::string, std::string> files = {
      {"interface.h", read_text(form / "interface.h")},
      {"lesson.md", lesson + "\n\nThe hints come one at a time, from the check.\n"},
      {"README.md", readme(content)},
      {solution_name, read_text(form / content.broken)},
  };
  const HeldInterrupts held;
  Draft draft(folder);
  for (const auto& [name, text] : files) draft.write(name, text);
  draft.make_folder(corpus_name);
  draft.keep();
}

}  // namespace snag
