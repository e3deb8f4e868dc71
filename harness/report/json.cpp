#include "harness/report/json.h"

#include <nlohmann/json.hpp>

namespace snag {

namespace {

using Json = nlohmann::ordered_json;  // fields in the order in which they are written here

constexpr int format_version = 1;

const char* name_of(Standing standing) {
  switch (standing) {
    case Standing::as_declared: return "as_declared";
    case Standing::inconclusive: return "inconclusive";
    case Standing::surprise: return "surprise";
    case Standing::error: return "error";
  }
  return "unknown";
}

Json to_json(const ExpectedFinding& expected) {
  return {{"finding", expected.checker}, {"object", printable(expected.object)}};
}

const char* name_of(Slice::State state) {
  switch (state) {
    case Slice::State::runs: return "runs";
    case Slice::State::ready: return "ready";
    case Slice::State::waits: return "waits";
  }
  return "unknown";
}

std::string name_of_thread(const BugResult& bug, ThreadIndex thread) {
  return printable(thread < bug.threads.size() ? bug.threads[thread] : "T" + std::to_string(thread));
}

Json rivals_of(const BugResult& bug) {
  Json rivals = Json::array();
  for (const Rival& rival : bug.rivals)
    rivals.push_back(
        {{"thread", name_of_thread(bug, rival.thread)}, {"times", rival.times}, {"nanoseconds", rival.duration}});
  return rivals;
}

Json timeline_of(const BugResult& bug) {
  Json timeline = Json::array();
  for (const Slice& slice : bug.timeline)
    timeline.push_back({{"thread", name_of_thread(bug, slice.thread)},
                        {"state", name_of(slice.state)},
                        {"from", slice.from},
                        {"to", slice.to}});
  return timeline;
}

Json to_json(const BugResult& bug) {
  Json objects = Json::array();
  for (const std::string& object : bug.objects) objects.push_back(printable(object));
  return {{"finding", bug.finding},
          {"objects", objects},
          {"certainty", bug.predicted ? "predicted" : "happened"},
          {"surprise", bug.surprise},
          {"sentence", printable(bug.sentence)},
          {"hint", printable(bug.hint)},
          {"fingerprint", bug.fingerprint},
          {"execution", bug.execution},
          {"hunted", bug.hunted},
          {"hunts", bug.hunts},
          {"rivals", rivals_of(bug)},
          {"timeline", timeline_of(bug)},
          {"token", bug.token},
          {"replay", bug.replay_command},
          {"report", printable(bug.report)}};
}

Json to_json(const Verification& verification) {
  if (!verification.attempted) return nullptr;
  return {{"complete", verification.complete}, {"words", verification.words}, {"executions", verification.executions}};
}

Json to_json(const CoverageResult& coverage) {
  Json one_order = Json::array();
  for (const CoverageResult::Order& order : coverage.one_order)
    one_order.push_back({{"first", printable(order.first)}, {"second", printable(order.second)}});
  return {{"behaviours", coverage.behaviours},
          {"limited", coverage.limited},
          {"reads_from", coverage.reads_from},
          {"chance_of_a_new_behaviour", coverage.chance < 0 ? Json(nullptr) : Json(coverage.chance)},
          {"races", coverage.races},
          {"races_in_one_order", one_order}};
}

Json to_json(const SuppressionResult& line);
Json to_json(const VariantResult& variant);
Json to_json(const MemoryResult& result);

template <class Items>
Json list(const Items& items) {
  Json result = Json::array();
  for (const auto& item : items) result.push_back(to_json(item));
  return result;
}

Json strings(const std::vector<std::string>& items) {
  Json result = Json::array();
  for (const std::string& item : items) result.push_back(printable(item));
  return result;
}

Json to_json(const SuppressionResult& line) {
  return {{"place", printable(line.place)}, {"suppression", printable(line.text)}, {"findings", line.findings}};
}

Json to_json(const VariantResult& variant) {
  return {{"name", printable(variant.name)},
          {"summary", printable(variant.summary)},
          {"file", printable(variant.file)},
          {"standing", name_of(standing_of(variant))},
          {"verdict", printable(verdict_of(variant))},
          {"expected", list(variant.expected)},
          {"surprises", strings(variant.surprises)},
          {"error", variant.error.empty() ? Json(nullptr) : Json(printable(variant.error))},
          {"strategy", variant.strategy},
          {"seed", variant.seed},
          {"executions", variant.executions},
          {"points", variant.points},
          {"inconclusive", variant.inconclusive},
          {"untested", variant.untested},
          {"parked", variant.parked},
          {"time_capped", variant.time_capped},
          {"interrupted", variant.interrupted},
          {"exhausted", variant.exhausted.empty() ? Json(nullptr) : Json(variant.exhausted)},
          {"verification", to_json(variant.verification)},
          {"coverage", variant.coverage ? to_json(*variant.coverage) : Json(nullptr)},
          {"workers_lost", variant.workers_lost},
          {"gaps", strings(gaps_of(variant))},
          {"seconds", variant.seconds},
          {"bugs", list(variant.bugs)},
          {"suppressions", list(variant.suppressions)}};
}

Json to_json(const MemoryResult& result) {
  return {{"file", printable(result.file)},
          {"scenario", printable(result.scenario)},
          {"finding", result.finding},
          {"objects", strings(result.objects)},
          {"sentence", printable(result.sentence)},
          {"status", result.status},
          {"memory", name_of(result.memory)},
          {"fails", result.fails},
          {"declared", result.declared},
          {"replaced", result.replaced},
          {"words", printable(result.words)}};
}

Json to_json(const CorpusResult& corpus) {
  if (corpus.folder.empty()) return nullptr;
  return {{"folder", printable(corpus.folder)},
          {"replayed", corpus.replayed.size()},
          {"as_remembered", count(corpus, Memory::as_remembered)},
          {"fails_otherwise", count(corpus, Memory::fails_in_another)},
          {"now_passes", count(corpus, Memory::passes_now)},
          {"regressions", count(corpus, Memory::regression)},
          {"stale", count(corpus, Memory::stale)},
          {"unreadable", count(corpus, Memory::unreadable)},
          {"orphans", corpus.orphans},
          {"written", strings(corpus.written)},
          {"errors", strings(corpus.errors)},
          {"entries", list(corpus.replayed)}};
}

}  // namespace

std::string format_json(const SuiteResult& suite) {
  const Json document = {{"version", format_version},        {"unfinished", false},
                         {"interrupted", suite.interrupted}, {"not_run", suite.not_run},
                         {"seconds", suite.seconds},         {"corpus", to_json(suite.corpus)},
                         {"variants", list(suite.variants)}};
  return document.dump(2) + "\n";
}

std::string format_corpus_json(const CorpusResult& corpus) {
  return Json({{"version", format_version}, {"corpus", to_json(corpus)}}).dump(2) + "\n";
}

std::string format_unfinished_json() {
  const Json document = {
      {"version", format_version}, {"unfinished", true}, {"message", unfinished_words}, {"variants", Json::array()}};
  return document.dump(2) + "\n";
}

}  // namespace snag
