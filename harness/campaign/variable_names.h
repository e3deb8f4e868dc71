// Names of static variables and of what lies in them, from debug information (elfutils' libdw): "account.balance",
// "table[3].count". For findings and reports only: the first name takes as long as reading the module's debug
// information does.
#pragma once

#include "harness/execution/execution.h"

#include <string>

namespace snag {

/// The variable at the address and the way to the byte within it; without debug information the symbol, or the module,
/// and a distance; empty where nothing lies. The same in every process of one build.
std::string static_variable_name(const void* address);

/// Gives names to those objects of the last run that the findings name and the program has not named.
void name_objects(Execution& execution, const Findings& findings);
/// The same for all objects.
void name_objects(Execution& execution);

}  // namespace snag
