// The commands, over the scenarios of a program. Each returns its exit code; mistakes and faults are thrown.
#pragma once

#include "harness/cli/options.h"
#include "harness/cli/replay_line.h"
#include "harness/cli/solution_run.h"
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

/// Takes each of these scenarios, which are tests of one program and declare nothing, for what it is.
int run_tests_command(const std::vector<Scenario>& catalogue, const std::vector<std::string>& names,
                      const CommandOptions& options, const ReplayLine& replay);

/// Takes one variant for what it is.
int explore_command(const std::vector<Scenario>& catalogue, const std::string& variant, const CommandOptions& options,
                    const ReplayLine& replay);

/// Whether `replay` looks up source lines.
enum class Source { shown, left_out };

int replay_command(const std::vector<Scenario>& catalogue, const std::string& token, Source source,
                   const ReplayLine& replay);

/// Makes a folder for a student to work in. `program` is the command as it was called.
int new_command(const std::vector<Scenario>& catalogue, const std::string& scenario, const std::string& folder,
                SolutionKind kind, const std::string& program);

/// How `check` prints.
enum class CheckFormat { text, json };

/// What `check` is called with.
struct CheckOptions {
  std::string scenario;
  std::string file;
  std::string compiler;  ///< empty: $CXX, else the one that snag was built with
  std::string replay;    ///< a token; empty: explore
  std::string corpus;    ///< a folder of failures remembered; empty: corpus/ beside the file, if it is there
  std::size_t hint = 0;  ///< the number of a hint; 0: the first one, while the solution is wrong
  CheckBudget budget;
  CheckFormat format = CheckFormat::text;
};

/// Builds a student's solution and says what it is.
int check_command(const std::vector<Scenario>& catalogue, const CheckOptions& options, const std::string& program);

/// The command as it can be called from another folder.
std::string callable_program(const std::string& called_as);

/// Colour when standard output is a terminal and NO_COLOR is not set.
Style output_style();

/// Writes the files that --junit and --json name. Throws OutputError.
void write_results(const SuiteResult& suite, const CommandOptions& options);

}  // namespace snag
