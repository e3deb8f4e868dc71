#include "harness/campaign/recall.h"

#include "checkers/all.h"
#include "harness/campaign/child.h"
#include "harness/campaign/crash.h"
#include "harness/campaign/settle.h"
#include "harness/campaign/symbols.h"
#include "harness/campaign/watchdog.h"
#include "harness/strategies/priority.h"
#include "harness/strategies/round_robin.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

namespace snag {

namespace {

// Events that nobody asks for: they are only recorded when something has gone wrong. Where one is missing the failure is
// gone, and the program need not have changed what it does.
bool only_tells_a_failure(OperationKind kind) {
  switch (kind) {
    case OperationKind::check:
    case OperationKind::destroy:
    case OperationKind::thread_destroyed:
    case OperationKind::join_misused:
    case OperationKind::wait_unlocked:
    case OperationKind::notify_unlocked:
    case OperationKind::program_failed:
    case OperationKind::uncaught_exception: return true;
    default: return false;
  }
}

// Whether an execution that ended in this way was cut short.
bool stops(Verdict verdict) { return verdict == Verdict::finding || verdict == Verdict::crash; }

// ---- What is remembered of a step ----------------------------------------------------------------------------

std::uint64_t identity_of(const Trace& trace, ObjectIndex object) {
  if (object >= trace.objects.size()) return object;
  return (std::uint64_t{trace.objects[object].creator} << 32) + trace.objects[object].nth;
}

// Who does what with which objects. No values, memory orders, places and texts: what makes no difference to which
// interleaving this is.
std::uint32_t check_of(const Event& event, const Trace& trace) {
  const Operation& operation = event.operation;
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const std::uint64_t value : {std::uint64_t{event.thread}, static_cast<std::uint64_t>(operation.kind),
                                    static_cast<std::uint64_t>(event.phase), std::uint64_t{operation.target},
                                    identity_of(trace, operation.object), identity_of(trace, operation.second)}) {
    hash = (hash ^ value) * 0x9E3779B97F4A7C15U;
    hash ^= hash >> 29;
  }
  return static_cast<std::uint32_t>(hash ^ (hash >> 32));
}

std::string words_of(const Event& event, const Trace& trace) {
  return words_before(event.phase) + display_operation(trace, event.operation);
}

std::string place_in_words(const SourcePlace& place) {
  if (place.file.empty()) return {};
  const std::string file = fmt::format("{}:{}", place.file.substr(place.file.rfind('/') + 1), place.line);
  return place.function.empty() ? file : fmt::format("{} in {}", file, place.function);
}

std::string words_of(const Offer& offer, const Trace& trace) {
  return fmt::format("T{} {}", offer.thread, display_operation(trace, offer.operation));
}

// Passes a replay's choices on, and keeps who could go at each.
class Witness : public Strategy {
 public:
  explicit Witness(Strategy& inner) : inner_(inner) {}

  bool begin(std::uint64_t number) override { return inner_.begin(number); }
  std::size_t choose_thread(const ThreadDecision& decision) override {
    std::vector<Offer>& offered = at_.emplace_back(decision.step, std::vector<Offer>()).second;
    for (const Option& option : decision.options) offered.push_back({option.thread, *option.operation});
    return inner_.choose_thread(decision);
  }
  std::uint32_t choose_value(const ValueDecision& decision) override { return inner_.choose_value(decision); }
  void end(const Schedule& schedule, Step points) override { inner_.end(schedule, points); }

  const std::vector<std::pair<Step, std::vector<Offer>>>& at() const { return at_; }

