// Runs jobs, one after another, in this process.
#pragma once

#include "harness/campaign/job.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace snag {

class WorkerJournal;

/// Whom a job under way tells, and asks.
struct JobHooks {
  std::function<void(const KeyedBug&)> found;
  std::function<bool(const JobProgress&)> go_on;  ///< asked between executions; false ends the job
  WorkerJournal* journal = nullptr;               ///< may be null
};

/// How a campaign is cut into jobs.
enum class Division : std::uint8_t {
  by_number,  ///< executions depend on no other but by what rounds teach
  by_part,    ///< each job explores parts of the whole
  one_job,    ///< each execution follows from those before it
};
Division division_of(const CampaignOptions& options);

/// What executions are run with.
ExecutionOptions execution_options(const Scenario& scenario, const CampaignOptions& options);

/// Keeps execution, checkers and settler from job to job.
class JobRunner {
 public:
  JobRunner(const Scenario& scenario, const CampaignOptions& options);

  /// Errors are told in the result.
  JobResult run(const Job& job, const JobHooks& hooks);
  const Scenario& scenario() const { return scenario_; }

 private:
  std::optional<double> explored(const Job& job) const;
  JobResult run_all(const Job& job, const JobHooks& hooks);
  void execute(const Job& job, std::uint64_t number, JobResult& result, const JobHooks& hooks);
  void learn_races(const Findings& findings, std::vector<std::uint32_t>& places) const;
  void settle(ExecutionResult& executed, const CrashNote* crash, std::uint64_t number, const JobHooks& hooks);
  void conclude(JobResult& result) const;
  void refuse_mismatch(bool diverged) const;
  void make_strategy();

  const Scenario& scenario_;
  const CampaignOptions& options_;
  Division division_;
  std::unique_ptr<Strategy> strategy_;
  const class ExhaustiveStrategy* exhaustive_ =
      nullptr;                                          // strategy_, or the one in it, if it knows how far it has come
  class DporStrategy* reduction_ = nullptr;             // the same
  const class BoundedDporStrategy* bounded_ = nullptr;  // the same
  Execution execution_;
  std::vector<std::unique_ptr<Checker>> checkers_;
  Settler settler_;
  CoverageProbe coverage_;
  std::size_t bugs_told_ = 0;
};

}  // namespace snag
