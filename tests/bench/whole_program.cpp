// How many executions of a whole program `snag run` makes in a second on one processor, and the most memory that one of
// its processes has had. Usage: whole_program_bench EXECUTIONS COMMAND...; the command makes that many executions.
// Prints executions a second of wall-clock time, and megabytes.
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "whole_program_bench: %s: %s\n", what, std::strerror(errno));
  std::exit(2);
}

void stay_on_one_processor() {
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) fail("sched_getaffinity");
  int last = 0;
  for (int i = 0; i < CPU_SETSIZE; ++i)
    if (CPU_ISSET(i, &allowed)) last = i;
  CPU_ZERO(&allowed);
  CPU_SET(last, &allowed);
  if (sched_setaffinity(0, sizeof allowed, &allowed) != 0) fail("sched_setaffinity");
}

[[noreturn]] void become(char** command) {
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere < 0 || dup2(nowhere, STDOUT_FILENO) < 0) fail("/dev/null");
  execvp(command[0], command);
  fail(command[0]);
}

}  // namespace

int main(int argc, char** argv) {
  const long executions = argc > 2 ? std::strtol(argv[1], nullptr, 10) : 0;
  if (executions <= 0) {
    std::fprintf(stderr, "usage: whole_program_bench EXECUTIONS COMMAND...\n");
    return 2;
  }
  stay_on_one_processor();
  const auto start = std::chrono::steady_clock::now();
  const pid_t process = fork();
  if (process < 0) fail("fork");
  if (process == 0) become(argv + 2);
  int status = 0;
  rusage used{};  // of the process and of all that it has waited for, the largest
  if (wait4(process, &status, 0, &used) != process) fail("wait4");
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    std::fprintf(stderr, "whole_program_bench: the command failed (status %d)\n", status);
    return 1;
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  std::printf("%.0f %.1f\n", static_cast<double>(executions) / seconds.count(),
              static_cast<double>(used.ru_maxrss) / 1024);
}
