#include "harness/campaign/settle.h"

#include "checkers/all.h"
#include "checkers/causes.h"
#include "harness/campaign/confirm.h"
#include "harness/campaign/reproduce.h"
#include "harness/campaign/symbols.h"
#include "harness/campaign/variable_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace snag {

namespace {

constexpr std::uint64_t hunts_max = 200;
constexpr std::uint64_t hash_begin = 0xcbf29ce484222325U;
constexpr std::uint32_t refutations_free = 8;  // afterwards a refuted candidate is tried again ever more rarely

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) { return (hash ^ value) * 0x100000001b3U; }

// What is done there and the line: "write count.cpp:12". Two operations of one line differ by kind.
std::string describe_place(const Operation& operation) {
  const std::vector<SourcePlace> frames = programs_frames({operation.place});
  if (frames.empty()) return name_of(operation.kind);
  const std::string& file = frames.front().file;
  return fmt::format("{} {}:{}", name_of(operation.kind), file.substr(file.rfind('/') + 1), frames.front().line);
}

std::vector<std::string> names_of(const std::vector<ObjectIndex>& objects, const Trace& trace) {
  std::vector<std::string> names;
  for (const ObjectIndex object : objects) names.push_back(lasting_name(trace, object));
  std::ranges::sort(names);
  return names;
}

template <class Value>
void make_set(std::vector<Value>& values) {
  std::ranges::sort(values);
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

// Checker, object names and unordered places; places as distances within the program, equal in every process. Told for
// every finding of every execution, so nothing is symbolised.
std::string key_of(const Finding& finding, const Trace& trace) {
  std::vector<std::uint64_t> places;
  for (const Step step : finding.steps)
    if (step < trace.events.size()) places.push_back(place_digest(trace.events[step].operation.place));
  make_set(places);
  std::uint64_t hash = hash_begin;
  for (const std::uint64_t place : places) hash = mix(hash, place);
  return fmt::format("{} {} {:016x}", finding.checker, fmt::join(names_of(finding.objects, trace), " "), hash);
}

// Candidates that are confirmed have happened; the others are dropped.
template <class Confirmed>
void settle_candidates(Findings& findings, const Trace& trace, Confirmed confirmed) {
  std::erase_if(findings, [&](Finding& finding) {
    if (finding.certainty != Certainty::candidate) return false;
    if (!confirmed(finding)) return true;
    finding.certainty = Certainty::happened;
    put_into_words(finding, trace);
    return false;
  });
}

}  // namespace

Settler::Settler(const Scenario& scenario, const ExecutionOptions& options,
                 const std::vector<Suppression>& suppressions)
    : scenario_(scenario), suppressions_(suppressions), directed_(options), checkers_(all_checkers()) {}

void add(Trial& trial, const TrialChange& change) {
  trial.refutations += change.refutations;
  trial.skipped = (change.tried ? 0 : trial.skipped) + change.skipped;
  trial.confirmed = trial.confirmed || change.confirmed;
}

void Settler::begin(const Known& known) {
  known_ = known;
  changes_.clear();
  bugs_.clear();
  happened_ = false;
  told_ = 0;
}

void Settler::settle(Findings findings, const Trace& trace, const Schedule& schedule, std::uint64_t number,
                     Directed directed) {
  settle_candidates(findings, trace, [&](const Finding& candidate) {
    return confirmed(candidate, key_of(candidate, trace), trace, schedule, directed);
  });
  keep_causes(findings, trace);
  for (Finding& finding : findings) {
    const std::string key = key_of(finding, trace);
    if (!is_known(key)) add(std::move(finding), key, trace, schedule, number, directed);
  }
}

bool Settler::confirmed(const Finding& candidate, const std::string& key, const Trace& trace, const Schedule& schedule,
                        Directed directed) {
  Trial& trial = known_.trials[key];
  if (trial.confirmed) return true;
  if (directed == Directed::not_allowed) return false;
  TrialChange& change = changes_[key];
  // What is harmless in one context may not be in another: look again, at doubling distances.
  if (trial.refutations >= refutations_free &&
      ++trial.skipped < (std::uint64_t{1} << std::min(trial.refutations - refutations_free, 20U))) {
    ++change.skipped;
    return false;
  }
  trial.skipped = change.skipped = 0;
  change.tried = true;
  trial.confirmed = change.confirmed = confirm_lost_update(directed_, scenario_, candidate, trace, schedule);
  if (!trial.confirmed) {
    ++trial.refutations;
    ++change.refutations;
  }
  return trial.confirmed;
}

bool Settler::is_known(const std::string& key) const {
  return known_.bugs.contains(key) || (!suppressions_.empty() && known_.bugs.contains(key + suppressed_mark));
}

// A return address may lie in a header of the library, where that has not been inlined: then who called it is looked up,
// as for the report.
std::vector<SourcePlace> Settler::places_of(const Bug& bug, Directed directed) const {
  std::vector<SourcePlace> places;
  bool all_known = true;
  for (const Step step : bug.finding.steps) {
    if (step >= bug.trace.events.size()) continue;
    const std::vector<SourcePlace> frames = programs_frames({bug.trace.events[step].operation.place});
    all_known = all_known && !frames.empty();
    std::ranges::copy(frames, std::back_inserter(places));
  }
  if (all_known || directed == Directed::not_allowed) return places;
  const Reproduction reproduction = reproduce(scenario_, bug.token, Detail::with_source);
  for (const Step step : bug.finding.steps)
    if (step < reproduction.narrative.places.size())
      std::ranges::copy(reproduction.narrative.places[step], std::back_inserter(places));
  return places;
}

