// Worker processes that run jobs. They are forked when everything is set up, and nobody can take the campaign down from
// inside one: whatever ends a worker ends this one worker. What it had found by then is found again by another, since
// jobs can be repeated; and what ended it stands in its journal.
#pragma once

#include "harness/campaign/job_runner.h"
#include "harness/campaign/worker_journal.h"

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include <sys/types.h>

namespace snag {

/// Is asked every few milliseconds, and told how far all jobs together are; false: stop.
using PoolWatch = std::function<bool(const JobProgress&)>;

/// A number of workers. They live until the pool is destroyed, or the thread that made them ends.
class WorkerPool {
 public:
  /// Both must outlive it. Workers run jobs as copies of `runner`.
  WorkerPool(const CampaignOptions& options, JobRunner& runner);
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;
  ~WorkerPool();

  /// Runs jobs until all is done or watch says stop: then workers have about 50 ms to say what they know, and are killed.
  /// Throws std::system_error when there can be no worker, std::runtime_error when workers die by no fault of a job.
  void run(JobSource& source, const PoolWatch& watch);
  /// Workers killed from outside.
  std::uint64_t lost() const { return lost_; }
  /// The workers that live, for tests that kill them.
  std::vector<pid_t> processes() const;

 private:
  struct Worker;
  void deal(JobSource& source);
  Worker* idle_worker();
  Worker& start_worker();
  [[noreturn]] void be_a_worker(int socket, WorkerJournal& journal);
  void wait_for_news(JobSource& source, std::chrono::milliseconds at_most);
  void receive(Worker& worker, JobSource& source);
  void take(Worker& worker, JobSource& source, std::string_view message);
  void look_after(JobSource& source);
  void bury(Worker& worker, JobSource& source, int status);
  void stop(JobSource& source);
  void dismiss_all();
  JobProgress progress(const JobSource& source) const;

  const CampaignOptions& options_;
  JobRunner& runner_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::uint64_t lost_ = 0;
  std::uint64_t idle_deaths_ = 0;
};

}  // namespace snag
