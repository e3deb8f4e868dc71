// Processes that a check starts: the compiler, and the solution itself, which may do whatever it likes to its own process
// without harm to the command. Each leads a process group, ends with its parent, and is ended with all that it started
// when its owner goes out of scope; so Ctrl-C leaves nothing running.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace snag {

/// Thrown by ChildProcess::wait when the command was interrupted (SIGINT, SIGTERM, SIGHUP).
struct Interrupted {};

/// While it lives those signals are noted, not obeyed; afterwards they have the effect that they had before.
class NotedInterrupts {
 public:
  NotedInterrupts();
  NotedInterrupts(const NotedInterrupts&) = delete;
  NotedInterrupts& operator=(const NotedInterrupts&) = delete;
  ~NotedInterrupts();
};

/// How a process ended.
struct Ended {
  bool timed_out = false;  ///< it was killed, because it took too long
  int signal = 0;          ///< the one that ended it, or 0
  int code = 0;            ///< its exit code, if no signal ended it
};

/// A process under way.
class ChildProcess {
 public:
  /// Starts a program; what it prints goes to the file, its temporary files ($TMPDIR) beside that. `environment` is added
  /// to what it inherits. Throws std::system_error if it cannot be started.
  using Environment = std::vector<std::pair<std::string, std::string>>;
  static ChildProcess start(const std::vector<std::string>& command, const std::filesystem::path& output,
                            const Environment& environment = {});
  /// Runs a function in a copy of this process, which ends with _exit(what it returns). Standard input is empty, and
  /// what is printed goes to the file.
  static ChildProcess start(const std::function<int()>& function, const std::filesystem::path& output);

  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;
  ~ChildProcess();

  /// Waits for its end. Throws Interrupted.
  Ended wait(double seconds_max);

 private:
  explicit ChildProcess(pid_t process) : process_(process) {}
  pid_t process_;  // 0: has been waited for
};

}  // namespace snag
