// What a check of a student's solution came to, as plain values, in words and as JSON. The process that runs the solution
// hands its part of it to the command in the same JSON.
#pragma once

#include "harness/report/text.h"
#include "harness/students/diagnostics.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace snag {

/// What the solution is.
enum class Conclusion {
  right,       ///< no finding; CheckResult::covered says how far that goes
  serialised,  ///< right, but it lets clearly fewer threads run at the same time than the suite's fixes
  wrong,       ///< it does not compile, or a finding
  untested,    ///< no finding, but its threads did nothing that snag controls: nothing was tested
  undecided,   ///< no finding, but too little was tried to say anything
};

/// "right", ...
const char* name_of(Conclusion conclusion);

/// How many threads could run at the same time, on average (harness/campaign/parallelism.h).
struct Concurrency {
  std::uint32_t threads = 0;  ///< that the solution starts
  double solution = 0;
  std::optional<double> before;  ///< of the broken variant
  struct Reference {
    std::string variant;
    double parallelism = 0;
  };
  std::vector<Reference> references;  ///< of the suite's right variants
};

/// One hint of the lesson.
struct Hint {
  std::size_t number = 1;
  std::size_t count = 0;  ///< how many there are
  std::string text;
};

/// All of it.
struct CheckResult {
  std::string scenario;  ///< "withdraw"
  std::string file;
  Conclusion conclusion = Conclusion::undecided;
  // When it is not right.
  std::string finding;              ///< "failed-check", "crash", "compile-error", ...
  std::string sentence;             ///< why
  std::string report;               ///< all that is known, for people; may be the interleaving, or empty
  std::string mend;                 ///< one sentence more; may be empty
  std::string token;                ///< replays it; may be empty
  std::string replay_command;       ///< the line to paste; empty without a token
  std::string printed;              ///< what the program printed in the execution reported
  std::uint64_t failing = 0;        ///< failing executions that were found
  std::uint64_t switches = 0;       ///< from thread to thread, in the execution reported
  std::vector<std::string> others;  ///< names of other findings
  Diagnostics diagnostics;
  // What was done.
  std::uint64_t executions = 0;
  std::vector<std::string> covered;  ///< "verified: ...", "no finding in ..."
  std::vector<std::string> notes;    ///< what else is to be known
  std::uint64_t remembered = 0;      ///< failures remembered that were replayed
  std::uint64_t stale = 0;           ///< of these, that do not fit this program
  std::optional<Concurrency> concurrency;
  std::optional<Hint> hint;
};

/// For people, ended by a newline.
std::string format_check(const CheckResult& result, Style style);
/// One document, ended by a newline.
std::string format_check_json(const CheckResult& result);
/// Reads it back. Throws nlohmann::json::exception.
CheckResult read_check_json(const std::string& text);

}  // namespace snag
