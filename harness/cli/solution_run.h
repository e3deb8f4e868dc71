// The part of a check that runs in a process of its own: measures what it is compared with, loads the solution, replays,
// explores, and writes what came of it to files that the command reads. The solution may end this process at any moment.
#pragma once

#include "harness/cli/check_result.h"
#include "harness/students/solution_kind.h"
#include "harness/trace/scenario.h"
#include "harness/trace/token.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace snag {

/// How long to search.
struct CheckBudget {
  std::uint64_t executions = 2'000;  ///< of the sampling strategies
  double seconds = 5;                ///< cap on the search
  std::uint64_t seed = 1;
};

/// What to run.
struct SolutionJob {
  SolutionKind kind = SolutionKind::typed;
  std::filesystem::path built;   ///< a library or, of the plain kind, a program
  std::string scenario;          ///< "withdraw"
  std::string file;              ///< as the user named it
  Scenario conditions;           ///< under which it runs. Has no body yet
  std::vector<Scenario> broken;  ///< the suite's variants; empty in a plain solution's own program
  std::vector<Scenario> right;
  Verified reachable = Verified::no;  ///< how far `exhaustive` gets on a right one
  /// Of a plain one: how parallel the plain form's variants are, if that is on file. The typed ones are measured.
  std::optional<Concurrency> measured;
  CheckBudget budget;
  std::filesystem::path corpus;  ///< failures to replay first, and to remember; empty: none
  std::optional<Token> replay;   ///< set: replay only this one
  std::string replay_prefix;     ///< what stands before the token in the line to paste
  Style style = Style::plain;
  std::filesystem::path result;  ///< a file to write
};

/// The name under which a solution runs: "withdraw/solution".
std::string solution_scenario_name(const std::string& scenario);

/// In the process of a solution: runs it and writes what came of it. `plain` is the scenario of a plain one, else null:
/// then the library is loaded.
void run_solution_here(const SolutionJob& job, const Scenario* plain);

/// Runs the solution in a process of its own and waits for it. Whatever it does to that process is a verdict. Throws
/// Interrupted; std::runtime_error for the harness's own faults.
CheckResult run_solution(const SolutionJob& job);

/// A replay that does not fit the solution. what() names the step.
class ReplayDiverged : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace snag
