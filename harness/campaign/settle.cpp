#include "harness/campaign/settle.h"

#include "checkers/all.h"
#include "checkers/causes.h"
#include "harness/campaign/confirm.h"
#include "harness/campaign/reproduce.h"
#include "harness/campaign/symbols.h"

#include <fmt/format.h>

#include <algorithm>

namespace snag {

namespace {

constexpr std::uint64_t hunts_max = 200;
constexpr std::uint32_t refutations_free = 8;  // afterwards a refuted candidate is tried again ever more rarely

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) { return (hash ^ value) * 0x100000001b3U; }

// Checker, object names and unordered places; places as distances within the program, equal in every process.
std::string key_of(const Finding& finding, const Trace& trace) {
  std::vector<std::string> names;
  for (const ObjectIndex object : finding.objects) names.push_back(display_name(trace, object));
  std::ranges::sort(names);
  std::vector<std::uint64_t> places;
  for (const Step step : finding.steps)
    if (step < trace.events.size()) places.push_back(place_digest(trace.events[step].operation.place));
  std::ranges::sort(places);
  places.erase(std::unique(places.begin(), places.end()), places.end());
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const std::uint64_t place : places) hash = mix(hash, place);
  std::string key = finding.checker;
  for (const std::string& name : names) key += fmt::format(" {}", name);
  return fmt::format("{} {:016x}", key, hash);
}

std::string fingerprint_of(const std::string& key) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char character : key) hash = mix(hash, static_cast<unsigned char>(character));
  return fmt::format("{:08x}", static_cast<std::uint32_t>(hash ^ (hash >> 32)));
}

// Candidates that are confirmed have happened; the others are dropped.
template <class Confirmed>
void settle_candidates(Findings& findings, Confirmed confirmed) {
  std::erase_if(findings, [&](Finding& finding) {
    if (finding.certainty != Certainty::candidate) return false;
    if (!confirmed(finding)) return true;
    finding.certainty = Certainty::happened;
    return false;
  });
}

}  // namespace

Settler::Settler(const Scenario& scenario, const ExecutionOptions& options)
    : scenario_(scenario), directed_(options), checkers_(all_checkers()) {}

void Settler::settle(Findings findings, const Trace& trace, const Schedule& schedule, std::uint64_t number) {
  settle_candidates(findings, [&](const Finding& candidate) {
    return confirmed(candidate, key_of(candidate, trace), trace, schedule);
  });
  keep_causes(findings, trace);
  for (Finding& finding : findings) {
    const std::string key = key_of(finding, trace);
    if (!known_.contains(key)) add(std::move(finding), key, trace, schedule, number);
  }
}

bool Settler::confirmed(const Finding& candidate, const std::string& key, const Trace& trace,
                        const Schedule& schedule) {
  Trial& trial = trials_[key];
  if (trial.confirmed) return true;
  // What is harmless in one context may not be in another: look again, at doubling distances.
  if (trial.refutations >= refutations_free &&
      ++trial.skipped < (std::uint64_t{1} << std::min(trial.refutations - refutations_free, 20U)))
    return false;
  trial.skipped = 0;
  trial.confirmed = confirm_lost_update(directed_, scenario_, candidate, trace, schedule);
  if (!trial.confirmed) ++trial.refutations;
  return trial.confirmed;
}

void Settler::add(Finding finding, const std::string& key, const Trace& trace, const Schedule& schedule,
                  std::uint64_t number) {
  known_[key] = bugs_.size();
  Bug bug;
  bug.finding = std::move(finding);
  bug.trace = trace;
  bug.token = {.scenario = scenario_.name,
               .spurious_max = directed_.options().spurious_max,
               .steps_max = directed_.options().steps_max,
               .stack_size = directed_.options().stack_size,
               .spinning = directed_.options().spinning,
               .schedule = schedule,
               .trace_digest = trace_digest(trace)};
  bug.fingerprint = fingerprint_of(key);
  bug.execution = number;
  bugs_.push_back(std::move(bug));
  if (bugs_.back().finding.certainty == Certainty::predicted) hunt(bugs_.back());
}

void Settler::hunt(Bug& predicted) {
  const bool known_already = std::ranges::any_of(bugs_, [&](const Bug& bug) {
    return bug.finding.certainty == Certainty::happened &&
           explains(bug.finding, bug.trace, predicted.finding, predicted.trace);
  });
  if (known_already) return;
  Hunt hunt = hunt_lock_order(directed_, scenario_, checkers_, predicted.finding, predicted.trace, hunts_max);
  predicted.hunts = hunt.executions;
  if (!hunt.deadlocked) return;
  const std::uint64_t number = predicted.execution;
  const std::size_t before = bugs_.size();
  // Copies: settling may run the directed execution again.
  const Trace trace = directed_.trace();
  const Schedule schedule = directed_.schedule();
  settle(std::move(hunt.result.findings), trace, schedule, number);
  for (std::size_t i = before; i < bugs_.size(); ++i) {
    bugs_[i].hunted = true;
    bugs_[i].hunts = hunt.executions;
  }
}

std::vector<Bug> Settler::bugs() const {
  std::vector<Bug> kept;
  for (const Bug& bug : bugs_) {
    const bool explained = std::ranges::any_of(bugs_, [&](const Bug& other) {
      return &other != &bug && other.finding.certainty == Certainty::happened &&
             explains(other.finding, other.trace, bug.finding, bug.trace);
    });
    if (!explained) kept.push_back(bug);
  }
  return kept;
}

bool Settler::found_one_that_happened() const {
  return std::ranges::any_of(bugs_, [](const Bug& bug) { return bug.finding.certainty == Certainty::happened; });
}

void settle_one(Findings& findings, const Scenario& scenario, Execution& directed, const Trace& trace,
                const Schedule& schedule) {
  settle_candidates(findings, [&](const Finding& candidate) {
    return confirm_lost_update(directed, scenario, candidate, trace, schedule);
  });
  keep_causes(findings, trace);
}

}  // namespace snag
