// What is not controlled: a program that asks for it in an execution is refused, with the name and the mend.
#pragma once

#include <string>

namespace snag::instrument {

/// Ends the execution and the campaign with a UsageError. To be called while the program runs, also in functions that
/// do not let exceptions through.
[[noreturn]] void refuse(const std::string& what_and_mend);
/// The same while the runtime is at work for the program.
[[noreturn]] void refuse_inside(const std::string& what_and_mend);

}  // namespace snag::instrument
