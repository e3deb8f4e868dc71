// The flags that `run` and `explore` share, and how their values are read.
#pragma once

#include "harness/campaign/campaign.h"

#include <filesystem>
#include <optional>
#include <string>

namespace CLI {
class App;  // its header is a large one
}

namespace snag {

/// Where failures are remembered, and which.
struct CorpusFolder {
  enum class Use {
    off,
    surprises,  ///< of a checkout: what a variant declares is found again in each run, and need not be remembered
    all,        ///< the user named the folder: every finding
  } use = Use::off;
  std::filesystem::path path = {};  ///< as it is shown
};

/// The corpus of the checkout that the current folder lies in: `corpus/` beside the nearest `.git`, if there is a folder
/// `scenarios/`, too; nothing elsewhere.
std::optional<std::filesystem::path> checkout_corpus();

/// What the flags said.
struct CommandOptions {
  CampaignOptions campaign;
  std::optional<std::uint64_t> executions;  ///< as given; the default depends on the strategy
  std::optional<std::size_t> jobs;          ///< as given; the default depends on the machine
  std::string junit;                        ///< file to write; empty: none
  std::string json;                         ///< the same
  std::string corpus;                       ///< folder, as given; empty: not given
  bool corpus_off = false;                  ///< --no-corpus
  CorpusFolder corpus_folder;               ///< where failures are remembered; set by settle_options
  bool strategy_given = false;
  std::optional<std::uint32_t> depth;  ///< as given
  bool strict = false;                 ///< predicted findings and inconclusive campaigns count as failures
  bool all = false;                    ///< explore: go on after the first finding
  bool together = false;               ///< whole programs: all tests of GoogleTest are one scenario
};

/// Without --executions.
inline constexpr std::uint64_t executions_default = 2'000;
inline constexpr std::uint64_t executions_exhaustive = 200'000;  ///< a cap

/// Adds the flags to a subcommand. Bad values throw UsageError while parsing.
void add_campaign_flags(CLI::App& command, CommandOptions& options);

/// The numbers of `check`: --executions, --time, --seed.
struct CheckBudget;
void add_check_flags(CLI::App& command, CheckBudget& budget, std::size_t& hint);

/// Whether a command remembers failures without being asked to.
enum class DefaultCorpus { none, of_checkout };

/// To be called after parsing: fills in what depends on other flags, and begins the files that will be written.
void settle_options(CommandOptions& options, DefaultCorpus corpus);

}  // namespace snag
