// Remembering failures and replaying them: makes an entry of a bug, and holds what a later execution of the same choices
// does against it, step by step.
#pragma once

#include "harness/campaign/campaign.h"
#include "harness/campaign/corpus.h"
#include "harness/campaign/reproduce.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace snag {

/// What the replay of an entry came to. Whether that is good or bad news depends on the entry's status.
enum class RecallVerdict : std::uint8_t {
  fails,             ///< the same finding is there again
  fails_in_another,  ///< another finding is there
  passes,            ///< every step fits, and nothing was found
  stale,             ///< the program has changed: operations or the threads that can go differ. Never a pass
  unreadable,        ///< the file is broken, or the scenario could not be run
};

/// One entry, replayed.
struct Recalled {
  StoredEntry stored;
  RecallVerdict verdict = RecallVerdict::unreadable;
  /// stale: "step 14: expected T2 lock m at count.cpp:7, got T1 load x at count.cpp:9". fails_in_another: the names of
  /// what was found. unreadable: the error. Else empty.
  std::string words = {};
  /// The execution ended its process, a child: it is not to be run in this one. Nothing but that is known of it.
  bool ended_process = false;
  /// Of the findings that are there now, in this build. They may differ from the entry's name when lines have moved.
  std::vector<std::string> fingerprints = {};
};

/// What to remember of a bug. `narrative` is its execution, reproduced with source lines; `sentence` says why, in words.
CorpusEntry remember(const Scenario& scenario, const Bug& bug, const Narrative& narrative, std::string sentence,
                     const CampaignOptions& options);

/// Where an entry's replay parts from what is remembered: "step 14: expected T2 lock m at count.cpp:7, got T1 load x at
/// count.cpp:9". Nothing if every step fits. An execution that a failure had cut short may go on: see `after` in
/// reproduce.h.
std::optional<std::string> parting(const CorpusEntry& entry, const Reproduction& reproduction);

/// Replays one entry that could be read.
Recalled recall(const Scenario& scenario, StoredEntry stored);

/// Its execution, once more. It goes on where a failure had cut it short.
Reproduction reproduce(const Scenario& scenario, const CorpusEntry& entry, Detail detail);

/// Replays all that the corpus holds of a scenario, in the order of their files: milliseconds each. Nothing that an
/// entry or the scenario does is thrown; it is told as the entry's verdict. Throws CorpusError only if the folder cannot
/// be listed.
std::vector<Recalled> replay_remembered(const Scenario& scenario, const std::filesystem::path& folder);

}  // namespace snag
