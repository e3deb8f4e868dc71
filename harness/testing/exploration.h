// The body of a test of another framework, explored or replayed: what came of it, as plain values that the framework's
// front end (snag/gtest.h, snag/rapidcheck.h) turns into its own kind of failure.
#pragma once

#include "harness/testing/options.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace snag::testing {

/// What to explore.
struct Subject {
  std::string name;  ///< stands in reports and tokens; without a colon
  std::function<void()> body;
  /// What stands behind SNAG_REPLAY=TOKEN in the line to paste: "./tests --gtest_filter=Queue.Pops".
  std::string command;
  std::function<bool()> foreign_exception = {};  ///< see Scenario
};

/// How long to look.
enum class Goal {
  first_finding,  ///< ends at the first that happened
  all_findings,
};

/// One bug, told.
struct ReportedBug {
  std::string checker;
  std::vector<std::string> objects;  ///< display names
  std::string report;                ///< the whole report, with the line that replays it
  std::string remark;                ///< "execution 17 of 2,000"; empty in a replay
  bool predicted = false;            ///< not confirmed: no failure by itself
  std::string file = {};             ///< of a failed expectation: where it stands, if that is known
  int line = 0;
};

/// What came of it.
struct Exploration {
  std::vector<ReportedBug> bugs;   ///< in order of discovery
  std::string summary;             ///< in honest words: "no finding in 2,000 executions (...); not a proof"
  std::vector<std::string> notes;  ///< what was not covered, a sentence each
  std::string error;               ///< no verdict: a mistake, nondeterminism, a token that no longer fits, and the mend
  bool verified = false;           ///< all interleavings were seen (within the bound asked for)
  bool inconclusive = false;       ///< cut off by the time cap, or executions hit the step limit
  bool replayed = false;           ///< SNAG_REPLAY asked for this one: one execution was run
  bool left_out = false;           ///< SNAG_REPLAY asks for another test
  bool strict = false;             ///< as asked for

  bool found_one_that_happened() const;
  /// What keeps it from passing: the reports and complaints, one after another. Empty: it passes.
  std::string failure() const;
};

/// Explores the body, or replays it if SNAG_REPLAY says so. Crashes inside end the process, with the line to paste.
Exploration explore_test(const Subject& subject, const Options& options, Goal goal);

/// The line to paste behind SNAG_REPLAY=TOKEN for this program, with an argument (may be empty).
std::string this_program(const std::string& argument);

}  // namespace snag::testing
