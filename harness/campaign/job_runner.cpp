#include "harness/campaign/job_runner.h"

#include "checkers/all.h"
#include "harness/campaign/determinism.h"
#include "harness/campaign/symbols.h"
#include "harness/campaign/variable_names.h"
#include "harness/campaign/worker_journal.h"
#include "harness/execution/front_end.h"
#include "harness/strategies/dpor.h"
#include "harness/strategies/dpor_bounded.h"
#include "harness/strategies/exhaustive.h"
#include "harness/strategies/listed.h"
#include "harness/strategies/mixed.h"
#include "harness/strategies/pct.h"
#include "harness/strategies/priority.h"
#include "harness/strategies/random.h"
#include "harness/strategies/round_robin.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace snag {

namespace {

std::unique_ptr<Strategy> strategy_named(const std::string& name, const CampaignOptions& options,
                                         const Scenario& scenario) {
  if (name == "mixed") return MixedStrategy::portfolio(options.seed);
  if (name == "priority") return std::make_unique<RandomStrategy>(options.seed);  // among those of equal right
  if (name == "random") return std::make_unique<RandomStrategy>(options.seed, options.go_on.value_or(-1));
  if (name == "round_robin") return std::make_unique<RoundRobinStrategy>();
  if (name == "pct") return std::make_unique<PctStrategy>(options.seed, options.depth);
  if (name == "exhaustive") return std::make_unique<ExhaustiveStrategy>(options.bound);
  if (name == "dpor" && options.bound) {
    const dpor::Ordering ordering = scenario.scheduling ? dpor::Ordering::total : dpor::Ordering::dependence;
    return std::make_unique<BoundedDporStrategy>(*options.bound, options.spurious_max.value_or(0), scenario.time,
                                                 ordering);
  }
  if (name == "dpor") return std::make_unique<DporStrategy>(options.spurious_max.value_or(0), scenario.time);
  if (name == "listed") return std::make_unique<ListedStrategy>(options.choices);
  throw UsageError(fmt::format(
      "there is no strategy '{}': choose mixed, random, round_robin, pct, exhaustive, dpor or priority", name));
}

Reduction reduction_of(const DporStrategy& dpor, const Scenario& scenario) {
  const DporCounts& counts = dpor.counts();
  Reduction reduction{.complete = counts.complete,
                      .deadlocked = counts.deadlocked,
                      .cut_short = counts.cut_short,
                      .blocked = counts.blocked,
                      .redundant = counts.misplanned,
                      .executions = counts.complete + counts.deadlocked + counts.cut_short,
                      .spinning_waits = dpor.has_awaited()};
  if (dpor.events_max() >= scenario.starved_after_grants) reduction.beyond = beyond_starving;
  if (dpor.may_be_spurious()) reduction.beyond = beyond_spurious;
  switch (dpor.inexact()) {
    case Inexact::no: break;
    case Inexact::daemons:
      reduction.inexact = "daemon threads that start others, for which the program's end waits";
      break;
    case Inexact::timed_in_ideal_time: reduction.inexact = "time-outs in ideal time"; break;
    case Inexact::priorities: reduction.inexact = "priorities and processor time"; break;
  }
  if (counts.misplanned > 0) reduction.inexact = "executions that could not follow their plan";
  return reduction;
}

Reduction reduction_of(const BoundedDporStrategy& dpor) {
  const DporCounts& counts = dpor.counts();
  return {.complete = counts.complete,
          .deadlocked = counts.deadlocked,
          .cut_short = counts.cut_short,
          .given_up = dpor.given_up(),
          .preliminary = dpor.preliminary(),
          .executions = counts.complete + counts.deadlocked + counts.cut_short,
          .spinning_waits = dpor.has_awaited()};
}

bool is_told(const CrashNote* note) { return note != nullptr && !note->suppressed; }

const CrashNote* note_on(const Job& job, std::uint64_t execution, bool settling) {
  const auto found = std::ranges::find_if(
      job.crashes, [&](const CrashNote& note) { return note.execution == execution && note.settling == settling; });
  return found == job.crashes.end() ? nullptr : &*found;
}

}  // namespace

Division division_of(const CampaignOptions& options) {
  const bool goes_from_one_to_the_next = options.strategy == "exhaustive" || options.strategy == "listed";
  if (options.strategy == "dpor") return options.bound ? Division::one_job : Division::by_part;
  return goes_from_one_to_the_next ? Division::one_job : Division::by_number;
}

