// What a crash or a stack overflow in a thread of the program under test comes to: finding, place and token,
// printed from an alternate stack, then exit 1. (Campaigns run in the same process for now.)
#pragma once

namespace snag {

/// Catches SIGSEGV, SIGBUS, SIGFPE, SIGILL and SIGABRT on an alternate stack, and exit() and quick_exit() inside an execution (nothing can catch _exit()). `command` is the program's name in
/// the replay line. Signals outside an execution have their usual effect.
void catch_crashes(const char* command);

}  // namespace snag
