// From what a campaign came to, to what reports show.
#pragma once

#include "harness/campaign/campaign.h"
#include "harness/report/suite.h"
#include "harness/trace/narrative.h"

#include <string>

namespace snag {

/// A bug, and the execution whose steps its finding names.
struct Told {
  Bug bug;
  Narrative narrative;
};

/// The bug's execution once more, with source lines. One that ends its process is run in a child; if that does not come
/// back, there are no steps to show. What is not controlled may have made another execution of it, between the same choices:
/// then the finding is the one made there. Throws NondeterminismError when the choices do not fit or the bug is not there.
Told narrate(const Scenario& scenario, const Bug& bug);

/// A few words on how the bug was found: "execution 17 of 2,000".
std::string remark_on(const Bug& bug, const CampaignOptions& options);

/// The bug as reports show it. The remark, on where it comes from, stands in the report's headline.
BugResult to_result(const Bug& bug, const Narrative& narrative, const std::string& replay_command,
                    const std::string& remark);

/// The scenario and the campaign's numbers; bugs and surprises are left to the caller.
VariantResult to_result(const Scenario& scenario, const CampaignOptions& options, const CampaignResult& campaign);

/// Counts what another campaign of the variant has had suppressed.
void add_suppressed(VariantResult& variant, const CampaignResult& campaign);

/// What an exhaustive campaign has covered, with its bounds: "every interleaving (no spurious wake-ups, ...)". Empty
/// when it was cut off or when executions hit the step limit: then it proves nothing.
std::string covered(const CampaignResult& campaign);

}  // namespace snag
