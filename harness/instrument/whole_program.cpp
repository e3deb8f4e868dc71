#include "harness/instrument/whole_program.h"

#include "harness/execution/own_process.h"
#include "harness/instrument/memory.h"
#include "harness/instrument/objects.h"
#include "harness/instrument/real.h"
#include "harness/instrument/runtime.h"
#include "harness/instrument/statics.h"
#include "harness/instrument/threads.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <system_error>

#include <sys/mman.h>
#include <unistd.h>

namespace snag::instrument {

namespace {

Main program;
void* module_of_program = nullptr;  // by which the program's own handlers of exit are known

int begin(int count, char** arguments, char** environment) {
  static_initialisers_run = false;
  program.count = count;
  program.arguments = arguments;
  program.environment = environment;
  if (harness_main != nullptr)
    if (const int code = harness_main(program); code != nothing_to_do) return code;
  return program.function(count, arguments, environment);
}

// What exit() does with the program's own: its handlers and the destructors of its static variables, and buffers.
void run_exit_handlers() {
  if (module_of_program != nullptr) real::finalize()(module_of_program);
  std::cout.flush();
  std::fflush(nullptr);
}

void finish(int code, const void* place) {
  const Inside inside;
  if (code != 0)
    inside.execution.fail_program(Execution::Failure::exit_code, fmt::format("its exit code is {}", code), place);
}

[[noreturn]] void end(int code, const void* place) {
  finish(code, place);
  const Inside inside;
  inside.execution.end_program();
}

bool is_under_test() { return in_program && whole_program; }

// Where executions share a process, the program must not end it: that is a finding.
void refuse_end(const char* how, int code, const void* place) {
  if (!in_program) return;
  const Inside inside;
  inside.execution.fail_program(Execution::Failure::exit_code, fmt::format("it called {}({})", how, code), place);
}

}  // namespace

void end_child_of_program(int code) {
  run_exit_handlers();
  real::_exit()(code);
  __builtin_unreachable();
}

namespace {

std::size_t count_of(char* const* strings) {
  std::size_t count = 0;
  while (strings[count] != nullptr) ++count;
  return count;
}

// Each begins at a multiple of this.
std::size_t rounded(std::size_t bytes) {
  constexpr std::size_t alignment = 16;
  return (bytes + alignment - 1) / alignment * alignment;
}

}  // namespace

Main with_strings_apart(const Main& main) {
  const std::size_t arguments = count_of(main.arguments), variables = count_of(main.environment);
  // As they come to a program: behind the environment is what the kernel tells, here nothing.
  const std::size_t pointers = rounded((arguments + 1 + variables + 3) * sizeof(char*));
  // The program's name ends where another string may begin: whatever its length, the others lie as they would.
  const std::size_t name = arguments == 0 ? 0 : std::strlen(main.arguments[0]) + 1;
  std::size_t bytes = pointers + rounded(name);
  for (std::size_t i = 1; i < arguments; ++i) bytes += std::strlen(main.arguments[i]) + 1;
  bytes = rounded(bytes);
  for (std::size_t i = 0; i < variables; ++i) bytes += rounded(std::strlen(main.environment[i]) + 1);
  // Always as much, so that what is mapped later lies where it would.
  constexpr std::size_t room = 4UL << 20;
  void* const memory =
      mmap(nullptr, std::max(bytes, room), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
  char** to = static_cast<char**>(memory);
  char* string = static_cast<char*>(memory) + pointers + rounded(name) - name;
  const Main moved{main.function, main.count, to, to + arguments + 1};
  for (std::size_t i = 0; i < arguments; ++i) {
    *to++ = string;
    string = stpcpy(string, main.arguments[i]) + 1;
  }
  string = static_cast<char*>(memory) + rounded(static_cast<std::size_t>(string - static_cast<char*>(memory)));
  ++to;
  for (std::size_t i = 0; i < variables; ++i) {
    *to++ = string;
    string += rounded(static_cast<std::size_t>(stpcpy(string, main.environment[i]) - string) + 1);
  }
  environ = moved.environment;
  return moved;
}

void run_whole(const Main& main) {
  int code = 0;
  const bool returned = run_body([&] {
    code = main.function(main.count, main.arguments, main.environment);
    if (in_child_of_program) end_child_of_program(code);
  });
  const Program on;
  if (!returned) wait_for_all_others();
  run_exit_handlers();
  finish(code, reinterpret_cast<const char*>(main.function) + 1);
}

}  // namespace snag::instrument

using namespace snag::instrument;
using snag::Execution;

extern "C" {

int __libc_start_main(int (*main)(int, char**, char**), int count, char** arguments, void (*initialise)(),
                      void (*finish)(), void (*finish_loader)(), void* stack_end) {
  program.function = main;
  if (executions_share_process) {
    find_c_library();
    static_initialisers_run = true;
  }
  return real::start_main()(&begin, count, arguments, initialise, finish, finish_loader, stack_end);
}

int __cxa_atexit(void (*handler)(void*), void* argument, void* module) {
  if (in_program && !whole_program && statics().cover(module)) return 0;  // what it would destroy is made anew
  if (is_of_program(module)) module_of_program = module;
  return real::at_exit()(handler, argument, module);
}

void exit(int code) noexcept {
  if (snag::in_child_of_program) end_child_of_program(code);
  if (is_under_test()) {
    run_exit_handlers();
    end(code, __builtin_return_address(0));
  }
  refuse_end("exit", code, __builtin_return_address(0));
  real::exit()(code);
  __builtin_unreachable();
}

void abort() noexcept {
  if (in_program) {
    const Inside inside;
    inside.execution.fail_program(Execution::Failure::abort, "abort() was called", __builtin_return_address(0));
  }
  real::abort()();
  __builtin_unreachable();
}

void __assert_fail(const char* condition, const char* file, unsigned int line, const char* function) noexcept {
  if (in_program) {
    const Inside inside;
    inside.execution.fail_program(Execution::Failure::assertion, fmt::format("the assertion \"{}\" failed", condition),
                                  __builtin_return_address(0));
  }
  real::assert_fail()(condition, file, line, function);
  __builtin_unreachable();
}

void _exit(int code) {
  if (is_under_test()) end(code, __builtin_return_address(0));
  refuse_end("_exit", code, __builtin_return_address(0));
  real::_exit()(code);
  __builtin_unreachable();
}

void _Exit(int code) noexcept {
  if (is_under_test()) end(code, __builtin_return_address(0));
  refuse_end("_Exit", code, __builtin_return_address(0));
  real::_exit()(code);
  __builtin_unreachable();
}

void quick_exit(int code) noexcept {
  if (is_under_test()) end(code, __builtin_return_address(0));
  refuse_end("quick_exit", code, __builtin_return_address(0));
  real::quick_exit()(code);
  __builtin_unreachable();
}
}
