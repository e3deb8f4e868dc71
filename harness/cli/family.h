// One scenario of the suite with all its variants: what `snag new` and `snag check` are called with.
#pragma once

#include "harness/trace/scenario.h"

#include <filesystem>
#include <string>
#include <vector>

namespace snag {

/// The variants of one scenario.
struct Family {
  std::string name;              ///< "withdraw"
  std::string group;             ///< "races"
  std::vector<Scenario> broken;  ///< those that declare findings
  std::vector<Scenario> right;   ///< the others
};

/// A scenario as students get it: only those right variants that run under the same conditions (time, scheduling) as the
/// broken one. Throws UsageError if there are none: then it is not the code that mends it.
Family exercise_of(const std::vector<Scenario>& catalogue, const std::string& name);

/// The scenario named "withdraw" or "races/withdraw". Throws UsageError that names the nearest ones.
Family family_of(const std::vector<Scenario>& catalogue, const std::string& name);

/// The variant's own name: "broken".
std::string variant_of(const Scenario& scenario);

}  // namespace snag
