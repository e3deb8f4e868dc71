// How a test of another framework explores its body: what it says in code, and what the environment says instead.
#pragma once

#include "harness/campaign/campaign.h"
#include "harness/trace/scenario.h"
#include "harness/trace/token.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace snag::testing {

/// What one test may set. The environment wins over it: SNAG_STRATEGY, SNAG_SEED, SNAG_EXECUTIONS, SNAG_SECONDS and
/// SNAG_STRICT, so that a nightly job looks longer without a change of code.
struct Options {
  /// "mixed" (takes turns), "random", "round_robin", "pct", "exhaustive", or "listed": one execution from `choices`.
  std::string strategy = "mixed";
  std::uint64_t seed = 1;
  std::optional<std::uint64_t> executions = {};  ///< default 2,000; for exhaustive a cap, default 200,000
  double seconds = 0;                            ///< cap on wall time; 0: none. Hitting it is inconclusive
  bool strict = false;                           ///< predicted findings and inconclusive searches fail, too
  TimeModel time = TimeModel::adversarial;
  std::optional<std::uint32_t> spurious_max = {};  ///< default: 1; for exhaustive 0
  std::optional<double> go_on = {};                ///< random: probability that a thread goes on
  std::uint32_t depth = 3;                         ///< pct
  std::optional<std::uint32_t> bound = {};         ///< exhaustive: preemptions at most
  Step steps_max = 100'000;
  std::size_t stack_size = 256UL * 1024;
  std::vector<std::uint32_t> choices = {};  ///< listed: see ListedStrategy
  bool fixed = false;  ///< strategy and executions are part of the test: the environment does not change them
};

/// The options with what the environment says instead. Throws UsageError, naming the variable.
Options with_environment(Options options);

/// The campaign that the options ask for.
CampaignOptions campaign_options(const Options& options);

/// The token of SNAG_REPLAY, if there is one. Throws UsageError.
std::optional<Token> token_to_replay();

}  // namespace snag::testing
