// The corpus during one command: what it holds is replayed first, and what is found is remembered.
#pragma once

#include "harness/campaign/recall.h"
#include "harness/cli/options.h"
#include "harness/cli/replay_line.h"
#include "harness/report/suite.h"

#include <set>
#include <string>
#include <vector>

namespace snag {

/// One remembered failure as reports show it. Without a scenario nothing is known to be declared.
MemoryResult to_result(const Recalled& recalled, const Scenario* scenario);

/// Replays and remembers for one command. Without a corpus it does nothing.
class Remembrance {
 public:
  /// While it lives, crashes are remembered, too.
  Remembrance(const CommandOptions& options, const ReplayLine& replay);
  Remembrance(const Remembrance&) = delete;
  Remembrance& operator=(const Remembrance&) = delete;
  ~Remembrance();

  /// Replays what is remembered of these scenarios, and counts the files of scenarios that the catalogue has no more.
  /// Throws CorpusError if the folder cannot be listed.
  void replay(const std::vector<const Scenario*>& scenarios, const std::vector<Scenario>& catalogue);
  /// What fails of what was replayed of a scenario, less what the variant shows already; with its reports.
  std::vector<BugResult> failing(const Scenario& scenario, const VariantResult& variant) const;
  /// What was marked fixed, and fails again or was found again: a sentence each.
  std::vector<std::string> regressions(const Scenario& scenario) const;
  /// To be told of each bug that a campaign finds: remembers it, if it is not known and worth it.
  void found(const Scenario& scenario, const Bug& bug, const Narrative& narrative, const BugResult& shown,
             const CampaignOptions& campaign);
  /// Marks the suppressions that fit what is remembered.
  void mark_used(VariantResult& variant) const;
  /// What came of all that.
  const CorpusResult& result() const { return result_; }
  /// Whether something could not be written.
  bool has_failed() const { return !result_.errors.empty(); }
  /// Whether entries are stale or unreadable: nobody can vouch for what they stand for.
  bool is_in_doubt() const;

 private:
  bool is_known(const Bug& bug, const std::string& scenario) const;
  std::vector<std::size_t> superseded_by(const CorpusEntry& bug, const Scenario& scenario) const;
  void replace(std::size_t number, const std::filesystem::path& file);

  bool is_suppressed(const Scenario& scenario, const Recalled& recalled);

  CorpusFolder folder_;
  const std::vector<Suppression>& suppressions_;
  std::set<std::size_t> suppressions_used_;
  const ReplayLine& replay_;
  std::vector<Recalled> recalled_;
  CorpusResult result_;                                           // replayed: one for each of recalled_
  std::vector<std::pair<std::string, std::string>> regressions_;  // scenario and sentence
  std::vector<std::pair<std::string, std::string>> written_;      // scenario and fingerprint
};

/// What could not be written to the corpus, on standard error.
void complain_of(const CorpusResult& corpus);

}  // namespace snag