ExecutionOptions execution_options(const Scenario& scenario, const CampaignOptions& options) {
  const bool searches_all = options.strategy == "exhaustive" || options.strategy == "dpor";
  const std::uint32_t spurious_default = searches_all ? 0 : 1;
  const bool learns = scenario.front_end != nullptr && scenario.front_end->learns_points;
  const SwitchAt points = options.points.value_or(SwitchAt::races);
  // What is learnt on the way would change the choices that such a search goes by.
  const bool all =
      points == SwitchAt::all_accesses || (points == SwitchAt::races && division_of(options) != Division::by_number);
  return {.steps_max = options.steps_max.value_or(scenario.steps_max),
          .spurious_max = options.spurious_max.value_or(spurious_default),
          .stack_size = (options.stack_size + 1023) / 1024 * 1024,
          .plain_points = {.all = learns && all, .unseen = learns && points == SwitchAt::nothing_else}};
}

JobRunner::JobRunner(const Scenario& scenario, const CampaignOptions& options)
    : scenario_(scenario),
      options_(options),
      division_(division_of(options)),
      execution_(execution_options(scenario, options)),
      checkers_(all_checkers()),
      settler_(scenario, execution_.options(), options.suppressions) {
  make_strategy();
}

void JobRunner::make_strategy() {
  strategy_ = strategy_named(strategy_for(scenario_, options_), options_, scenario_);
  exhaustive_ = dynamic_cast<const ExhaustiveStrategy*>(strategy_.get());
  reduction_ = dynamic_cast<DporStrategy*>(strategy_.get());
  bounded_ = dynamic_cast<const BoundedDporStrategy*>(strategy_.get());
  strategy_ = keep_within(scenario_.scheduling, std::move(strategy_));
}

JobResult JobRunner::run(const Job& job, const JobHooks& hooks) {
  const auto failed = [](JobError::Kind kind, const char* text) {
    JobResult result;
    result.error = {kind, text};
    return result;
  };
  ChoiceJournal* const choices = hooks.journal == nullptr ? nullptr : &hooks.journal->choices;
  execution_.keep_journal(choices);
  settler_.second_execution().keep_journal(choices);
  try {
    return run_all(job, hooks);
  } catch (const NondeterminismError& error) {
    return failed(JobError::Kind::nondeterminism, error.what());
  } catch (const UsageError& error) {
    return failed(JobError::Kind::usage, error.what());
  } catch (const std::exception& error) { return failed(JobError::Kind::other, error.what()); }
}

JobResult JobRunner::run_all(const Job& job, const JobHooks& hooks) {
  if (division_ == Division::one_job) make_strategy();  // it may have been used
  if (job.task) reduction_->take_up(*job.task);
  strategy_->learn(job.learnt);
  execution_.options().plain_points = settler_.second_execution().options().plain_points = job.plain_points;
  settler_.begin(job.known);
  coverage_.take();
  bugs_told_ = 0;
  JobResult result;
  // Executions that were turned back have numbers, and do not count.
  for (std::uint64_t number = job.begin; result.executions < job.end - job.begin; ++number) {
    if (!strategy_->begin(number)) {
      result.ended = true;
      conclude(result);
      break;
    }
    execute(job, number, result, hooks);
    const bool crashed = is_told(note_on(job, number, false)) || is_told(note_on(job, number, true));
    result.stopped = options_.stop_at_first && (crashed || settler_.found_one_that_happened());
    if (result.stopped) break;
    if (hooks.go_on && !hooks.go_on({result.executions, result.points, settler_.told(), explored(job)})) {
      result.cut_off = true;
      break;
    }
    if (reduction_ != nullptr && reduction_->starts_anew()) break;
  }
  if (reduction_ != nullptr) {
    result.reduction = reduction_of(*reduction_, scenario_);
    result.task = reduction_->hand_back();
  }
  if (bounded_ != nullptr) result.reduction = reduction_of(*bounded_);
  result.taught = strategy_->taught();
  result.trials = settler_.trial_changes();
  result.coverage = coverage_.take();
  return result;
}

// Only of the whole: what a part is of it is known to who dealt it out.
std::optional<double> JobRunner::explored(const Job& job) const {
  const bool is_whole = job.task && job.task->above->path_to(job.task->parts.front().leaf).empty();
  return is_whole ? std::optional(reduction_->explored()) : std::nullopt;
}

