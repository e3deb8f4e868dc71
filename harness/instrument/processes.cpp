// Other processes: the program may make them, and they are not controlled. A child goes on alone, as if snag were not
// there; what it is mostly for is to become another program.
#include "harness/instrument/real.h"
#include "harness/instrument/uncontrolled.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>

namespace snag::instrument {

namespace {

constinit std::atomic<unsigned> said = 0;  // a bit for each kind

// Past the C library: what it would do for the child is done to memory that the child shares with the harness.
pid_t fork_program(const void* place) {
  pid_t child = 0;
  {
    const Inside inside;
    meet_uncontrolled(Uncontrolled::fork, place);
    child = static_cast<pid_t>(real::syscall()(SYS_clone, static_cast<long>(SIGCHLD), 0, 0, 0, 0));
  }
  if (child == 0) in_program = false;
  return child;
}

}  // namespace

const char* words_for(Uncontrolled what) {
  switch (what) {
    case Uncontrolled::fork:
      return "the program calls fork(): the child is not controlled, and what it does is not seen";
    case Uncontrolled::command:
      return "the program runs a command (system or popen): it is not controlled, and waited for by the clock";
    case Uncontrolled::thread_of_library:
      return "a shared library makes a thread: the thread is controlled, but of the library's own accesses to memory "
             "only those are seen that it was compiled with -fsanitize=thread for";
  }
  return "";
}

void meet_uncontrolled(Uncontrolled what, const void* place) {
  const unsigned bit = 1U << static_cast<unsigned>(what);
  if ((said.fetch_or(bit) & bit) == 0 && tell_uncontrolled != nullptr) tell_uncontrolled(what, place);
}

}  // namespace snag::instrument

using namespace snag::instrument;

extern "C" {

pid_t fork() noexcept {
  if (!in_program) return real::fork()();
  return fork_program(__builtin_return_address(0));
}

// A child that borrows its parent's stack would come back to it through this function: it gets one of its own.
pid_t vfork() noexcept {
  if (!in_program) return real::fork()();
  return fork_program(__builtin_return_address(0));
}

int system(const char* command) {
  if (!in_program) return real::system()(command);
  const Inside inside;
  meet_uncontrolled(Uncontrolled::command, __builtin_return_address(0));
  return real::system()(command);
}

std::FILE* popen(const char* command, const char* how) {
  if (!in_program) return real::popen()(command, how);
  const Inside inside;
  meet_uncontrolled(Uncontrolled::command, __builtin_return_address(0));
  return real::popen()(command, how);
}
}