std::optional<std::size_t> Settler::suppression(const Bug& bug, Directed directed) const {
  return suppression_of(NamedFinding{.checker = bug.finding.checker,
                                     .objects = names_of(bug.finding.objects, bug.trace),
                                     .places = [&] { return places_of(bug, directed); }},
                        suppressions_);
}

void Settler::add(Finding finding, const std::string& key, const Trace& trace, const Schedule& schedule,
                  std::uint64_t number, Directed directed) {
  known_.bugs.insert(key);
  Bug bug;
  bug.finding = std::move(finding);
  bug.trace = trace;
  bug.token = {.scenario = scenario_.name,
               .spurious_max = directed_.options().spurious_max,
               .steps_max = directed_.options().steps_max,
               .stack_size = directed_.options().stack_size,
               .spinning = rule_followed(trace, directed_.options().spinning),
               .plain_points = directed_.options().plain_points,
               .schedule = schedule,
               .trace_digest = trace_digest(trace)};
  bug.execution = number;
  if (!suppressions_.empty()) bug.suppressed_by = suppression(bug, directed);
  happened_ = happened_ || counts(bug);
  if (bug.suppressed_by) {
    bugs_.push_back({key + suppressed_mark, std::move(bug)});
    return;
  }
  ++told_;
  bugs_.push_back({key, std::move(bug)});
  if (bugs_.back().bug.finding.certainty != Certainty::predicted || directed != Directed::allowed) return;
  // Hunts follow no schedule, and hold spinning threads back: else each of them could spin up to the step limit.
  const SpinRule rule = std::exchange(directed_.options().spinning, SpinRule::after_a_pause);
  hunt(bugs_.back().bug);
  directed_.options().spinning = rule;
}

void Settler::hunt(Bug& predicted) {
  const bool known_already = std::ranges::any_of(bugs_, [&](const KeyedBug& known) {
    return known.bug.finding.certainty == Certainty::happened &&
           explains(known.bug.finding, known.bug.trace, predicted.finding, predicted.trace);
  });
  if (known_already) return;
  Hunt hunt = hunt_lock_order(directed_, scenario_, checkers_, predicted.finding, predicted.trace, hunts_max);
  predicted.hunts = hunt.executions;
  if (!hunt.deadlocked) return;
  const std::uint64_t number = predicted.execution;
  const std::size_t before = bugs_.size();
  name_objects(directed_, hunt.result.findings);
  // Copies: settling may run the directed execution again.
  const Trace trace = directed_.trace();
  const Schedule schedule = directed_.schedule();
  settle(std::move(hunt.result.findings), trace, schedule, number);
  for (std::size_t i = before; i < bugs_.size(); ++i) {
    bugs_[i].bug.hunted = true;
    bugs_[i].bug.hunts = hunt.executions;
  }
}

void BugBook::add(KeyedBug bug) {
  if (!keys_.insert(std::move(bug.key)).second) return;
  if (bug.bug.fingerprint.empty()) bug.bug.fingerprint = fingerprint_of(bug.bug.finding, bug.bug.trace);
  bugs_.push_back(std::move(bug.bug));
  count_ = static_cast<std::size_t>(
      std::ranges::count_if(bugs_, [&](const Bug& one) { return !one.suppressed_by && !is_explained(one); }));
}

std::vector<Bug> BugBook::take() {
  std::vector<bool> kept;
  for (const Bug& bug : bugs_) kept.push_back(!is_explained(bug));
  std::vector<Bug> taken;
  for (std::size_t i = 0; i < bugs_.size(); ++i)
    if (kept[i]) taken.push_back(std::move(bugs_[i]));
  *this = {};
  return taken;
}

bool BugBook::is_explained(const Bug& bug) const {
  return std::ranges::any_of(bugs_, [&](const Bug& other) {
    return &other != &bug && may_stand_for(other, bug) && explains(other.finding, other.trace, bug.finding, bug.trace);
  });
}

std::string fingerprint_of(const Finding& finding, const Trace& trace) {
  std::vector<std::string> places;
  for (const Step step : finding.steps)
    if (step < trace.events.size()) places.push_back(describe_place(trace.events[step].operation));
  make_set(places);
  return fingerprint_of(fmt::format("{}\n{}\n{}", finding.checker, fmt::join(names_of(finding.objects, trace), "\n"),
                                    fmt::join(places, "\n")));
}

std::string fingerprint_of(const std::string& text) {
  std::uint64_t hash = hash_begin;
  for (const char character : text) hash = mix(hash, static_cast<unsigned char>(character));
  return fmt::format("{:08x}", static_cast<std::uint32_t>(hash ^ (hash >> 32)));
}

void settle_one(Findings& findings, const Scenario& scenario, Execution& directed, const Trace& trace,
                const Schedule& schedule) {
  settle_candidates(findings, trace, [&](const Finding& candidate) {
    return confirm_lost_update(directed, scenario, candidate, trace, schedule);
  });
  keep_causes(findings, trace);
}

}  // namespace snag
