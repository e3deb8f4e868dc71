// What a crash or a stack overflow in a thread of the program under test comes to: finding, place and token,
// printed from an alternate stack, then exit 1. (Campaigns run in the same process for now.)
#pragma once

#include <string>

namespace snag {

/// Catches SIGSEGV, SIGBUS, SIGFPE, SIGILL and SIGABRT on an alternate stack, and exit() inside an execution. `command` is the program's name in
/// the replay line. Signals outside an execution have their usual effect.
void catch_crashes(const char* command);

/// The same for programs that run executions now and then, as test programs do: while it lives. The replay line is
/// `before`, the token, `after`.
class CrashGuard {
 public:
  CrashGuard(std::string before, std::string after);
  CrashGuard(const CrashGuard&) = delete;
  CrashGuard& operator=(const CrashGuard&) = delete;
  ~CrashGuard();
};

}  // namespace snag
