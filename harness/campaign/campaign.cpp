#include "harness/campaign/campaign.h"

#include "checkers/all.h"
#include "checkers/causes.h"
#include "harness/campaign/determinism.h"
#include "harness/campaign/reproduce.h"
#include "harness/campaign/settle.h"
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
#include <chrono>

namespace snag {

namespace {

using WallClock = std::chrono::steady_clock;

constexpr double progress_seconds = 0.1;

std::unique_ptr<Strategy> make_strategy(const std::string& name, const CampaignOptions& options,
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

void check_options(const CampaignOptions& options) {
  if (options.executions == 0) throw UsageError("a campaign needs at least one execution: give --executions 1 or more");
  if (options.go_on && (*options.go_on < 0 || *options.go_on > 1))
    throw UsageError("the probability that a thread goes on lies between 0 and 1: give for example --go-on 0.9");
  if (options.depth == 0) throw UsageError("pct needs a depth of at least 1: give for example --depth 3");
  if (options.steps_max == 0) throw UsageError("the step limit must be at least 1: give for example --steps 100000");
  if (options.stack_size < 16UL * 1024)
    throw UsageError("a thread's stack needs at least 16 KiB: give --stack-size 16384 or more");
}

ExecutionOptions execution_options(const Scenario& scenario, const CampaignOptions& options) {
  const bool searches_all = options.strategy == "exhaustive" || options.strategy == "dpor";
  const std::uint32_t spurious_default = searches_all ? 0 : 1;
  return {.steps_max = options.steps_max.value_or(scenario.steps_max),
          .spurious_max = options.spurious_max.value_or(spurious_default),
          .stack_size = (options.stack_size + 1023) / 1024 * 1024};
}

// One campaign under way.
class Explorer {
 public:
  Explorer(const Scenario& scenario, const CampaignOptions& options, const ProgressFunction& progress)
      : scenario_(scenario),
        options_(options),
        progress_(progress),
        execution_(execution_options(scenario, options)),
        checkers_(all_checkers()),
        settler_(scenario, execution_.options()) {
    strategy_ = make_strategy(strategy_for(scenario, options), options, scenario);
    exhaustive_ = dynamic_cast<const ExhaustiveStrategy*>(strategy_.get());
    reduction_ = dynamic_cast<const DporStrategy*>(strategy_.get());
    bounded_ = dynamic_cast<const BoundedDporStrategy*>(strategy_.get());
    strategy_ = keep_within(scenario.scheduling, std::move(strategy_));
  }

  CampaignResult run() {
    result_.spurious_max = execution_.options().spurious_max;
    result_.scheduled = scenario_.scheduling.has_value();
    while (result_.executions < options_.executions) {
      if (!strategy_->begin(result_.executions)) {
        conclude_exhaustive();
        break;
      }
      execute();
      if (options_.stop_at_first && settler_.found_one_that_happened()) break;
      if (out_of_time()) break;
    }
    if (reduction_ != nullptr) tell_reduction(*reduction_);
    if (bounded_ != nullptr) tell_reduction(*bounded_);
    result_.bugs = settler_.bugs();
    result_.seconds = elapsed();
    return std::move(result_);
  }

 private:
  void execute() {
    const std::uint64_t number = result_.executions;
    ExecutionResult result = execution_.run(scenario_, *strategy_, checkers_);
    refuse_mismatch(result.diverged);
    strategy_->end(execution_.schedule(), result.points);
    result_.points += result.points;
    if (bounded_ != nullptr && bounded_->turned_back()) return;
    ++result_.executions;
    result_.parked += result.parked;
    result_.polled_in_vain = result_.polled_in_vain || result.polled_in_vain;
    result_.untested = std::max<std::uint64_t>(result_.untested, result.untested);
    if (result.verdict == Verdict::step_limit && result.findings.empty()) ++result_.inconclusive;
    settler_.second_execution().options().spinning = execution_.options().spinning;
    if (result.diverged) return;
    if (number % options_.determinism_every == 0) check_determinism(scenario_, execution_, settler_.second_execution());
    if (!result.findings.empty())
      settler_.settle(std::move(result.findings), execution_.trace(), execution_.schedule(), number);
  }

  void conclude_exhaustive() {
    refuse_mismatch(false);
    if (result_.polled_in_vain) return;  // not all interleavings were offered
    if (exhaustive_ != nullptr) {
      result_.exhausted = exhaustive_->exhausted();
      if (!result_.exhausted) result_.bound = exhaustive_->bound();
    }
    if (reduction_ != nullptr) result_.exhausted = reduction_->exhausted() && reduction_->inexact() == Inexact::no;
    if (bounded_ != nullptr) {
      result_.exhausted = bounded_->exhausted();
      if (!result_.exhausted) result_.bound = bounded_->bound();
    }
  }

  void refuse_mismatch(bool diverged) const {
    if (exhaustive_ != nullptr && exhaustive_->mismatch())
      throw NondeterminismError(describe_nondeterminism(execution_.trace(), *exhaustive_->mismatch()));
    if (bounded_ != nullptr && bounded_->mismatch())
      throw NondeterminismError(describe_nondeterminism(execution_.trace(), *bounded_->mismatch()));
    if (reduction_ != nullptr && reduction_->starts_anew()) return;
    if (reduction_ != nullptr && (diverged || reduction_->mismatch()))
      throw NondeterminismError(describe_nondeterminism_at(execution_.trace(), reduction_->mismatch().value_or(0)));
  }

  void tell_reduction(const DporStrategy& dpor) {
    const DporCounts& counts = dpor.counts();
    result_.reduction = {.complete = counts.complete,
                         .deadlocked = counts.deadlocked,
                         .cut_short = counts.cut_short,
                         .blocked = counts.blocked,
                         .redundant = counts.misplanned,
                         .preliminary = dpor.preliminary(),
                         .explored = dpor.explored(),
                         .spinning_waits = dpor.has_awaited()};
    switch (dpor.inexact()) {
      case Inexact::no: break;
      case Inexact::timed_in_ideal_time: result_.reduction->inexact = "time-outs in ideal time"; break;
      case Inexact::daemons: result_.reduction->inexact = "daemon threads that the program's end cuts off"; break;
      case Inexact::priorities: result_.reduction->inexact = "priorities and processor time"; break;
    }
  }

  void tell_reduction(const BoundedDporStrategy& dpor) {
    const DporCounts& counts = dpor.counts();
    result_.reduction = {.complete = counts.complete,
                         .deadlocked = counts.deadlocked,
                         .cut_short = counts.cut_short,
                         .given_up = dpor.given_up(),
                         .preliminary = dpor.preliminary(),
                         .spinning_waits = dpor.has_awaited()};
  }

  double elapsed() const { return std::chrono::duration<double>(WallClock::now() - start_).count(); }

  bool out_of_time() {
    // The wall clock costs as much as a scheduling point: look rarely, unless executions are long.
    if (result_.executions % 16 != 0 && result_.points - points_at_last_look_ < 10'000) return false;
    points_at_last_look_ = result_.points;
    const double now = elapsed();
    if (options_.seconds > 0 && now >= options_.seconds) {
      result_.time_capped = true;
      return true;
    }
    if (progress_ && now - last_progress_ >= progress_seconds) {
      last_progress_ = now;
      const std::optional<double> explored =
          reduction_ == nullptr ? std::nullopt : std::optional(reduction_->explored());
      if (!progress_({result_.executions, options_.executions, settler_.count(), now, explored})) {
        result_.interrupted = true;
        return true;
      }
    }
    return false;
  }

  const Scenario& scenario_;
  const CampaignOptions& options_;
  const ProgressFunction& progress_;
  std::unique_ptr<Strategy> strategy_;
  const ExhaustiveStrategy* exhaustive_ = nullptr;  // strategy_, or the one in it, if it knows how far it has come
  const DporStrategy* reduction_ = nullptr;         // the same
  const BoundedDporStrategy* bounded_ = nullptr;    // the same
  Execution execution_;
  std::vector<std::unique_ptr<Checker>> checkers_;
  Settler settler_;
  CampaignResult result_;
  WallClock::time_point start_ = WallClock::now();
  double last_progress_ = 0;
  std::uint64_t points_at_last_look_ = 0;
};

}  // namespace

std::string strategy_for(const Scenario& scenario, const CampaignOptions& options) {
  return scenario.scheduling && options.strategy == "mixed" ? "priority" : options.strategy;
}

void check_strategy(const Scenario& scenario, const CampaignOptions& options) {
  if (options.strategy == "priority" && !scenario.scheduling)
    throw UsageError(fmt::format(
        "{} does not ask for scheduling by priority, so its threads have no order that the strategy priority "
        "could follow: leave --strategy out, or set the scenario's scheduling (docs/writing-a-scenario.md)",
        scenario.name));
}

CampaignResult explore(const Scenario& scenario, const CampaignOptions& options, const ProgressFunction& progress) {
  check_options(options);
  check_strategy(scenario, options);
  return Explorer(scenario, options, progress).run();
}

}  // namespace snag
