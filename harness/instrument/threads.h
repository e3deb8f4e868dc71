// How the program's code is entered.
#pragma once

#include <functional>

namespace snag::instrument {

/// Runs the body on the running controlled thread, as the program.
void run_body(const std::function<void()>& body);

}  // namespace snag::instrument
