#include "harness/campaign/rounds.h"

#include "harness/campaign/crash.h"
#include "harness/campaign/death.h"

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

// A token names them all: there must not be too many.
void merge_places(std::vector<std::uint32_t>& places, const std::vector<std::uint32_t>& learnt) {
  constexpr std::size_t places_max = 64;
  for (const std::uint32_t place : learnt) {
    const auto at = std::ranges::lower_bound(places, place);
    if (places.size() < places_max && (at == places.end() || *at != place)) places.insert(at, place);
  }
}

void add(Reduction& all, const Reduction& part) {
  all.complete += part.complete;
  all.deadlocked += part.deadlocked;
  all.cut_short += part.cut_short;
  all.blocked += part.blocked;
  all.redundant += part.redundant;
  all.executions += part.executions;
  all.spinning_waits = all.spinning_waits || part.spinning_waits;
  if (all.inexact.empty()) all.inexact = part.inexact;
  if (all.beyond != beyond_spurious && !part.beyond.empty()) all.beyond = part.beyond;
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
    : scenario_(scenario),
      options_(options),
      division_(division_of(options)),
      plain_points_(execution_options(scenario, options).plain_points) {
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
  if (division_ == Division::by_part) return begin_round_of_parts();
  const RoundSize size =
      division_ == Division::by_number ? round_after(dealt_) : RoundSize{options_.executions, options_.executions};
  const std::uint64_t end = dealt_ + std::min(size.executions, options_.executions - dealt_);
  while (dealt_ < end) add_job(std::min(size.in_job, end - dealt_));
}

// Parts may need fewer executions than they may have, so numbers are put right when they are merged.
void Rounds::begin_round_of_parts() {
  for (dpor::Share& share : frontier_.deal(options_.executions - result_.executions)) {
    add_job(share.executions);
    entries_.back().job.task = std::move(share.task);
  }
  explored_ = frontier_.explored();
}

void Rounds::add_job(std::uint64_t executions) {
  entries_.push_back({.job = {.number = number_++,
                              .begin = dealt_,
                              .end = dealt_ + executions,
                              .known = known_,
                              .learnt = learnt_,
                              .plain_points = plain_points_}});
  dealt_ += executions;
}

JobProgress Rounds::progress() const {
  const bool knows_more = division_ == Division::by_part && explored_ > 0;
  return {result_.executions, result_.points, book_.count(), knows_more ? std::optional(explored_) : std::nullopt};
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
  ExecutionOptions executed_with = execution_options(scenario_, options_);
  executed_with.plain_points = dead.job.plain_points;
  dead.crashes.push_back(bug_of(death, scenario_, executed_with, options_.suppressions));
  dead.job.crashes.push_back(death.note);
  dead.job.crashes.back().suppressed = dead.crashes.back().bug.suppressed_by.has_value();
  dead.costly += death.name == endless_finding || death.name == memory_finding ? 1 : 0;
  const bool at_the_very_beginning = !death.note.settling && death.note.choices == 0;
  const bool too_often = dead.crashes.size() >= crashes_in_one_search_max || dead.costly >= costly_max;
  if (division_ != Division::by_number && (too_often || at_the_very_beginning)) {
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
  dead.result.executions = dead.job.crashes.back().execution + 1 - dead.job.begin;
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
    if (!begins_anew_) continue;
    begins_anew_ = false;
    entries_.clear();  // in vain, too
    first_ = number_;
  }
  if (!entries_.empty()) return;
  const std::uint64_t executions = division_ == Division::by_part ? result_.executions : dealt_;
  if (executions >= options_.executions) done_ = true;
}

void Rounds::merge(Entry& entry) {
  const JobResult& job = entry.result;
  if (job.error) {
    error_ = job.error;
    done_ = true;
    return;
  }
  merge_bugs(entry);
  for (const auto& [key, change] : job.trials) add(known_.trials[key], change);
  merge_learnt(learnt_, job.taught);
  merge_places(plain_points_.places, job.racing_places);
  result_.coverage.add(job.coverage);
  result_.executions += job.executions;
  result_.points += job.points;
  result_.inconclusive += job.inconclusive;
  result_.untested = std::max(result_.untested, job.untested);
  result_.parked += job.parked;
  result_.polled_in_vain = result_.polled_in_vain || job.polled_in_vain;
  crashes_ += entry.crashes.size();
  costly_ += entry.costly;
  const bool too_often = division_ == Division::by_part && crashes_ >= crashes_in_one_search_max;
  if (too_often || costly_ >= costly_max) result_.crashed_too_often = true;
  done_ = done_ || result_.crashed_too_often || job.stopped || (job.cut_off && division_ == Division::one_job);
  if (division_ == Division::by_part) return merge_parts(entry);
  result_.exhausted = job.exhausted && is_whole();
  if (is_whole()) result_.bound = job.bound;
  result_.reduction = job.reduction;
  if (options_.strategy == "dpor" && !job.reduction) result_.reduction.emplace();  // it did not come to tell
  done_ = done_ || job.ended;
}

void Rounds::merge_bugs(Entry& entry) {
  std::vector<KeyedBug> bugs;
  // Stable: what an execution showed before what was run to make sure of it ended its process.
  std::ranges::merge(
      entry.bugs, entry.crashes, std::back_inserter(bugs), {}, [](const KeyedBug& bug) { return bug.bug.execution; },
      [](const KeyedBug& bug) { return bug.bug.execution; });
  for (KeyedBug& bug : bugs) {
    if (division_ == Division::by_part) bug.bug.execution += result_.executions - entry.job.begin;
    known_.bugs.insert(bug.key);
    book_.add(std::move(bug));
  }
}

void Rounds::merge_parts(Entry& entry) {
  JobResult& job = entry.result;
  if (!result_.reduction) result_.reduction.emplace();
  Reduction& all = *result_.reduction;
  if (job.reduction) add(all, *job.reduction);
  frontier_lost_ = frontier_lost_ || !job.task;  // it did not come to tell: the campaign is about to end
  if (done_ || frontier_lost_) return;
  begins_anew_ = !frontier_.merge(std::move(*job.task), job.executions);
  if (begins_anew_)
    all = {.preliminary = result_.executions,
           .spinning_waits = all.spinning_waits,
           .inexact = std::move(all.inexact),
           .beyond = std::move(all.beyond)};
  all.explored = frontier_.explored();
  if (!frontier_.is_done()) return;
  result_.exhausted = is_whole() && all.inexact.empty();
  done_ = true;
}

CampaignResult Rounds::result() {
  // A campaign that was stopped: what is known counts, though there are gaps.
  frontier_lost_ = true;
  for (Entry& entry : entries_)
    if (!error_ && !done_ && entry.state == Entry::State::ended) merge(entry);
  if (error_) throw_again(*error_);
  result_.bugs = book_.take();
  return std::move(result_);
}

}  // namespace snag
