// Makes bugs of an execution's findings: confirms candidates, hunts predictions, keeps causes, forgets what
// is known already.
#pragma once

#include "harness/campaign/campaign.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace snag {

/// Collects the bugs of one campaign. Deterministic: depends on the findings given, in their order, alone.
class Settler {
 public:
  Settler(const Scenario& scenario, const ExecutionOptions& options);

  /// Takes in what one execution showed.
  void settle(Findings findings, const Trace& trace, const Schedule& schedule, std::uint64_t number);
  /// The bugs so far, less those that another explains. Copies their traces: for the end.
  std::vector<Bug> bugs() const;
  /// How many bugs() would give.
  std::size_t count() const { return count_; }
  bool found_one_that_happened() const { return happened_; }
  /// An execution for directed runs, apart from the campaign's own.
  Execution& second_execution() { return directed_; }

 private:
  struct Trial {
    std::uint32_t refutations = 0;
    std::uint64_t skipped = 0;
    bool confirmed = false;
  };
  bool confirmed(const Finding& candidate, const std::string& key, const Trace& trace, const Schedule& schedule);
  void add(Finding finding, const std::string& key, const Trace& trace, const Schedule& schedule, std::uint64_t number);
  void hunt(Bug& predicted);
  bool is_explained(const Bug& bug) const;

  const Scenario& scenario_;
  Execution directed_;
  std::vector<std::unique_ptr<Checker>> checkers_;
  std::map<std::string, Trial> trials_;       // lost-update candidates, by key
  std::map<std::string, std::size_t> known_;  // bugs_, by key
  std::vector<Bug> bugs_;
  std::size_t count_ = 0;  // of bugs_, those that no other explains
  bool happened_ = false;  // one of bugs_ did
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
