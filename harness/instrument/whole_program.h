// The beginning and the end of whole programs: what is around main, and what ends the process.
#pragma once

#include <cstdint>

namespace snag::instrument {

/// A program's main, and what it is called with.
struct Main {
  int (*function)(int, char**, char**) = nullptr;
  int count = 0;
  char** arguments = nullptr;
  char** environment = nullptr;
};

/// The same with the arguments and the environment moved. Programs copy strings in pieces that depend on their addresses
/// modulo eight: those of the variables do not depend on anything else any more, those of the arguments only on the
/// arguments before, without the program's name. The arguments stand behind each other, as programs expect that write
/// their title there. To be called once; the process's environment is the new one then.
Main with_strings_apart(const Main& main);

/// Runs the program on the running controlled thread, to the end of its process.
void run_whole(const Main& main);

/// How a child process ends that the program has made by fork: with the program's handlers of exit, and nothing of the
/// harness's.
[[noreturn]] void end_child_of_program(int code);

/// Set before the program's static initialisers run: executions will share this process. Each then begins with what these
/// have made of the program's static variables and its heap.
inline constinit bool executions_share_process = false;

/// What is called in place of main where one is set when the program begins: returns the process's exit code, or
/// nothing_to_do to run the program as if snag were not there.
inline constexpr int nothing_to_do = -1;
using HarnessMain = int (*)(const Main& main);
inline constinit HarnessMain harness_main = nullptr;

}  // namespace snag::instrument
