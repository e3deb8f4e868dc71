// The steps of an execution that ends its process: told by a child that goes on a little longer.
#pragma once

#include "harness/campaign/campaign.h"
#include "harness/trace/narrative.h"

#include <optional>

namespace snag {

/// The execution of a bug that ends its process, run once more in a child process, with source lines. There the crash is a
/// failure of the program, with a finding of the same name. Nothing if the child did not survive that, or came to another
/// end, nor for one that used up the memory.
std::optional<Narrative> narrate_in_child(const Scenario& scenario, const Bug& bug);

}  // namespace snag
