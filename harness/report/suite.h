// What a run of one or more variants came to, as plain values, and the text of `snag run`: a line a variant, the
// reports of what nobody expected, and a summary.
#pragma once

#include "harness/report/corpus.h"
#include "harness/report/text.h"
#include "harness/trace/finding.h"
#include "harness/trace/scenario.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace snag {

/// One bug of one variant.
struct BugResult {
  std::string finding;               ///< Finding::checker
  std::vector<std::string> objects;  ///< display names
  std::string sentence;              ///< why, rendered
  std::string hint;
  std::string report;  ///< the whole report, plain
  std::string token;   ///< whole, however long
  std::string replay_command;
  std::string fingerprint;
  std::uint64_t execution = 0;            ///< number of the execution that found it, from 0
  std::uint64_t hunts = 0;                ///< directed executions spent on it
  bool predicted = false;                 ///< not confirmed
  bool hunted = false;                    ///< confirmed by a directed execution
  bool surprise = false;                  ///< not among the findings that the variant declares
  std::vector<std::string> threads = {};  ///< display names, by thread: of those in rivals and timeline
  std::vector<Rival> rivals = {};
  std::vector<Slice> timeline = {};
};

/// What a campaign has seen.
struct CoverageResult {
  std::uint64_t behaviours = 0;  ///< executions that differ in more than the order of independent operations
  bool limited = false;          ///< there were more, which were not counted
  std::uint64_t reads_from = 0;  ///< pairs of places: a write, and a read of what it wrote
  double chance = -1;            ///< that one more execution shows a new behaviour; below 0: nobody knows
  std::uint64_t races = 0;       ///< pairs of places that could have come in either order
  struct Order {
    std::string first, second;  ///< "account.cpp:12"
  };
  std::vector<Order> one_order = {};  ///< of these, those that came in one order only
};

/// The second campaign of a variant that declares how far it is verified.
struct Verification {
  bool attempted = false;
  bool complete = false;  ///< as far as declared
  std::string words;      ///< "every interleaving (no spurious wake-ups, ...)", or what was reached instead
  std::uint64_t executions = 0;
};

/// A line of the suppressions file, and how many findings it has kept from being told.
struct SuppressionResult {
  std::string place;  ///< "snag.supp:3"
  std::string text;   ///< "data-race:account.*"
  std::uint64_t findings = 0;
  bool used = false;                        ///< it fits something; what is remembered is not counted
  std::set<std::string> fingerprints = {};  ///< of the findings counted
};

/// One variant.
struct VariantResult {
  /// What is held against it: a variant of a scenario declares its findings, a test is to have none.
  enum class Kind : std::uint8_t { variant, test } kind = Kind::variant;
  // The scenario.
  std::string name;  ///< "withdraw/broken"
  std::string summary;
  std::string file;  ///< may be empty
  std::vector<ExpectedFinding> expected;
  // The campaign.
  std::string strategy;
  std::uint64_t seed = 0;
  std::uint64_t executions = 0;
  std::uint64_t points = 0;
  std::uint64_t inconclusive = 0;  ///< executions that hit the step limit
  std::uint64_t untested = 0;      ///< threads without a scheduling point
  std::uint64_t parked = 0;
  double seconds = 0;
  std::uint64_t workers_lost = 0;  ///< killed from outside; nothing was lost with them
  bool time_capped = false;
  bool interrupted = false;
  bool crashed_too_often = false;  ///< given up
  std::optional<CoverageResult> coverage = {};
  // What came of it.
  std::vector<BugResult> bugs;
  std::vector<SuppressionResult> suppressions = {};  ///< all lines, in order; empty without a file
  Verification verification;
  std::vector<std::string> surprises;  ///< "missing lost-update(count)", in words; empty: as declared
  std::string exhausted;               ///< set by a campaign that saw all interleavings: what it has covered
  std::string beyond;                  ///< what it did not look at, and was sampled for: "spurious wake-ups"
  std::uint64_t executions_beyond = 0;
  std::string error;  ///< the harness's own fault; the rest means nothing then
};

/// All of them.
struct SuiteResult {
  std::vector<VariantResult> variants;
  CorpusResult corpus;
  std::uint64_t not_run = 0;  ///< variants left out because of an interruption
  bool interrupted = false;
  double seconds = 0;
};

/// A variant's place in the report.
enum class Standing {
  as_declared,   ///< no surprise
  inconclusive,  ///< no surprise so far, but cut off by the time cap or an interruption
  surprise,
  error,
};
Standing standing_of(const VariantResult& variant);

/// "lost-update(count)": a finding as declared.
std::string display(const ExpectedFinding& expected);
/// "lost-update(count)": a bug.
std::string display(const BugResult& bug);

/// Of the files that a run leaves behind when it does not come to its end.
inline constexpr const char* unfinished_words =
    "snag did not come to the end of this run: it crashed, was killed, or stopped with an error; its output says more";

/// What one variant came to, in honest words and without its name.
std::string verdict_of(const VariantResult& variant);
/// The bound of every verification: atomics take one order for all threads, whatever memory orders they name.
inline constexpr const char* memory_model_words = "memory is taken to be sequentially consistent";
/// What has been seen, in a sentence; empty where nobody looked.
std::string coverage_of(const VariantResult& variant);
/// What was not covered, a sentence each: step limits, threads that were not tested, time caps.
std::vector<std::string> gaps_of(const VariantResult& variant);

/// What several variants have had suppressed, by line.
std::vector<SuppressionResult> suppressions_of(const std::vector<VariantResult>& variants);
/// How many findings that were.
std::uint64_t count(const std::vector<SuppressionResult>& suppressions);
/// Notes for the end: how many findings were suppressed by which lines, and which lines none. Empty without lines.
std::string format_suppressions(const std::vector<SuppressionResult>& suppressions);

/// One line of `snag run`; the name is filled up to name_width columns.
std::string format_line(const VariantResult& variant, std::size_t name_width, Style style);
/// What comes after the lines: the reports of the surprises, and the summary.
std::string format_summary(const SuiteResult& suite, Style style);

}  // namespace snag