void JobRunner::execute(const Job& job, std::uint64_t number, JobResult& result, const JobHooks& hooks) {
  const CrashNote* const crash = note_on(job, number, false);
  ++result.executions;
  if (crash != nullptr && division_ == Division::by_number) return;
  WorkerJournal* const journal = hooks.journal;
  if (journal != nullptr) {
    journal->execution.store(number, std::memory_order_relaxed);
    journal->stage.store(WorkerJournal::Stage::executing, std::memory_order_release);
    journal->choices.end_after(crash == nullptr ? ChoiceJournal::never : crash->choices);
  }
  ExecutionResult executed = execution_.run(scenario_, *strategy_, checkers_);
  if (journal != nullptr) journal->choices.end_after(ChoiceJournal::never);
  refuse_mismatch(executed.diverged);
  strategy_->end(execution_.schedule(), executed.points);
  result.points += executed.points;
  if (bounded_ != nullptr && bounded_->turned_back()) {
    --result.executions;
    return;
  }
  result.parked += executed.parked;
  result.polled_in_vain = result.polled_in_vain || executed.polled_in_vain;
  result.untested = std::max<std::uint64_t>(result.untested, executed.untested);
  if (crash != nullptr || executed.diverged) return;
  settler_.second_execution().options().spinning = execution_.options().spinning;
  if (options_.coverage) coverage_.add(execution_.trace(), number, strategy_->draws_independently());
  if (executed.verdict == Verdict::step_limit && executed.findings.empty()) ++result.inconclusive;
  const CrashNote* const crash_in_settling = note_on(job, number, true);
  const bool checks = number % options_.determinism_every == 0 && crash_in_settling == nullptr;
  if (!checks && executed.findings.empty()) return;
  if (journal != nullptr) journal->stage.store(WorkerJournal::Stage::settling, std::memory_order_release);
  if (checks) check_determinism(scenario_, execution_, settler_.second_execution());
  if (executed.findings.empty()) return;
  name_objects(execution_, executed.findings);
  learn_races(executed.findings, result.racing_places);
  settle(executed, crash_in_settling, number, hooks);
}

void JobRunner::learn_races(const Findings& findings, std::vector<std::uint32_t>& places) const {
  if (scenario_.front_end == nullptr || !scenario_.front_end->learns_points) return;
  const std::vector<Event>& events = execution_.trace().events;
  for (const Finding& finding : findings) {
    if (finding.checker != "data-race") continue;
    for (const Step step : finding.steps) {
      const auto place = static_cast<std::uint32_t>(place_digest(events[step].operation.place));
      const auto at = std::ranges::lower_bound(places, place);
      if (at == places.end() || *at != place) places.insert(at, place);
    }
  }
}

void JobRunner::settle(ExecutionResult& executed, const CrashNote* crash, std::uint64_t number, const JobHooks& hooks) {
  settler_.settle(std::move(executed.findings), execution_.trace(), execution_.schedule(), number,
                  crash == nullptr ? Directed::allowed : Directed::not_allowed);
  for (; bugs_told_ < settler_.found().size(); ++bugs_told_) hooks.found(settler_.found()[bugs_told_]);
}

void JobRunner::conclude(JobResult& result) const {
  refuse_mismatch(false);
  if (exhaustive_ != nullptr) {
    result.exhausted = exhaustive_->exhausted();
    if (!result.exhausted) result.bound = exhaustive_->bound();
  }
  if (bounded_ != nullptr) {
    result.exhausted = bounded_->exhausted();
    if (!result.exhausted) result.bound = bounded_->bound();
  }
}

void JobRunner::refuse_mismatch(bool diverged) const {
  if (exhaustive_ != nullptr && exhaustive_->mismatch())
    throw NondeterminismError(describe_nondeterminism(execution_.trace(), *exhaustive_->mismatch()));
  if (bounded_ != nullptr && bounded_->mismatch())
    throw NondeterminismError(describe_nondeterminism(execution_.trace(), *bounded_->mismatch()));
  if (reduction_ != nullptr && reduction_->starts_anew()) return;
  if (reduction_ != nullptr && (diverged || reduction_->mismatch()))
    throw NondeterminismError(describe_nondeterminism_at(execution_.trace(), reduction_->mismatch().value_or(0)));
}

}  // namespace snag
