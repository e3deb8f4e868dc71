#include "harness/cli/remember.h"

#include "harness/campaign/crash.h"
#include "harness/campaign/settle.h"
#include "harness/cli/output.h"
#include "harness/cli/result.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <utility>

namespace snag {

namespace fs = std::filesystem;

namespace {

bool fails(const Recalled& recalled) {
  return recalled.verdict == RecallVerdict::fails || recalled.verdict == RecallVerdict::fails_in_another;
}

Memory memory_of(const Recalled& recalled) {
  const bool fixed = recalled.stored.entry.status == EntryStatus::fixed;
  switch (recalled.verdict) {
    case RecallVerdict::fails: return fixed ? Memory::regression : Memory::as_remembered;
    case RecallVerdict::fails_in_another: return fixed ? Memory::regression : Memory::fails_in_another;
    case RecallVerdict::passes: return fixed ? Memory::as_remembered : Memory::passes_now;
    case RecallVerdict::stale: return Memory::stale;
    case RecallVerdict::unreadable: return Memory::unreadable;
  }
  return Memory::unreadable;
}

bool is_declared(const CorpusEntry& entry, const Scenario& scenario) {
  return std::ranges::any_of(scenario.expected, [&](const ExpectedFinding& expected) {
    return expected.checker == entry.finding &&
           (expected.object.empty() || std::ranges::find(entry.objects, expected.object) != entry.objects.end());
  });
}

// What is remembered of it, and the steps that a child tells.
BugResult show_crash(const Scenario& scenario, const CorpusEntry& entry, const std::string& file,
                     const std::string& line) {
  Bug bug;
  bug.finding.checker = entry.finding;
  bug.finding.sentence << entry.sentence.c_str();
  bug.token = entry.token;
  bug.fingerprint = entry.fingerprint;
  bug.execution = entry.execution;
  bug.ends_process = true;
  const auto [told, narrative] = narrate(scenario, bug);
  return to_result(told, narrative, line, "remembered in " + file);
}

// Of a crash only its sentence is remembered: "T1 crashed (...) at account.cpp:12 in withdraw."
std::vector<SourcePlace> place_in(const std::string& sentence) {
  const std::size_t at = sentence.rfind(" at "), in = sentence.rfind(" in ");
  if (at == std::string::npos || !sentence.ends_with('.')) return {};
  const bool names_function = in != std::string::npos && in > at;
  const std::size_t end = names_function ? in : sentence.size() - 1;
  const std::string line = sentence.substr(at + 4, end - at - 4);
  const std::size_t colon = line.rfind(':');
  if (colon == std::string::npos) return {};
  SourcePlace place{.file = line.substr(0, colon), .line = std::atoi(line.c_str() + colon + 1)};
  if (names_function) place.function = sentence.substr(in + 4, sentence.size() - in - 5);
  return {place};
}

// The findings of an entry's execution as bugs of their own, with source lines.
std::vector<BugResult> show(const Scenario& scenario, const Recalled& recalled, const ReplayLine& replay,
                            const std::vector<Suppression>& suppressions) {
  const std::string file = recalled.stored.file.string();
  const std::string line = replay.with(file);
  if (recalled.ended_process) return {show_crash(scenario, recalled.stored.entry, file, line)};
  const Reproduction reproduction = reproduce(scenario, recalled.stored.entry, Detail::with_source);
  std::vector<BugResult> shown;
  for (const Finding& finding : reproduction.narrative.findings) {
    if (suppression_of(finding, reproduction.narrative, suppressions)) continue;
    Bug bug;
    bug.finding = finding;
    bug.token = recalled.stored.entry.token;
    bug.fingerprint = fingerprint_of(finding, reproduction.narrative.trace);
    bug.execution = recalled.stored.entry.execution;
    shown.push_back(to_result(bug, reproduction.narrative, line, "remembered in " + file));
  }
  return shown;
}

}  // namespace

MemoryResult to_result(const Recalled& recalled, const Scenario* scenario) {
  const CorpusEntry& entry = recalled.stored.entry;
  MemoryResult result;
  result.scenario = entry.scenario;
  result.finding = entry.finding;
  result.objects = entry.objects;
  result.sentence = entry.sentence;
  result.status = name_of(entry.status);
  result.file = recalled.stored.file.string();
  result.memory = memory_of(recalled);
  result.fails = fails(recalled);
  result.declared = scenario != nullptr && is_declared(entry, *scenario);
  result.words = recalled.words;
  return result;
}

Remembrance::Remembrance(const CommandOptions& options, const ReplayLine& replay)
    : folder_(options.corpus_folder), suppressions_(options.campaign.suppressions), replay_(replay) {
  remember_crashes(folder_.path, options.campaign);
}

Remembrance::~Remembrance() { remember_crashes({}, {}); }

void Remembrance::replay(const std::vector<const Scenario*>& scenarios, const std::vector<Scenario>& catalogue) {
  if (folder_.use == CorpusFolder::Use::off) return;
  result_.folder = folder_.path.string();
  for (const Scenario* const scenario : scenarios) {
    for (Recalled& recalled : replay_remembered(*scenario, folder_.path)) {
      if (is_suppressed(*scenario, recalled)) continue;
      result_.replayed.push_back(to_result(recalled, scenario));
      if (result_.replayed.back().memory == Memory::regression)
        regressions_.emplace_back(scenario->name,
                                  fmt::format("regression of {}, marked fixed in {}", display(result_.replayed.back()),
                                              result_.replayed.back().file));
      recalled_.push_back(std::move(recalled));
    }
  }
  result_.orphans = orphans(folder_.path, catalogue).size();
}

// Whether all that it shows is suppressed: then it is as if it were not remembered.
bool Remembrance::is_suppressed(const Scenario& scenario, const Recalled& recalled) {
  if (suppressions_.empty() || !fails(recalled)) return false;
  std::vector<std::optional<std::size_t>> lines;
  const CorpusEntry& entry = recalled.stored.entry;
  if (recalled.ended_process) {
    lines.push_back(suppression_of(NamedFinding{entry.finding, entry.objects, [&] { return place_in(entry.sentence); }},
                                   suppressions_));
  } else {
    const Reproduction reproduction = reproduce(scenario, entry, Detail::with_source);
    for (const Finding& finding : reproduction.narrative.findings)
      if (finding.certainty == Certainty::happened || entry.predicted)
        lines.push_back(suppression_of(finding, reproduction.narrative, suppressions_));
  }
  for (const std::optional<std::size_t>& line : lines)
    if (line) suppressions_used_.insert(*line);
  return !lines.empty() && std::ranges::all_of(lines, [](const auto& line) { return line.has_value(); });
}

void Remembrance::mark_used(VariantResult& variant) const {
  for (const std::size_t line : suppressions_used_) variant.suppressions[line].used = true;
}

std::vector<BugResult> Remembrance::failing(const Scenario& scenario, const VariantResult& variant) const {
  std::vector<BugResult> failing;
  const auto is_in = [](const std::vector<BugResult>& bugs, const BugResult& bug) {
    return std::ranges::find(bugs, bug.fingerprint, &BugResult::fingerprint) != bugs.end();
  };
  for (const Recalled& recalled : recalled_) {
    if (recalled.stored.entry.scenario != scenario.name || !fails(recalled)) continue;
    const bool shown_already = std::ranges::all_of(recalled.fingerprints, [&](const std::string& fingerprint) {
      return std::ranges::find(variant.bugs, fingerprint, &BugResult::fingerprint) != variant.bugs.end();
    });
    if (shown_already) continue;
    for (BugResult& bug : show(scenario, recalled, replay_, suppressions_))
      if (!is_in(variant.bugs, bug) && !is_in(failing, bug)) failing.push_back(std::move(bug));
  }
  return failing;
}

std::vector<std::string> Remembrance::regressions(const Scenario& scenario) const {
  std::vector<std::string> sentences;
  for (const auto& [name, sentence] : regressions_)
    if (name == scenario.name) sentences.push_back(sentence);
  return sentences;
}

void Remembrance::found(const Scenario& scenario, const Bug& bug, const Narrative& narrative, const BugResult& shown,
                        const CampaignOptions& campaign) {
  if (folder_.use == CorpusFolder::Use::off || is_known(bug, scenario.name)) return;
  const bool wanted = folder_.use == CorpusFolder::Use::all || shown.surprise;
  try {
    const CorpusEntry entry = remember(scenario, bug, narrative, shown.sentence, campaign);
    const std::vector<std::size_t> superseded = superseded_by(entry, scenario);
    if (superseded.empty() && !wanted) return;
    const fs::path file = store_entry(folder_.path, entry);
    result_.written.push_back(file.string());
    written_.emplace_back(scenario.name, bug.fingerprint);
    for (const std::size_t number : superseded) replace(number, file);
  } catch (const CorpusError& error) { result_.errors.emplace_back(error.what()); }
}

// Whether an entry shows this bug already, or cannot be replaced because nobody knows what it holds.
bool Remembrance::is_known(const Bug& bug, const std::string& scenario) const {
  if (std::ranges::find(written_, std::pair(scenario, bug.fingerprint)) != written_.end()) return true;
  return std::ranges::any_of(recalled_, [&](const Recalled& recalled) {
    const CorpusEntry& entry = recalled.stored.entry;
    if (entry.scenario != scenario) return false;
    if (recalled.verdict == RecallVerdict::unreadable) return entry.fingerprint == bug.fingerprint;
    return fails(recalled) && std::ranges::find(recalled.fingerprints, bug.fingerprint) != recalled.fingerprints.end();
  });
}

// Entries that stood for this bug and do not show it any more: the one of its name, and one that is stale and alike.
std::vector<std::size_t> Remembrance::superseded_by(const CorpusEntry& bug, const Scenario& scenario) const {
  std::vector<std::size_t> numbers;
  bool alike_found = false;
  for (std::size_t i = 0; i < recalled_.size(); ++i) {
    const CorpusEntry& entry = recalled_[i].stored.entry;
    const RecallVerdict verdict = recalled_[i].verdict;
    const bool in_use = fails(recalled_[i]) || verdict == RecallVerdict::unreadable || result_.replayed[i].replaced;
    if (entry.scenario != scenario.name || in_use) continue;
    const bool alike = !alike_found && verdict == RecallVerdict::stale && entry.status == EntryStatus::open &&
                       entry.finding == bug.finding && std::ranges::is_permutation(entry.objects, bug.objects);
    if (alike || entry.fingerprint == bug.fingerprint) numbers.push_back(i);
    alike_found = alike_found || alike;
  }
  return numbers;
}

void Remembrance::replace(std::size_t number, const fs::path& file) {
  const StoredEntry& old = recalled_[number].stored;
  MemoryResult& result = result_.replayed[number];
  if (old.entry.status == EntryStatus::fixed)
    regressions_.emplace_back(
        result.scenario, fmt::format("regression of {}, marked fixed in {}: it was found again by another schedule",
                                     display(result), result.file));
  result.replaced = true;
  if (old.file != file) remove_entry(folder_.path, old.file);
}

void complain_of(const CorpusResult& corpus) {
  for (const std::string& error : corpus.errors) complain(error);
}

bool Remembrance::is_in_doubt() const {
  return count(result_, Memory::stale) > 0 || count(result_, Memory::unreadable) > 0;
}

}  // namespace snag
