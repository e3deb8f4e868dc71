// Executions in processes of their own, for programs whose globals, files and heap no one can set back: each runs in a
// copy of the process, which is thrown away. What the harness keeps lies in memory that both share, stack included: so it
// enters the copy, runs the program there, and comes back with all that it has seen.
#pragma once

#include <cstdint>
#include <string>

#include <sys/types.h>

namespace snag {

/// How it is done; see harness/instrument/shared_harness.h.
struct OwnProcess {
  /// Returns in the copy. Its OS thread is the only one there.
  void (*enter)();
  /// Called in the copy; returns in the process that entered, as if it had been there all the time. A copy that ends in
  /// another way takes that process with it.
  void (*leave)();
  /// As ::fork(): both go on for good, each with a harness of its own.
  pid_t (*fork)();
  /// From now on what the program prints is dropped, as it is at first, or kept.
  enum class Output : std::uint8_t { dropped, kept };
  void (*set_output)(Output output);
  /// What has been printed since to a descriptor (1 or 2), if it was kept; the end of it, if that is long.
  std::string (*kept_output)(int descriptor);
};

/// The descriptor for what the harness itself has to say on standard error: in a copy the program's goes elsewhere.
inline constinit int harness_error = 2;

/// A descriptor that the harness keeps, under a number that a program gets only when it has hundreds: what it opens has
/// the same number in each execution. The same descriptor where that many are not allowed, or if it is negative.
int out_of_the_way(int descriptor);

/// Whether this is a child process of the program under test, and not the process that runs the program. What it has of
/// the harness belongs to its parent: nothing of it may run here.
inline constinit thread_local bool in_child_of_program = false;

/// What has to be set anew in each copy, since no copy inherits it (timers); null: nothing.
using BeginInCopy = void (*)();
inline constinit BeginInCopy begin_in_copy = nullptr;
/// The same for signals that mean something else where snag runs than where the program does.
inline constinit BeginInCopy catch_signals_in_copy = nullptr;

}  // namespace snag
