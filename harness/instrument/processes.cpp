// Other processes: the program may make them, and they are not controlled. A child goes on alone, as if snag were not
// there; what it is mostly for is to become another program. Who waits for its end waits as for a descriptor.
#include "harness/execution/own_process.h"
#include "harness/instrument/descriptors.h"
#include "harness/instrument/real.h"
#include "harness/instrument/uncontrolled.h"

#include <spawn.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>

namespace snag::instrument {

namespace {

constinit std::atomic<unsigned> said = 0;  // a bit for each kind

// Past the C library: what it would do for the child is done to memory that the child shares with the harness.
pid_t fork_program(const void* place) {
  const pid_t parent = getpid();
  pid_t child = 0;
  {
    const Inside inside;
    meet_uncontrolled(Uncontrolled::fork, place);
    child = static_cast<pid_t>(real::syscall()(SYS_clone, static_cast<long>(SIGCHLD), 0, 0, 0, 0));
    if (child > 0) expect_answers_of(child);
  }
  if (child != 0) return child;
  in_program = false;
  in_child_of_program = true;
  // The next execution must not meet it. The parent may have ended before it could say so.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) real::_exit()(0);
  return child;
}

// spawn is posix_spawn or its kin.
template <class Spawn>
int spawn_program(Spawn spawn, pid_t* child, const char* file, const posix_spawn_file_actions_t* actions,
                  const posix_spawnattr_t* attributes, char* const* arguments, char* const* environment,
                  const void* place) {
  const Inside inside;
  meet_uncontrolled(Uncontrolled::fork, place);
  pid_t made = 0;
  const int error = spawn(&made, file, actions, attributes, arguments, environment);
  if (error == 0) expect_answers_of(made);
  if (error == 0 && child != nullptr) *child = made;
  return error;
}

struct ChildWait {
  idtype_t kind;
  id_t number;
  int options;  // of waitid
};

// Also when there is no such child: then the call fails at once.
bool has_ended(const DescriptorWait& wait) {
  const auto& wanted = *static_cast<const ChildWait*>(wait.more);
  siginfo_t ended{};
  const int error = real::waitid()(wanted.kind, wanted.number, &ended, wanted.options | WNOHANG | WNOWAIT);
  return error != 0 || ended.si_pid != 0;
}

// really() is the program's call: by then it does not wait.
template <class Really>
long when_ended(const ChildWait& wanted, const void* place, Really really) {
  if ((wanted.options & WNOHANG) != 0) return really();
  const DescriptorWait wait{.is_ready = &has_ended, .more = &wanted};
  return on_descriptors(&wait, never, place, really);
}

pid_t wait_for(pid_t child, int* status, int options, rusage* usage, const void* place) {
  ChildWait wanted{P_PID, static_cast<id_t>(child), options | WEXITED};
  if (child == -1) wanted.kind = P_ALL;
  if (child == 0) wanted = {P_PGID, static_cast<id_t>(getpgrp()), wanted.options};
  if (child < -1) wanted = {P_PGID, static_cast<id_t>(-child), wanted.options};
  return static_cast<pid_t>(
      when_ended(wanted, place, [&] { return long{real::wait4()(child, status, options, usage)}; }));
}

}  // namespace

const char* words_for(Uncontrolled what) {
  switch (what) {
    case Uncontrolled::fork:
      return "the program makes a process (fork, vfork or posix_spawn): it is not controlled, and what it does is not "
             "seen";
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

int posix_spawn(pid_t* child, const char* file, const posix_spawn_file_actions_t* actions,
                const posix_spawnattr_t* attributes, char* const* arguments, char* const* environment) {
  if (!in_program) return real::posix_spawn()(child, file, actions, attributes, arguments, environment);
  return spawn_program(real::posix_spawn(), child, file, actions, attributes, arguments, environment,
                       __builtin_return_address(0));
}

int posix_spawnp(pid_t* child, const char* file, const posix_spawn_file_actions_t* actions,
                 const posix_spawnattr_t* attributes, char* const* arguments, char* const* environment) {
  if (!in_program) return real::posix_spawnp()(child, file, actions, attributes, arguments, environment);
  return spawn_program(real::posix_spawnp(), child, file, actions, attributes, arguments, environment,
                       __builtin_return_address(0));
}

pid_t wait(int* status) {
  if (!in_program) return real::wait4()(-1, status, 0, nullptr);
  return wait_for(-1, status, 0, nullptr, __builtin_return_address(0));
}

pid_t waitpid(pid_t child, int* status, int options) {
  if (!in_program) return real::wait4()(child, status, options, nullptr);
  return wait_for(child, status, options, nullptr, __builtin_return_address(0));
}

pid_t wait3(int* status, int options, rusage* usage) {
  if (!in_program) return real::wait4()(-1, status, options, usage);
  return wait_for(-1, status, options, usage, __builtin_return_address(0));
}

pid_t wait4(pid_t child, int* status, int options, rusage* usage) {
  if (!in_program) return real::wait4()(child, status, options, usage);
  return wait_for(child, status, options, usage, __builtin_return_address(0));
}

int waitid(idtype_t kind, id_t number, siginfo_t* info, int options) {
  if (!in_program) return real::waitid()(kind, number, info, options);
  return static_cast<int>(when_ended({kind, number, options}, __builtin_return_address(0),
                                     [&] { return long{real::waitid()(kind, number, info, options)}; }));
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
