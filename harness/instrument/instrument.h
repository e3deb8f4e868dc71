// Unmodified programs as scenarios: a function that is compiled with -fsanitize=thread and linked with this library in
// place of the sanitizer's runs as the body, many times in one process. docs/architecture.md says how.
#pragma once

#include "harness/instrument/runtime.h"
#include "harness/instrument/whole_program.h"
#include "harness/trace/scenario.h"

#include <functional>
#include <string>

namespace snag {

/// The scenario of that body, to be run by an Execution or a campaign as any other. What the program keeps in static
/// variables stays from execution to execution: the body must set it. Throws UsageError where the machine cannot give
/// each thread its own thread_local variables.
Scenario unmodified(std::string name, std::function<void()> body,
                    instrument::Points points = instrument::Points::races);

/// The scenario of the program whose process this is: each execution runs its main in a process of its own. Only within
/// run_in_shared_memory(). Throws UsageError as unmodified() does.
Scenario whole_program(std::string name, const instrument::Main& main);

}  // namespace snag
