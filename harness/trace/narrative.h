// One failing execution in full, as reports need it: its trace, and for each event where in the source it was
// and what the values were in the program's own words. Made by replaying the schedule with full unwinding.
#pragma once

#include "harness/trace/finding.h"
#include "harness/trace/schedule.h"
#include "harness/trace/trace.h"

#include <string>
#include <vector>

namespace snag {

/// A line of source. Empty file: unknown.
struct SourcePlace {
  std::string file = {};  ///< as the compiler recorded it; absolute or relative
  int line = 0;
  std::string function = {};   ///< its name alone, or empty: "withdraw"
  std::string qualified = {};  ///< the same with its scope: "Account::withdraw"; for the words of reports `function` is
};

/// An execution with source lines and values.
struct Narrative {
  Trace trace;
  Schedule schedule;
  Verdict verdict = Verdict::passed;
  std::vector<Finding> findings;  ///< causes only (see checkers/causes.h)
  /// By step: the program's frames, innermost first, outside the standard library's and snag's own headers; at most two.
  std::vector<std::vector<SourcePlace>> places;
  /// By step: opaque values before and after in words, where the program's type can be written; else empty.
  struct Values {
    std::string before = {}, after = {};
  };
  std::vector<Values> values;
  /// What a whole program printed, to its end or to the finding; the end of it, if that is long.
  std::string output = {}, errors = {};
};

}  // namespace snag
