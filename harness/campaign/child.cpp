#include "harness/campaign/child.h"

#include "harness/execution/front_end.h"
#include "harness/execution/own_process.h"

#include <array>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace snag {

namespace {

constexpr char complete = '.';  // ends what the child says: without it, it was cut off

void write_all(int descriptor, const std::string& text) {
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t count = ::write(descriptor, text.data() + written, text.size() - written);
    if (count < 0 && errno != EINTR) return;
    if (count > 0) written += static_cast<std::size_t>(count);
  }
}

[[noreturn]] void be_the_child(int descriptor, const std::function<std::string()>& work) {
  const int nowhere = ::open("/dev/null", O_WRONLY);
  ::dup2(nowhere, STDOUT_FILENO);
  ::dup2(nowhere, STDERR_FILENO);
  harness_error = STDERR_FILENO;
  write_all(descriptor, work() + complete);
  ::_exit(0);
}

std::string read_all(int descriptor) {
  std::string text;
  std::array<char, 4096> buffer;
  while (true) {
    const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace

pid_t fork_for(const Scenario& scenario) {
  const OwnProcess* const process = own_process_of(scenario);
  return process != nullptr ? process->fork() : ::fork();
}

std::optional<std::string> run_in_child(const Scenario& scenario, const std::function<std::string()>& work) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  const pid_t child = fork_for(scenario);
  if (child == 0) be_the_child(ends[1], work);
  const int error = errno;
  ::close(ends[1]);
  std::string text = child < 0 ? std::string() : read_all(ends[0]);
  ::close(ends[0]);
  if (child < 0) throw std::system_error(error, std::generic_category(), "fork");
  while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {}
  if (text.empty() || text.back() != complete) return std::nullopt;
  text.pop_back();
  return text;
}

}  // namespace snag
