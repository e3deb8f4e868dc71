// Guards against what the scheduler does not control: the same choices must give the same execution.
#pragma once

#include "harness/campaign/campaign.h"

#include <string>

namespace snag {

/// Runs the schedule that `first` has just executed again, on `second`, and compares enabled sets and operations
/// step by step. Throws NondeterminismError naming the first step that differs.
void check_determinism(const Scenario& scenario, const Execution& first, Execution& second);

/// The same error for an exhaustive search whose prefix met other options than before.
std::string describe_nondeterminism(const Trace& trace, std::size_t choice);
/// The same for a search that follows steps, not choices.
std::string describe_nondeterminism_at(const Trace& trace, Step step);

}  // namespace snag
