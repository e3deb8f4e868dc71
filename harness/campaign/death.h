// The bug that the end of a worker process stands for.
#pragma once

#include "harness/campaign/job.h"

#include <vector>

namespace snag {

/// One bug for each name and place. Looks up source lines.
KeyedBug bug_of(const Death& death, const Scenario& scenario, const ExecutionOptions& options,
                const std::vector<Suppression>& suppressions);

}  // namespace snag
