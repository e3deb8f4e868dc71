// `corpus list | replay | prune | promote`: the failures remembered, by hand.
#pragma once

#include "harness/cli/commands.h"

#include <string>
#include <vector>

namespace snag {

/// What the flags of `corpus` said.
struct CorpusOptions {
  std::string folder;  ///< --corpus; empty: the checkout's, or corpus/ in the current folder
  std::vector<std::string>
      patterns;  ///< which entries: part of the scenario's name, the finding or the file; or a glob
  bool as_json = false;
  bool dry_run = false;
};

/// Names the entries.
int list_corpus(const CorpusOptions& options);
/// Replays them, with a verdict for each: exit code 1 for a regression, 3 for a stale one.
int replay_corpus(const std::vector<Scenario>& catalogue, const CorpusOptions& options);
/// Removes what is stale, and what belongs to scenarios that are no more.
int prune_corpus(const std::vector<Scenario>& catalogue, const CorpusOptions& options);
/// Marks as fixed what was open and passes.
int promote_corpus(const std::vector<Scenario>& catalogue, const CorpusOptions& options);

}  // namespace snag
