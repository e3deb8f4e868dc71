// How executions are dealt out: in rounds that grow, each cut into jobs, by numbers of executions or by parts of the whole
// (dpor). All jobs of a round begin with what the rounds before have taught, and are merged in order when they have ended.
// Neither rounds nor jobs depend on the number of workers, so any number of them finds and counts the same.
#pragma once

#include "harness/campaign/job.h"
#include "harness/campaign/job_runner.h"
#include "harness/strategies/dpor_frontier.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace snag {

/// A round after `executed` executions: how many it has, and how many of them a job has. Without a budget.
struct RoundSize {
  std::uint64_t executions;
  std::uint64_t in_job;
};
RoundSize round_after(std::uint64_t executed);

/// The jobs of one campaign.
class Rounds : public JobSource {
 public:
  /// Both must outlive it.
  Rounds(const Scenario& scenario, const CampaignOptions& options);

  std::optional<Job> next() override;
  bool is_done() const override { return done_; }
  bool is_wanted(std::uint64_t number) const override { return !done_ && number >= first_; }
  void take(std::uint64_t number, KeyedBug bug) override;
  void take(std::uint64_t number, JobResult result) override;
  void take(std::uint64_t number, const Death& death) override;
  void take_back(std::uint64_t number) override;
  void give_up(std::uint64_t number, std::uint64_t executions, std::uint64_t points) override;

  JobProgress progress() const override;
  /// All that is known, also of jobs after one that has not ended. Throws what a job could not be done for:
  /// UsageError, NondeterminismError or std::runtime_error. To be called once.
  CampaignResult result();

 private:
  // A job, and what has come of it so far.
  struct Entry {
    Job job;
    enum class State : std::uint8_t { waiting, under_way, ended } state = State::waiting;
    std::vector<KeyedBug> bugs = {};     // of the try under way, in order
    std::vector<KeyedBug> crashes = {};  // of those that ended their process
    std::size_t costly = 0;              // of crashes, those that take long: a campaign must not be full of them
    JobResult result = {};
  };
  Entry& entry(std::uint64_t number) { return entries_[static_cast<std::size_t>(number - first_)]; }
  void begin_round();
  void begin_round_of_parts();
  void add_job(std::uint64_t executions);
  void merge_in_order();
  void merge(Entry& entry);
  void merge_bugs(Entry& entry);
  void merge_parts(Entry& entry);
  bool is_whole() const { return !result_.polled_in_vain && crashes_ == 0; }
  void end_as_crashed(std::uint64_t number);

  const Scenario& scenario_;
  const CampaignOptions& options_;
  Division division_;
  std::deque<Entry> entries_;  // of the round under way, those that have not been merged
  std::uint64_t first_ = 0;    // number of the first of them
  std::uint64_t number_ = 0;   // of the next job
  std::uint64_t dealt_ = 0;    // executions, in rounds begun
  dpor::Frontier frontier_;    // by part: what is left
  double explored_ = 0;        // of it, when the round began
  bool frontier_lost_ = false;
  bool begins_anew_ = false;
  bool done_ = false;
  Known known_;
  Learnt learnt_;
  PlainPoints plain_points_;
  BugBook book_;
  std::size_t costly_ = 0;
  std::size_t crashes_ = 0;
  CampaignResult result_;
  std::optional<JobError> error_;
};

}  // namespace snag
