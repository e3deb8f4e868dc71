#include "harness/instrument/refusal.h"

#include "harness/instrument/runtime.h"

#include <exception>

namespace snag::instrument {

// Nothing that is thrown gets past the callers of most functions of the C library. The engine's terminate handler takes
// note of what is being handled, and ends the execution.
void refuse_inside(const std::string& what_and_mend) {
  try {
    throw UsageError(what_and_mend);
  } catch (const UsageError&) { std::terminate(); }
}

void refuse(const std::string& what_and_mend) {
  const Inside inside;
  refuse_inside(what_and_mend);
}

}  // namespace snag::instrument
