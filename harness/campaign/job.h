// A campaign is a sequence of jobs. What a job comes to follows from its description alone: the same job gives the same
// result, whoever runs it and however often. So a worker that dies loses nothing, and the number of workers changes
// nothing.
#pragma once

#include "harness/campaign/campaign.h"
#include "harness/campaign/settle.h"
#include "harness/strategies/dpor_part.h"
#include "harness/strategies/strategy.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace snag {

/// An execution that is known to end its process, and must not do so again.
struct CrashNote {
  std::uint64_t execution = 0;
  bool settling = false;      ///< it ended well; what was run to make sure of its findings did not
  std::uint32_t choices = 0;  ///< that had been made by then
  bool suppressed = false;    ///< the user does not want to be told
};

/// What is to be executed.
struct Job {
  std::uint64_t number = 0;             ///< jobs are merged in this order
  std::uint64_t begin = 0, end = 0;     ///< numbers of the executions; there may be fewer
  Known known = {};                     ///< when the round began
  Learnt learnt = {};                   ///< the same
  PlainPoints plain_points = {};        ///< the same
  std::vector<CrashNote> crashes = {};  ///< of executions among these
  std::optional<dpor::Task> task = {};  ///< dpor: what of the whole to explore
};

/// Why a job could not be done: an exception of explore(), as a value.
struct JobError {
  enum class Kind : std::uint8_t { usage, nondeterminism, other } kind = Kind::other;
  std::string text;
};

/// What a job came to, but for its bugs, which are told as they are found.
struct JobResult {
  std::uint64_t executions = 0;
  std::uint64_t points = 0;
  std::uint64_t inconclusive = 0;
  std::uint64_t untested = 0;
  std::uint64_t parked = 0;
  bool polled_in_vain = false;
  bool stopped = false;  ///< at the first finding: what comes after does not count
  bool ended = false;    ///< the strategy has nothing left
  bool cut_off = false;  ///< asked to stop before its end
  bool exhausted = false;
  std::optional<std::uint32_t> bound = {};
  std::optional<Reduction> reduction = {};  ///< of this job's executions
  std::optional<dpor::TaskResult> task = {};
  Learnt taught = {};
  std::vector<std::uint32_t> racing_places = {};  ///< of plain accesses, as in PlainPoints
  std::map<std::string, TrialChange> trials = {};
  CoverageSample coverage = {};
  std::optional<JobError> error = {};
};

/// How a job ended its process.
struct Death {
  std::string name;  ///< as a finding: "crash", "endless-loop", ...
  std::string what;  ///< "T1 crashed (segmentation fault at step 7)"
  std::string hint;
  std::vector<const void*> stack;        ///< where; may be empty
  const void* last_operation = nullptr;  ///< where the thread did what it did last, if that is known
  CrashNote note;
  Schedule schedule;  ///< the choices that led there
  SpinRule spinning = SpinRule::after_a_step;
};

/// How far a job, or all of them, have come.
struct JobProgress {
  std::uint64_t executions = 0;
  std::uint64_t points = 0;
  std::size_t bugs = 0;
  std::optional<double> explored = {};  ///< dpor: part of the whole, as far as is known
};

/// Hands out jobs and takes what comes of them, in any order.
class JobSource {
 public:
  JobSource() = default;
  JobSource(const JobSource&) = delete;
  JobSource& operator=(const JobSource&) = delete;
  virtual ~JobSource() = default;
  /// A job to run. Nothing: there is none before one that is under way has ended, or ever.
  virtual std::optional<Job> next() = 0;
  /// Whether all is known that was to be found out.
  virtual bool is_done() const = 0;
  /// Whether a job under way still matters.
  virtual bool is_wanted(std::uint64_t number) const = 0;
  /// Of the jobs that have been merged.
  virtual JobProgress progress() const = 0;
  virtual void take(std::uint64_t number, KeyedBug bug) = 0;
  virtual void take(std::uint64_t number, JobResult result) = 0;
  /// The job has ended its process. It will be handed out again, and must not do so again.
  virtual void take(std::uint64_t number, const Death& death) = 0;
  /// The process that ran the job was killed from outside. It will be handed out again.
  virtual void take_back(std::uint64_t number) = 0;
  /// The campaign is stopped, and the job did not answer: what it had done by then.
  virtual void give_up(std::uint64_t number, std::uint64_t executions, std::uint64_t points) = 0;
};

}  // namespace snag
