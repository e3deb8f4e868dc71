// The default search has two phases: partial-order reduction first, for a small part of the budget, since small programs
// are verified there; then sampling. What reduction does not look at (spurious wake-ups, threads that starve) is left to
// sampling, also where reduction has come to its end.
#pragma once

#include "harness/campaign/campaign.h"

#include <cstdint>
#include <functional>

namespace snag {

/// Executions that the default search spends on partial-order reduction at most.
inline constexpr std::uint64_t reduction_first_max = 500;

/// A campaign under one strategy.
using Search = std::function<CampaignResult(const CampaignOptions&, const ProgressFunction&)>;

/// Whether a campaign with these options begins with partial-order reduction: those of the strategy "mixed", unless
/// they allow spurious wake-ups of their own, are very short, or the scenario asks for scheduling by priority.
bool begins_with_reduction(const Scenario& scenario, const CampaignOptions& options);

/// Both phases, as one campaign: execution numbers go on from phase to phase, a bug that both have found counts once.
CampaignResult explore_in_phases(const Scenario& scenario, const CampaignOptions& options,
                                 const ProgressFunction& progress, const Search& search);

/// Tries to see every interleaving: by partial-order reduction, or plainly where the scenario asks for scheduling by
/// priority or does something that reduction does not treat exactly. options.strategy does not matter.
CampaignResult explore_all(const Scenario& scenario, CampaignOptions options, const ProgressFunction& progress = {});

}  // namespace snag
