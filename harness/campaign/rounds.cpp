#include "harness/campaign/rounds.h"

#include "harness/campaign/crash.h"
#include "harness/campaign/death.h"
#include "harness/campaign/job_runner.h"

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace snag {

namespace {

constexpr std::uint64_t round_first = 32;
constexpr std::uint64_t round_last = 8192;
constexpr std::uint64_t jobs_in_round = 16;
constexpr std::uint64_t executions_in_job_least = 16;
// A search that is one job begins anew after each: were there no end to it, it would take for ever.
constexpr std::size_t crashes_in_one_search_max = 20;
// A thread is hung when it has computed for seconds: a campaign in which every other execution hangs is given up.
constexpr std::size_t costly_max = 5;

void merge_learnt(Learnt& learnt, const Learnt& taught) {
  if (learnt.size() < taught.size()) learnt.resize(taught.size());
  for (std::size_t i = 0; i < taught.size(); ++i) learnt[i] = std::max(learnt[i], taught[i]);
}

[[noreturn]] void throw_again(const JobError& error) {
  switch (error.kind) {
    case JobError::Kind::usage: throw UsageError(error.text);
    case JobError::Kind::nondeterminism: throw NondeterminismError(error.text);
    case JobError::Kind::other: break;
  }
  throw std::runtime_error(error.text);
}

}  // namespace

RoundSize round_after(std::uint64_t executed) {
  std::uint64_t size = round_first;
  for (std::uint64_t done = 0; done < executed && size < round_last; done += size / 2) size *= 2;
  return {size, std::max(executions_in_job_least, size / jobs_in_round)};
}

Rounds::Rounds(const Scenario& scenario, const CampaignOptions& options)
    : scenario_(scenario), options_(options), in_rounds_(runs_in_rounds(options.strategy)) {
  result_.spurious_max = execution_options(scenario, options).spurious_max;
  result_.scheduled = scenario.scheduling.has_value();
}

std::optional<Job> Rounds::next() {
  if (done_) return std::nullopt;
  if (entries_.empty()) begin_round();
  for (Entry& entry : entries_) {
    if (entry.state != Entry::State::waiting) continue;
    entry.state = Entry::State::under_way;
    return entry.job;
  }
  return std::nullopt;
}

void Rounds::begin_round() {
  const RoundSize size = in_rounds_ ? round_after(dealt_) : RoundSize{options_.executions, options_.executions};
  const std::uint64_t end = dealt_ + std::min(size.executions, options_.executions - dealt_);
  std::uint64_t number = first_;
  for (std::uint64_t begin = dealt_; begin < end; begin += size.in_job)
    entries_.push_back({.job = {.number = number++,
                                .begin = begin,
                                .end = begin + std::min(size.in_job, end - begin),
                                .known = known_,
                                .learnt = learnt_}});
  dealt_ = end;
}

void Rounds::take(std::uint64_t number, KeyedBug bug) {
  if (is_wanted(number)) entry(number).bugs.push_back(std::move(bug));
}

void Rounds::take(std::uint64_t number, JobResult result) {
  if (!is_wanted(number)) return;
  entry(number).result = std::move(result);
  entry(number).state = Entry::State::ended;
  merge_in_order();
}

void Rounds::take(std::uint64_t number, const Death& death) {
  if (!is_wanted(number)) return;
  Entry& dead = entry(number);
  dead.crashes.push_back(bug_of(death, scenario_, execution_options(scenario_, options_)));
  dead.job.crashes.push_back(death.note);
  dead.costly += death.name == endless_finding || death.name == memory_finding ? 1 : 0;
  const bool at_the_very_beginning = !death.note.settling && death.note.choices == 0;
  const bool too_often = dead.crashes.size() >= crashes_in_one_search_max || dead.costly >= costly_max;
  if (!in_rounds_ && (too_often || at_the_very_beginning)) {
    end_as_crashed(number);
    return;
  }
  // Jobs die in order of execution, so this is the same for any number of workers.
  if (dead.costly >= costly_max) dead.job.end = death.note.execution + 1;
  take_back(number);
}

// The search cannot get past it.
void Rounds::end_as_crashed(std::uint64_t number) {
  Entry& dead = entry(number);
  dead.result.executions = dead.job.crashes.back().execution + 1;
  dead.result.cut_off = true;
  result_.crashed_too_often = true;
  dead.state = Entry::State::ended;
  merge_in_order();
}

void Rounds::take_back(std::uint64_t number) {
  if (!is_wanted(number)) return;
  entry(number).bugs.clear();
  entry(number).state = Entry::State::waiting;
}

void Rounds::give_up(std::uint64_t number, std::uint64_t executions, std::uint64_t points) {
  if (!is_wanted(number)) return;
  Entry& entry = this->entry(number);
  entry.result.executions = executions;
  entry.result.points = points;
  entry.result.cut_off = true;
  entry.state = Entry::State::ended;
  merge_in_order();
}

void Rounds::merge_in_order() {
  while (!done_ && !entries_.empty() && entries_.front().state == Entry::State::ended) {
    merge(entries_.front());
    entries_.pop_front();
    ++first_;
  }
  if (entries_.empty() && dealt_ >= options_.executions) done_ = true;
}

void Rounds::merge(Entry& entry) {
  const JobResult& job = entry.result;
  if (job.error) {
    error_ = job.error;
    done_ = true;
    return;
  }
  std::vector<KeyedBug> bugs;
  // Stable: what an execution showed before what was run to make sure of it ended its process.
  std::ranges::merge(
      entry.bugs, entry.crashes, std::back_inserter(bugs), {}, [](const KeyedBug& bug) { return bug.bug.execution; },
      [](const KeyedBug& bug) { return bug.bug.execution; });
  for (KeyedBug& bug : bugs) {
    known_.bugs.insert(bug.key);
    book_.add(std::move(bug));
  }
  for (const auto& [key, change] : job.trials) add(known_.trials[key], change);
  merge_learnt(learnt_, job.taught);
  result_.coverage.add(job.coverage);
  result_.executions += job.executions;
  result_.points += job.points;
  result_.inconclusive += job.inconclusive;
  result_.untested = std::max(result_.untested, job.untested);
  result_.parked += job.parked;
  result_.polled_in_vain = result_.polled_in_vain || job.polled_in_vain;
  const bool whole = !result_.polled_in_vain && entry.crashes.empty();  // else not all interleavings were offered
  result_.exhausted = job.exhausted && whole;
  if (whole) result_.bound = job.bound;
  result_.reduction = job.reduction;
  if (options_.strategy == "dpor" && !job.reduction) result_.reduction.emplace();  // it did not come to tell
  costly_ += entry.costly;
  if (costly_ >= costly_max) result_.crashed_too_often = true;
  done_ = done_ || result_.crashed_too_often || job.stopped || job.ended || (job.cut_off && !in_rounds_);
}

CampaignResult Rounds::result() {
  // A campaign that was stopped: what is known counts, though there are gaps.
  for (Entry& entry : entries_)
    if (!error_ && !done_ && entry.state == Entry::State::ended) merge(entry);
  if (error_) throw_again(*error_);
  result_.bugs = book_.take();
  return std::move(result_);
}

}  // namespace snag
