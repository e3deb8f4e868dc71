// Makes bugs of an execution's findings: confirms candidates, hunts predictions, keeps causes, forgets what
// is known already.
#pragma once

#include "harness/campaign/campaign.h"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace snag {

/// What has been tried to confirm a lost-update candidate.
struct Trial {
  std::uint32_t refutations = 0;
  std::uint64_t skipped = 0;  ///< times that it was seen and not tried, since it was tried last
  bool confirmed = false;
};

/// What is known already when executions are settled: by key, which names a bug or candidate within one campaign.
struct Known {
  std::set<std::string> bugs;
  std::map<std::string, Trial> trials;
};

/// What settling has added to that.
struct TrialChange {
  std::uint32_t refutations = 0;
  std::uint64_t skipped = 0;
  bool tried = false;
  bool confirmed = false;
};
/// Adds a change to what is known. What several executions have added apart from each other is added one by one.
void add(Trial& trial, const TrialChange& change);

/// Behind the key of a bug that is suppressed: should another execution show it at places that are not, it counts.
inline constexpr const char* suppressed_mark = " (suppressed)";

/// A bug with its key.
struct KeyedBug {
  std::string key;
  Bug bug;  ///< without its fingerprint, which needs source lines
};

/// May further executions be run to make sure?
enum class Directed : std::uint8_t {
  allowed,
  not_allowed,  ///< one of them has ended its process: candidates are dropped, predictions stay predictions
};

/// Makes bugs of the findings of executions that are settled one after another. Deterministic: depends on what is known
/// at the beginning and on the findings given, in their order, alone.
class Settler {
 public:
  /// All must outlive it.
  Settler(const Scenario& scenario, const ExecutionOptions& options, const std::vector<Suppression>& suppressions);

  /// Forgets what it has found.
  void begin(const Known& known);
  /// Takes in what one execution showed.
  void settle(Findings findings, const Trace& trace, const Schedule& schedule, std::uint64_t number,
              Directed directed = Directed::allowed);
  /// The bugs since begin(), each once, and none that was known.
  const std::vector<KeyedBug>& found() const { return bugs_; }
  const std::map<std::string, TrialChange>& trial_changes() const { return changes_; }
  bool found_one_that_happened() const { return happened_; }
  /// How many of them are to be told.
  std::size_t told() const { return told_; }
  /// An execution for directed runs, apart from the campaign's own.
  Execution& second_execution() { return directed_; }

 private:
  bool confirmed(const Finding& candidate, const std::string& key, const Trace& trace, const Schedule& schedule,
                 Directed directed);
  void add(Finding finding, const std::string& key, const Trace& trace, const Schedule& schedule, std::uint64_t number,
           Directed directed);
  void hunt(Bug& predicted);

  bool is_known(const std::string& key) const;
  std::vector<SourcePlace> places_of(const Bug& bug, Directed directed) const;
  std::optional<std::size_t> suppression(const Bug& bug, Directed directed) const;

  const Scenario& scenario_;
  const std::vector<Suppression>& suppressions_;
  Execution directed_;
  std::vector<std::unique_ptr<Checker>> checkers_;
  Known known_;  // what has been found since included
  std::map<std::string, TrialChange> changes_;
  std::vector<KeyedBug> bugs_;
  bool happened_ = false;  // one of bugs_ did, and is to be told
  std::size_t told_ = 0;
};

/// The bugs of a campaign: those that several settlers have found, put together.
class BugBook {
 public:
  /// Takes in a bug, unless it is known.
  void add(KeyedBug bug);
  /// The bugs in the order in which they came, less those that another explains. The book is empty then.
  std::vector<Bug> take();
  /// How many take() would give that are to be told.
  std::size_t count() const { return count_; }

 private:
  bool is_explained(const Bug& bug) const;

  std::set<std::string> keys_;
  std::vector<Bug> bugs_;
  std::size_t count_ = 0;
};

/// The name of a bug: checker, object names and unordered places, digested; eight hexadecimal digits. Places are source
/// lines, so that all builds of the same source agree on it.
std::string fingerprint_of(const Finding& finding, const Trace& trace);
/// The same of any text that names a bug.
std::string fingerprint_of(const std::string& text);

/// Turns a single execution's findings into what happened or is predicted: candidates confirmed or dropped, causes kept.
void settle_one(Findings& findings, const Scenario& scenario, Execution& directed, const Trace& trace,
                const Schedule& schedule);

}  // namespace snag
