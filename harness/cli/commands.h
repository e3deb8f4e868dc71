// The commands, over the scenarios of a program. Each returns its exit code; mistakes and faults are thrown.
#pragma once

#include "harness/cli/options.h"
#include "harness/cli/replay_line.h"
#include "harness/report/suite.h"
#include "harness/trace/scenario.h"

#include <string>
#include <vector>

namespace snag {

/// Exit codes.
inline constexpr int exit_clean = 0;
inline constexpr int exit_finding = 1;  ///< a finding, a surprise
inline constexpr int exit_usage = 2;
inline constexpr int exit_harness = 3;  ///< the harness's own error, a replay that diverged, or nothing ran
inline constexpr int exit_interrupted = 130;

/// How `list` prints.
enum class ListFormat { table, json };

int list_command(const std::vector<Scenario>& catalogue, const std::vector<std::string>& patterns, ListFormat format);

/// Holds variants against what they declare.
int run_suite_command(const std::vector<Scenario>& catalogue, const std::vector<std::string>& patterns,
                      const CommandOptions& options, const ReplayLine& replay);

/// Takes one variant for what it is.
int explore_command(const std::vector<Scenario>& catalogue, const std::string& variant, const CommandOptions& options,
                    const ReplayLine& replay);

/// Whether `replay` looks up source lines.
enum class Source { shown, left_out };

int replay_command(const std::vector<Scenario>& catalogue, const std::string& token, Source source,
                   const ReplayLine& replay);

/// Colour when standard output is a terminal and NO_COLOR is not set.
Style output_style();

/// Writes the files that --junit and --json name. Throws OutputError.
void write_results(const SuiteResult& suite, const CommandOptions& options);

}  // namespace snag
