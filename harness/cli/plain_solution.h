// A check of a solution in plain C++ runs in the solution's own program, where the runtime for unmodified programs takes
// the place of main: many executions in that one process, each with the static variables that the program began with.
// The command leaves what is to be done in a file.
#pragma once

#include "harness/cli/solution_run.h"
#include "harness/students/child_process.h"

#include <filesystem>
#include <optional>

namespace snag {

/// How parallel the variants of a plain form are, as its parallelism.json says, which `snag check --json` has measured
/// and a test holds to that. Nothing if there is no such file. Throws std::runtime_error.
std::optional<Concurrency> read_parallelism(const std::filesystem::path& plain_form);

/// In the command: starts the program. Throws std::system_error.
ChildProcess start_plain_solution(const SolutionJob& job, const std::filesystem::path& output);

/// In the program: whether a check has started it. To be asked before its static variables are initialised.
bool is_started_by_check();
/// What the check wants of it. Throws std::runtime_error.
SolutionJob take_plain_job();

}  // namespace snag
