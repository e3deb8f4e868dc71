// Findings that the user does not want to be told of: lines `checker:pattern`, as ThreadSanitizer and Valgrind have them.
// Findings are held against them where they first become bugs (settle, death), so that whoever decides how a search goes
// on sees which are suppressed: these end no campaign, and are neither shown nor remembered.
#pragma once

#include "harness/trace/narrative.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace snag {

/// One line of a suppressions file.
struct Suppression {
  std::string checker;  ///< which findings: "data-race"; may have wildcards
  std::string pattern;  ///< what their report must name
  std::string place;    ///< "snag.supp:3"
};

/// The lines of a file, in order. Blank lines and those that begin with '#' are skipped. `file` is for messages. Throws
/// UsageError at a line that is none.
std::vector<Suppression> parse_suppressions(std::string_view text, const std::string& file);
/// The same of a file. Throws UsageError also if it cannot be read.
std::vector<Suppression> read_suppressions(const std::string& file);

/// Whether a text is as the pattern says: '*' stands for any characters, also none; all else for itself.
bool fits(std::string_view pattern, std::string_view text);

/// Whether a report that names this place is meant: the function ("withdraw", "Account::withdraw"), the file or
/// "file:line". Of a file the pattern may leave out folders at the beginning: "third_party/*" fits
/// "/home/me/third_party/queue.h".
bool fits_place(std::string_view pattern, const SourcePlace& place);

/// What a finding's report names. Places are looked up only where a line wants them.
struct NamedFinding {
  std::string checker;
  std::vector<std::string> objects;
  std::function<std::vector<SourcePlace>()> places;
};

/// The first line that suppresses the finding.
std::optional<std::size_t> suppression_of(const NamedFinding& finding, const std::vector<Suppression>& lines);

/// The same of a finding in an execution that has been reproduced with source lines.
std::optional<std::size_t> suppression_of(const Finding& finding, const Narrative& narrative,
                                          const std::vector<Suppression>& lines);

}  // namespace snag
