// Many executions of one scenario under one strategy, until a budget, a finding or exhaustion. Candidates are
// confirmed and predictions hunted as they appear, so that what comes out has happened, or is told as predicted.
#pragma once

#include "harness/campaign/coverage.h"
#include "harness/campaign/suppressions.h"
#include "harness/execution/execution.h"
#include "harness/trace/token.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace snag {

/// How the strategy "mixed" begins.
enum class MixedSearch : std::uint8_t { reduction_first, sampling_only };

/// Where unmodified programs may lose the processor, beside synchronisation and atomics.
enum class SwitchAt : std::uint8_t {
  nothing_else,  ///< plain accesses are not looked at
  races,         ///< at volatile accesses, and plain ones that were seen to race; all, where a search goes through all
  all_accesses,
};

/// What to run a campaign with.
struct CampaignOptions {
  /// "mixed" (default: dpor first, then random, pct and round_robin take turns), "random", "round_robin", "pct", "exhaustive", "dpor", or "listed": one execution.
  /// Where the scenario asks for scheduling by priority they answer only among threads of equal right; "priority", the
  /// default there, draws.
  std::string strategy = "mixed";
  MixedSearch mixed = MixedSearch::reduction_first;
  std::vector<std::uint32_t> choices = {};  ///< listed: see ListedStrategy
  std::uint64_t seed = 1;
  std::uint64_t executions = 2000;            ///< budget; for exhaustive and dpor a cap
  double seconds = 0;                         ///< cap on wall time; 0: none
  std::optional<double> go_on;                ///< random: probability that a thread goes on
  std::uint32_t depth = 3;                    ///< pct
  std::optional<SwitchAt> points;             ///< unmodified programs; default: races
  std::optional<std::uint32_t> bound;         ///< exhaustive, dpor: preemptions at most
  std::optional<std::uint32_t> spurious_max;  ///< default: 1 for sampling strategies, 0 for exhaustive and dpor
  std::optional<Step> steps_max;              ///< default: the scenario's
  std::size_t stack_size = stack_size_default;
  bool stop_at_first = true;                   ///< end the campaign at the first finding (predicted ones do not count)
  std::uint64_t determinism_every = 1000;      ///< every so many executions one is run twice and compared (1: all)
  bool coverage = false;                       ///< look at what has been covered: costs a part of each execution
  std::size_t jobs = 0;                        ///< worker processes; 0: all in this process, which a crash then ends
  double hang_seconds = 5;                     ///< of processor time without a scheduling point: hung (workers only)
  std::size_t memory = 4UL << 30;              ///< bytes that a worker may use beside what it begins with
  std::vector<Suppression> suppressions = {};  ///< what is not to be told; a crash only in a worker
};

/// One bug: a finding and the schedule that shows it.
struct Bug {
  Finding finding;              ///< happened or predicted; never a candidate
  Trace trace;                  ///< of the execution that shows it (predicts it)
  Token token;                  ///< replays it
  std::string fingerprint;      ///< checker, object names, unordered places
  std::uint64_t execution = 0;  ///< number of the execution that found it
  bool hunted = false;          ///< happened in a directed execution after it had been predicted
  std::uint64_t hunts = 0;      ///< directed executions spent on a prediction
  /// The execution ends its process (a crash, a hang, ...): there is no trace, and all that is known stands in the
  /// finding's sentence.
  bool ends_process = false;
  std::optional<std::size_t> suppressed_by = {};  ///< index into CampaignOptions::suppressions
};

/// Whether a bug has happened, and is to be told.
inline bool counts(const Bug& bug) { return bug.finding.certainty == Certainty::happened && !bug.suppressed_by; }

/// Whether a bug may be told in place of another that it explains. A suppressed one only in place of predictions: what
/// has happened may have ended the campaign, and then something must be told.
inline bool may_stand_for(const Bug& cause, const Bug& other) {
  return cause.finding.certainty == Certainty::happened &&
         (!cause.suppressed_by || other.finding.certainty == Certainty::predicted);
}

