// Unmodified programs as scenarios: a function that is compiled with -fsanitize=thread and linked with this library in
// place of the sanitizer's runs as the body, many times in one process. docs/architecture.md says how.
#pragma once

#include "harness/instrument/runtime.h"
#include "harness/trace/scenario.h"

#include <functional>
#include <string>

namespace snag {

/// The scenario of that body, to be run by an Execution or a campaign as any other. What the program keeps in static
/// variables stays from execution to execution: the body must set it. Throws UsageError where the machine cannot give
/// each thread its own thread_local variables.
Scenario unmodified(std::string name, std::function<void()> body,
                    instrument::Points points = instrument::Points::races);

}  // namespace snag
