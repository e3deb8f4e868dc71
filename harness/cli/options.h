// The flags that `run` and `explore` share, and how their values are read.
#pragma once

#include "harness/campaign/campaign.h"

#include <CLI/CLI.hpp>

#include <optional>
#include <string>

namespace snag {

/// What the flags said.
struct CommandOptions {
  CampaignOptions campaign;
  std::optional<std::uint64_t> executions;  ///< as given; the default depends on the strategy
  std::string junit;                        ///< file to write; empty: none
  std::string json;                         ///< the same
  bool strategy_given = false;
  bool strict = false;  ///< predicted findings and inconclusive campaigns count as failures
  bool all = false;     ///< explore: go on after the first finding
};

/// Without --executions.
inline constexpr std::uint64_t executions_default = 2'000;
inline constexpr std::uint64_t executions_exhaustive = 200'000;  ///< a cap

/// Adds the flags to a subcommand. Bad values throw UsageError while parsing.
void add_campaign_flags(CLI::App& command, CommandOptions& options);

/// The numbers of `check`: --executions, --time, --seed.
struct CheckBudget;
void add_check_flags(CLI::App& command, CheckBudget& budget, std::size_t& hint);

/// To be called after parsing: fills in what depends on other flags and tries the files that will be written.
void settle_options(CommandOptions& options);

}  // namespace snag
