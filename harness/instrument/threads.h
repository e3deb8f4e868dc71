// How the program's code is entered.
#pragma once

#include <functional>

namespace snag::instrument {

/// Runs the body on the running controlled thread, as the program. False if the thread left it with pthread_exit().
bool run_body(const std::function<void()>& body);

/// Waits until all other threads have ended. By the program.
void wait_for_all_others();

/// Thrown by pthread_exit: unwinds the thread. Derived from nothing.
struct ThreadExit {
  void* result;
};
/// Leaves the running thread, the program's, by way of the handlers that C code has put up with pthread_cleanup_push.
[[noreturn]] void exit_thread(void* result);
/// A controlled thread begins: no handlers are up.
void forget_cleanups();

}  // namespace snag::instrument
