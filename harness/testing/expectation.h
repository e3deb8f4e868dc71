// What a test framework calls when one of its expectations fails inside an execution, whichever controlled thread it is
// in. The framework may hold locks of its own at that moment, so nothing is ended here: the failure becomes an event,
// and the finding that comes of it ends the execution at the next one.
#pragma once

#include <string>

namespace snag::testing {

/// What became of a failure.
enum class Noted {
  outside,   ///< no execution is running on this thread of the system: the framework's own business
  dropped,   ///< the execution is being abandoned: what fails now means nothing
  recorded,  ///< the execution will end with the finding failed-expectation
};

/// Records a failed expectation with its message.
Noted note_failed_expectation(std::string message);

/// Whether the execution that runs has, or had, other threads than T0.
bool has_several_threads();

}  // namespace snag::testing
