// Runs something in a child process, for what may take its process down.
#pragma once

#include "harness/trace/scenario.h"

#include <functional>
#include <optional>
#include <string>

#include <sys/types.h>

namespace snag {

/// What the function returns, run in a fork of this process with its output thrown away; nothing if the child ended in
/// any other way than by returning. Throws std::system_error if there can be no child.
std::optional<std::string> run_in_child(const Scenario& scenario, const std::function<std::string()>& work);

/// ::fork(), as the scenario's front end has it done.
pid_t fork_for(const Scenario& scenario);

}  // namespace snag
