#include "harness/campaign/campaign.h"

#include "harness/campaign/job_runner.h"
#include "harness/campaign/phases.h"
#include "harness/campaign/rounds.h"
#include "harness/campaign/worker_pool.h"
#include "harness/execution/front_end.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>

namespace snag {

namespace {

using WallClock = std::chrono::steady_clock;

constexpr double progress_seconds = 0.05;

void check_options(const CampaignOptions& options) {
  if (options.executions == 0) throw UsageError("a campaign needs at least one execution: give --executions 1 or more");
  if (options.go_on && (*options.go_on < 0 || *options.go_on > 1))
    throw UsageError("the probability that a thread goes on lies between 0 and 1: give for example --go-on 0.9");
  if (options.depth == 0) throw UsageError("pct needs a depth of at least 1: give for example --depth 3");
  if (options.steps_max == 0) throw UsageError("the step limit must be at least 1: give for example --steps 100000");
  if (options.stack_size < 16UL * 1024)
    throw UsageError("a thread's stack needs at least 16 KiB: give --stack-size 16384 or more");
}

// The time cap, the progress line and Ctrl-C.
class Clock {
 public:
  Clock(const CampaignOptions& options, const ProgressFunction& progress) : options_(options), progress_(progress) {}

  double elapsed() const { return std::chrono::duration<double>(WallClock::now() - start_).count(); }
  // Whether the campaign may go on.
  bool look(const JobProgress& progress) {
    const double now = elapsed();
    time_capped_ = options_.seconds > 0 && now >= options_.seconds;
    if (time_capped_) return false;
    if (progress_ && now - last_progress_ >= progress_seconds) {
      last_progress_ = now;
      interrupted_ = !progress_({progress.executions, options_.executions, progress.bugs, now, progress.explored});
    }
    return !interrupted_;
  }
  bool time_capped() const { return time_capped_; }
  bool interrupted() const { return interrupted_; }

 private:
  const CampaignOptions& options_;
  const ProgressFunction& progress_;
  WallClock::time_point start_ = WallClock::now();
  double last_progress_ = 0;
  bool time_capped_ = false;
  bool interrupted_ = false;
};

// All jobs in this process, one after another.
void run_here(Rounds& rounds, JobRunner& runner, Clock& clock) {
  std::uint64_t looks = 0;
  std::uint64_t points_at_last_look = 0;
  while (const std::optional<Job> job = rounds.next()) {
    const JobHooks hooks{
        .found = [&](const KeyedBug& bug) { rounds.take(job->number, bug); },
        .go_on =
            [&](const JobProgress& progress) {
              // The wall clock costs as much as a scheduling point: look rarely, unless executions are long.
              const bool new_job = progress.points < points_at_last_look;
              if (++looks % 16 != 0 && !new_job && progress.points - points_at_last_look < 10'000) return true;
              points_at_last_look = progress.points;
              const JobProgress before = rounds.progress();
              return clock.look({before.executions + progress.executions, 0, before.bugs + progress.bugs,
                                 before.explored ? before.explored : progress.explored});
            }};
    rounds.take(job->number, runner.run(*job, hooks));
    if (clock.time_capped() || clock.interrupted()) return;
  }
}

// One phase: a campaign under one strategy.
CampaignResult search(const Scenario& scenario, const CampaignOptions& options, const ProgressFunction& progress) {
  Clock clock(options, progress);
  Rounds rounds(scenario, options);
  std::uint64_t workers_lost = 0;
  JobRunner runner(scenario, options);
  if (options.jobs == 0) {
    run_here(rounds, runner, clock);
  } else {
    WorkerPool pool(options, runner);
    pool.run(rounds, [&](const JobProgress& so_far) { return clock.look(so_far); });
    workers_lost = pool.lost();
  }
  CampaignResult result = rounds.result();
  result.workers_lost = workers_lost;
  result.time_capped = clock.time_capped();
  result.interrupted = clock.interrupted();
  result.seconds = clock.elapsed();
  return result;
}

}  // namespace

std::string strategy_for(const Scenario& scenario, const CampaignOptions& options) {
  return scenario.scheduling && options.strategy == "mixed" ? "priority" : options.strategy;
}

void check_strategy(const Scenario& scenario, const CampaignOptions& options) {
  if (options.points && (scenario.front_end == nullptr || !scenario.front_end->learns_points))
    throw UsageError(
        fmt::format("--points means nothing to {}, which is written with snag's types: leave it out (it is for "
                    "unmodified programs)",
                    scenario.name));
  if (options.strategy == "priority" && !scenario.scheduling)
    throw UsageError(fmt::format(
        "{} does not ask for scheduling by priority, so its threads have no order that the strategy priority "
        "could follow: leave --strategy out, or set the scenario's scheduling (docs/writing-a-scenario.md)",
        scenario.name));
  if (options.strategy == "dpor" && scenario.scheduling && !options.bound)
    throw UsageError(fmt::format(
        "{} asks for scheduling by priority, where the order of independent operations matters, so dpor cannot leave "
        "any out: use --strategy exhaustive, which stays within that scheduling",
        scenario.name));
}

CampaignResult explore(const Scenario& scenario, const CampaignOptions& options, const ProgressFunction& progress) {
  check_options(options);
  check_strategy(scenario, options);
  CampaignResult result = explore_in_phases(
      scenario, options, progress,
      [&](const CampaignOptions& phase, const ProgressFunction& watch) { return search(scenario, phase, watch); });
  const auto suppressed = std::stable_partition(result.bugs.begin(), result.bugs.end(),
                                                [](const Bug& bug) { return !bug.suppressed_by.has_value(); });
  std::move(suppressed, result.bugs.end(), std::back_inserter(result.suppressed));
  result.bugs.erase(suppressed, result.bugs.end());
  return result;
}

}  // namespace snag