 private:
  Strategy& inner_;
  std::vector<std::pair<Step, std::vector<Offer>>> at_;
};

void add_who_could_go(std::vector<RememberedStep>& steps, const Scenario& scenario, const Token& token) {
  Execution execution({.steps_max = token.steps_max,
                       .spurious_max = token.spurious_max,
                       .stack_size = token.stack_size,
                       .plain_points = token.plain_points});
  ReplayStrategy replay(token.schedule);
  Witness witness(replay);
  witness.begin(0);
  execution.run(scenario, witness, all_checkers());
  for (const auto& [step, offered] : witness.at())
    for (const Offer& offer : offered)
      if (step < steps.size()) steps[step].among.push_back(words_of(offer, execution.trace()));
}

// ---- Where a replay parts ------------------------------------------------------------------------------------

std::string joined(const std::vector<std::string>& texts) { return fmt::format("{}", fmt::join(texts, ", ")); }

std::string at(const std::string& place) { return place.empty() ? "" : " at " + place.substr(0, place.find(" in ")); }

std::string expected(const RememberedStep& step) {
  return fmt::format("expected T{} {}{}", step.thread, step.operation, at(step.place));
}

std::string got(const Event& event, const Trace& trace) {
  const std::vector<SourcePlace> frames = programs_frames({event.operation.place});
  return fmt::format("got T{} {}{}", event.thread, words_of(event, trace),
                     frames.empty() ? "" : at(place_in_words(frames.front())));
}

std::string who_can_go(const std::vector<Offer>& offered, const Trace& trace) {
  std::vector<std::string> words;
  for (const Offer& offer : offered) words.push_back(words_of(offer, trace));
  return joined(words);
}

// Past the last event that fits: nobody goes on, or a choice is between others.
std::string refused(const RememberedStep& step, const Reproduction& reproduction) {
  if (reproduction.ended) return "but the execution ended";
  const Divergence& divergence = *reproduction.divergence;
  const Trace& trace = reproduction.narrative.trace;
  if (divergence.offered.empty()) return "but " + divergence.what;  // it is about a value
  const bool offered_too = std::ranges::any_of(divergence.offered, [&](const Offer& offer) {
    const Event would_be{.operation = offer.operation, .thread = offer.thread};
    return check_of(would_be, trace) == step.check;
  });
  const std::string now = who_can_go(divergence.offered, trace);
  if (!offered_too) return "but these can go: " + now;
  return fmt::format("chosen from among {}; now these can go: {}", joined(step.among), now);
}

// Of an execution that is remembered step by step: the first at which operations or the threads that can go differ.
std::optional<std::string> parting_of_steps(const CorpusEntry& entry, const Reproduction& reproduction) {
  const Trace& trace = reproduction.narrative.trace;
  const bool stopped_by_failure = stops(entry.ended), stops_now = stops(reproduction.narrative.verdict);
  auto step = entry.steps.begin();
  auto event = trace.events.begin();
  while (true) {
    while (step != entry.steps.end() && step->tells_failure) ++step;
    while (event != trace.events.end() && only_tells_a_failure(event->operation.kind)) ++event;
    if (step == entry.steps.end() || event == trace.events.end() || step->check != check_of(*event, trace)) break;
    ++step;
    ++event;
  }
  if (step != entry.steps.end()) {
    const std::string begin = fmt::format("step {}: {}, ", step - entry.steps.begin(), expected(*step));
    if (event != trace.events.end()) return begin + got(*event, trace);
    if (stops_now) return std::nullopt;  // another finding came first
    return begin + refused(*step, reproduction);
  }
  // What a finding had cut off may go on now.
  if (stopped_by_failure) return std::nullopt;
  const std::string begin = fmt::format("step {}: expected the end, ", entry.steps.size());
  if (event != trace.events.end()) return begin + got(*event, trace);
  if (!reproduction.ended) return begin + "but these can go: " + who_can_go(reproduction.divergence->offered, trace);
  return std::nullopt;
}

std::vector<std::string> names_of(const Finding& finding, const Trace& trace) {
  std::vector<std::string> names;
  for (const ObjectIndex object : finding.objects) names.push_back(lasting_name(trace, object));
  return names;
}

bool is_the_same(const Finding& finding, const Trace& trace, const CorpusEntry& entry) {
  if (finding.checker != entry.finding || (finding.certainty != Certainty::happened && !entry.predicted)) return false;
  return std::ranges::is_permutation(names_of(finding, trace), entry.objects);
}

// Of an execution that is too long to be remembered step by step.
std::optional<std::string> parting_of_long(const CorpusEntry& entry, const Reproduction& reproduction) {
  if (reproduction.divergence)
    return fmt::format("step {}: {}", reproduction.divergence->step, reproduction.divergence->what);
  const Narrative& narrative = reproduction.narrative;
  const bool fails = std::ranges::any_of(
      narrative.findings, [&](const Finding& finding) { return is_the_same(finding, narrative.trace, entry); });
  if (reproduction.same_trace || fails) return std::nullopt;
  return fmt::format("its {} choices fit, but what happens between them differs", narrative.schedule.size());
}

void judge(Recalled& recalled, const Reproduction& reproduction) {
  const CorpusEntry& entry = recalled.stored.entry;
  const Trace& trace = reproduction.narrative.trace;
  bool fails = false;
  std::vector<std::string> others;
  for (const Finding& finding : reproduction.narrative.findings) {
    recalled.fingerprints.push_back(fingerprint_of(finding, trace));
    if (is_the_same(finding, trace, entry))
      fails = true;
    else if (finding.certainty == Certainty::happened)
      others.push_back(finding.checker);
  }
  if (const std::optional<std::string> parted = parting(entry, reproduction)) {
    recalled.verdict = RecallVerdict::stale;
    recalled.words = *parted;
  } else if (fails) {
    recalled.verdict = RecallVerdict::fails;
  } else if (!others.empty()) {
    recalled.verdict = RecallVerdict::fails_in_another;
    recalled.words = joined(others);
  } else {
    recalled.verdict = RecallVerdict::passes;
  }
}

// What ends its process must not end this one: a child tries.
void judge_in_child(Recalled& recalled, const Scenario& scenario) {
  const std::optional<std::string> said = run_in_child(scenario, [&] {
    remember_crashes({}, {});
    const ProcessWatch watch(ProcessLimits{});
    try {
      reproduce(scenario, recalled.stored.entry, Detail::trace_only);
    } catch (const std::exception&) {}  // it will be thrown again
    return std::string();
  });
  if (said) return judge(recalled, reproduce(scenario, recalled.stored.entry, Detail::trace_only));
  recalled.ended_process = true;
  recalled.verdict = RecallVerdict::fails;
  recalled.fingerprints = {recalled.stored.entry.fingerprint};
}

bool is_declared(const Finding& finding, const Trace& trace, const Scenario& scenario) {
  const std::vector<std::string> names = names_of(finding, trace);
  return std::ranges::any_of(scenario.expected, [&](const ExpectedFinding& expected) {
    return expected.checker == finding.checker &&
           (expected.object.empty() || std::ranges::find(names, expected.object) != names.end());
  });
}

std::vector<RememberedStep> steps_of(const Narrative& narrative) {
  std::vector<RememberedStep> steps;
  for (const Event& event : narrative.trace.events) {
    RememberedStep& step = steps.emplace_back();
    step.thread = event.thread;
    step.operation = words_of(event, narrative.trace);
    step.check = check_of(event, narrative.trace);
    step.tells_failure = only_tells_a_failure(event.operation.kind);
    const auto& frames = narrative.places[event.step];
    if (!frames.empty()) step.place = place_in_words(frames.front());
  }
  return steps;
}

}  // namespace

