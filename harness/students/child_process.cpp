#include "harness/students/child_process.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

namespace snag {

namespace {

using WallClock = std::chrono::steady_clock;

constexpr std::array noted_signals = {SIGINT, SIGTERM, SIGHUP};
volatile std::sig_atomic_t interrupted = 0;
std::array<struct sigaction, noted_signals.size()> actions_before;

[[noreturn]] void fail(const std::string& what) { throw std::system_error(errno, std::generic_category(), what); }

// In the child: a group of its own, no interrupts (the parent ends it), and no life without the parent.
void settle_in(pid_t parent, int output) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  for (const int signal : noted_signals) std::signal(signal, SIG_DFL);
  const int nothing = open("/dev/null", O_RDONLY);
  dup2(nothing, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  close(nothing);
  close(output);
}

int open_output(const std::filesystem::path& output) {
  const int file = open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) fail("cannot write " + output.string());
  return file;
}

template <class Work>
pid_t fork_to(int output, Work work) {
  const pid_t parent = getpid();
  std::fflush(nullptr);  // else the child would print once more what waits in buffers
  const pid_t child = fork();
  if (child == 0) {
    settle_in(parent, output);
    work();
  }
  const int error = errno;
  close(output);
  errno = error;
  if (child < 0) fail("cannot start a process");
  setpgid(child, child);  // both do it: whoever comes first
  return child;
}

}  // namespace

NotedInterrupts::NotedInterrupts() {
  interrupted = 0;
  struct sigaction action {};
  action.sa_handler = [](int) { interrupted = 1; };
  for (std::size_t i = 0; i < noted_signals.size(); ++i) sigaction(noted_signals[i], &action, &actions_before[i]);
}

NotedInterrupts::~NotedInterrupts() {
  for (std::size_t i = 0; i < noted_signals.size(); ++i) sigaction(noted_signals[i], &actions_before[i], nullptr);
  interrupted = 0;  // what was noted is answered, or nobody asks any more
}

ChildProcess ChildProcess::start(const std::vector<std::string>& command, const std::filesystem::path& output,
                                 const Environment& environment) {
  std::array<int, 2> failure{};  // carries errno, if the program cannot be run; closed by running it
  if (pipe2(failure.data(), O_CLOEXEC) != 0) fail("cannot make a pipe");
  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  const std::string temporary = std::filesystem::absolute(output).parent_path().string();
  ChildProcess child(fork_to(open_output(output), [&] {
    setenv("LC_ALL", "C", 1);  // its messages are read
    setenv("TMPDIR", temporary.c_str(), 1);
    for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
    execvp(words[0], words.data());
    const int error = errno;
    // A failed write shows as a program that was run and failed.
    [[maybe_unused]] const ssize_t written = write(failure[1], &error, sizeof error);
    _exit(127);
  }));
  close(failure[1]);
  int error = 0;
  ssize_t count = 0;
  while ((count = read(failure[0], &error, sizeof error)) < 0 && errno == EINTR) continue;
  close(failure[0]);
  if (count == sizeof error) {
    errno = error;
    fail("cannot run " + command.front());
  }
  return child;
}

ChildProcess ChildProcess::start(const std::function<int()>& function, const std::filesystem::path& output) {
  return ChildProcess(fork_to(open_output(output), [&] { _exit(function()); }));
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept : process_(std::exchange(other.process_, 0)) {}

ChildProcess::~ChildProcess() {
  if (process_ == 0) return;
  kill(-process_, SIGKILL);
  while (waitpid(process_, nullptr, 0) < 0 && errno == EINTR) continue;
}

Ended ChildProcess::wait(double seconds_max) {
  const auto start = WallClock::now();
  Ended ended;
  // Not reaped yet, so that its number stays its own while the group is ended.
  siginfo_t info{};
  while (waitid(P_PID, static_cast<id_t>(process_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0) {
    if (interrupted != 0) throw Interrupted{};
    if (!ended.timed_out && std::chrono::duration<double>(WallClock::now() - start).count() >= seconds_max) {
      ended.timed_out = true;
      kill(-process_, SIGKILL);
    }
    const timespec pause{.tv_sec = 0, .tv_nsec = 3'000'000};
    nanosleep(&pause, nullptr);
  }
  kill(-process_, SIGKILL);  // whatever it left running
  int status = 0;
  while (waitpid(process_, &status, 0) < 0 && errno == EINTR) continue;
  process_ = 0;
  if (WIFSIGNALED(status)) ended.signal = WTERMSIG(status);
  if (WIFEXITED(status)) ended.code = WEXITSTATUS(status);
  return ended;
}

}  // namespace snag
