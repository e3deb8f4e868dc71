// Unmodified programs as scenarios: a function that is compiled with -fsanitize=thread and linked with this library in
// place of the sanitizer's runs as the body, many times in one process. docs/architecture.md says how.
#pragma once

#include "harness/instrument/runtime.h"
#include "harness/instrument/whole_program.h"
#include "harness/trace/scenario.h"

#include <functional>
#include <string>

namespace snag {

/// The scenario of that body, to be run by an Execution or a campaign as any other. Static variables begin each execution
/// as they began the first if they lie in an object (the program, a shared library) that holds nothing of snag; the object
/// has to be loaded with all its functions looked up (RTLD_NOW), and must stay. Those that share an object with snag keep
/// their values: the body must set them. Throws UsageError where the machine cannot give each thread its own thread_local
/// variables. The executions throw it for shared libraries that have such variables.
Scenario unmodified(std::string name, std::function<void()> body,
                    instrument::Points points = instrument::Points::races);

/// The scenario of the program whose process this is: each execution runs its main in a process of its own. Only within
/// run_in_shared_memory(). Throws UsageError as unmodified() does.
Scenario whole_program(std::string name, const instrument::Main& main);

}  // namespace snag