CorpusEntry remember(const Scenario& scenario, const Bug& bug, const Narrative& narrative, std::string sentence,
                     const CampaignOptions& options) {
  CorpusEntry entry;
  entry.scenario = scenario.name;
  entry.finding = bug.finding.checker;
  entry.objects = names_of(bug.finding, narrative.trace);
  entry.sentence = std::move(sentence);
  entry.predicted = bug.finding.certainty == Certainty::predicted;
  entry.declared = is_declared(bug.finding, narrative.trace, scenario);
  entry.fingerprint = bug.fingerprint;
  entry.strategy = strategy_for(scenario, options);
  entry.seed = options.seed;
  entry.execution = bug.execution;
  entry.token = bug.token;
  entry.ended = narrative.verdict;
  entry.steps_count = narrative.trace.events.size();
  if (bug.ends_process) return entry;  // the token alone: it is not run in this process
  if (entry.steps_count > steps_remembered_max) return entry;
  entry.steps = steps_of(narrative);
  add_who_could_go(entry.steps, scenario, bug.token);
  return entry;
}

std::optional<std::string> parting(const CorpusEntry& entry, const Reproduction& reproduction) {
  return entry.steps.empty() ? parting_of_long(entry, reproduction) : parting_of_steps(entry, reproduction);
}

Reproduction reproduce(const Scenario& scenario, const CorpusEntry& entry, Detail detail) {
  const std::unique_ptr<Strategy> rest = keep_within(scenario.scheduling, std::make_unique<RoundRobinStrategy>());
  return reproduce(scenario, entry.token, detail, stops(entry.ended) ? rest.get() : nullptr);
}

Recalled recall(const Scenario& scenario, StoredEntry stored) {
  Recalled recalled{.stored = std::move(stored)};
  try {
    if (is_crash(recalled.stored.entry.finding))
      judge_in_child(recalled, scenario);
    else
      judge(recalled, reproduce(scenario, recalled.stored.entry, Detail::trace_only));
  } catch (const std::exception& error) {
    recalled.verdict = RecallVerdict::unreadable;
    recalled.words = error.what();
  }
  return recalled;
}

std::vector<Recalled> replay_remembered(const Scenario& scenario, const std::filesystem::path& folder) {
  std::vector<Recalled> all;
  for (StoredEntry& stored : load_corpus(folder, scenario.name)) {
    if (stored.error.empty()) {
      all.push_back(recall(scenario, std::move(stored)));
    } else {
      std::string words = stored.error;
      all.push_back({.stored = std::move(stored), .words = std::move(words)});
    }
  }
  return all;
}

}  // namespace snag
