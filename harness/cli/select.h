// Which scenarios a pattern means, and what was probably meant when it means none.
#pragma once

#include "harness/trace/scenario.h"

#include <stdexcept>
#include <string>
#include <vector>

namespace snag {

/// A pattern or a name fits no scenario. what() names the nearest ones.
class NothingMatched : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The scenario's folder of scenarios ("races"), told from its file; empty when that does not tell.
std::string group_of(const Scenario& scenario);

/// Scenarios that a pattern fits, in the catalogue's order, each once; all, without a pattern. A pattern is a whole
/// name, or a glob over "name/variant" or "group/name/variant", or, without any of *?[, a part of these. Throws
/// NothingMatched if one of them fits nothing.
std::vector<const Scenario*> select(const std::vector<Scenario>& catalogue, const std::vector<std::string>& patterns);

/// The one scenario that is meant: its whole name, or a pattern that fits only one. Throws NothingMatched, or
/// UsageError when it fits several.
const Scenario& select_one(const std::vector<Scenario>& catalogue, const std::string& pattern);

/// Of the words, those that are nearest to one that was not found, the nearest first; at most three.
std::vector<std::string> nearest(const std::string& word, const std::vector<std::string>& words);

/// "; did you mean a, b or c?", or nothing.
std::string did_you_mean(const std::string& word, const std::vector<std::string>& words);

/// Refuses a catalogue that cannot work: two scenarios of one name, names that no token can hold. Throws UsageError.
void check_catalogue(const std::vector<Scenario>& catalogue);

}  // namespace snag