/// What a program may do that partial-order reduction does not look at.
inline constexpr const char* beyond_spurious = "spurious wake-ups";
inline constexpr const char* beyond_starving = "threads that starve";

/// What partial-order reduction says of its executions.
struct Reduction {
  std::uint64_t complete = 0;     ///< ran to their end
  std::uint64_t deadlocked = 0;   ///< or until nobody could go
  std::uint64_t cut_short = 0;    ///< by a finding, a crash or the step limit
  std::uint64_t blocked = 0;      ///< led to what had been explored: in vain
  std::uint64_t redundant = 0;    ///< could not follow their plan, and may repeat others
  std::uint64_t given_up = 0;     ///< with a bound: led to what had been explored, and are counted nowhere else
  std::uint64_t preliminary = 0;  ///< before it was known what the program observes
  std::uint64_t executions = 0;   ///< all that count: not the preliminary ones
  double explored = 0;            ///< part of the whole, 0 to 1, as far as it is known
  bool spinning_waits = false;    ///< threads that spin were made to wait for a change
  std::string inexact = {};       ///< what it does not treat exactly; then it proves nothing
  std::string beyond = {};        ///< what the program might do that it does not look at: "threads that starve"
};

/// How a campaign went.
struct CampaignResult {
  std::vector<Bug> bugs;           ///< in order of discovery, each once; causes only
  std::vector<Bug> suppressed;     ///< those that the user does not want to be told of
  std::uint64_t executions = 0;    ///< of the strategy; confirmations and hunts not counted
  std::uint64_t points = 0;        ///< scheduling points in all
  std::uint64_t inconclusive = 0;  ///< executions that hit the step limit without a livelock
  std::uint64_t untested = 0;      ///< most threads without a scheduling point seen in one execution
  std::uint64_t parked = 0;        ///< threads abandoned in noexcept frames
  double seconds = 0;
  bool exhausted = false;              ///< exhaustive: every interleaving was seen (within the bounds)
  bool polled_in_vain = false;         ///< a bounded loop that polls was held back: exhausted is then withheld
  std::optional<std::uint32_t> bound;  ///< exhaustive, dpor: preemption bound completed, when not exhausted without one
  std::optional<Reduction> reduction;  ///< dpor: what exhausted means is up to equivalence then
  Coverage coverage;                   ///< if CampaignOptions::coverage asks for it
  std::uint32_t spurious_max = 0;      ///< the budget it ran with
  bool scheduled = false;              ///< the scenario asks for scheduling: only what that allows was run
  bool crashed_too_often = false;      ///< given up: too many executions ended their process in ways that take long
  std::uint64_t workers_lost = 0;      ///< killed from outside; what they had under way was done again
  bool time_capped = false;            ///< ended by CampaignOptions::seconds: inconclusive
  bool interrupted = false;
};

/// How far a campaign is, for the progress line.
struct Progress {
  std::uint64_t executions = 0;
  std::uint64_t budget = 0;
  std::size_t bugs = 0;
  double seconds = 0;
  std::optional<double> explored;  ///< dpor: part of the whole, 0 to 1, as far as it is known
};

/// A scenario behaved differently under the same choices: uncontrolled nondeterminism. what() names the first step that differs and the mend.
class NondeterminismError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Called now and then (about every 50 ms); false ends the campaign (Ctrl-C).
using ProgressFunction = std::function<bool(const Progress&)>;

/// The strategy that the scenario is run with: options.strategy, or what stands for it where scheduling is asked for.
std::string strategy_for(const Scenario& scenario, const CampaignOptions& options);

/// Throws UsageError when the strategy makes no sense for the scenario.
void check_strategy(const Scenario& scenario, const CampaignOptions& options);

/// Runs a campaign. Throws UsageError for options that make no sense, NondeterminismError.
CampaignResult explore(const Scenario& scenario, const CampaignOptions& options, const ProgressFunction& progress = {});

}  // namespace snag
