// How the program's code is entered.
#pragma once

#include <functional>

namespace snag::instrument {

/// Runs the body on the running controlled thread, as the program. False if the thread left it with pthread_exit().
bool run_body(const std::function<void()>& body);

/// Waits until all other threads have ended. By the program.
void wait_for_all_others();

}  // namespace snag::instrument
