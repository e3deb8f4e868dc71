#include "harness/report/corpus.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace snag {

namespace {

constexpr std::array all = {Memory::as_remembered, Memory::fails_in_another, Memory::passes_now, Memory::regression,
                            Memory::stale,         Memory::unreadable};

Paint paint_of(const MemoryResult& result) {
  if (result.replaced) return Paint::strong;
  switch (result.memory) {
    case Memory::as_remembered: return Paint::none;
    case Memory::fails_in_another: return Paint::strong;
    case Memory::passes_now: return Paint::good;
    case Memory::regression:
    case Memory::stale:
    case Memory::unreadable: return Paint::alarm;
  }
  return Paint::none;
}

const char* stale_or_passing(const MemoryResult& result) {
  return result.memory == Memory::stale ? "stale" : "passing";
}

std::string news_of(const MemoryResult& result) {
  if (result.replaced) return fmt::format("was {}, and was found again: remembered anew", stale_or_passing(result));
  switch (result.memory) {
    case Memory::as_remembered: return result.fails ? "fails as remembered (open)" : "passes (fixed)";
    case Memory::fails_in_another: return fmt::format("fails, but in another way: {}", result.words);
    case Memory::passes_now: return "now passes: promote (`corpus promote` marks it fixed)";
    case Memory::regression:
      return "REGRESSION: it was marked fixed, and fails again" +
             (result.words.empty() ? "" : fmt::format(" (now as {})", result.words));
    case Memory::stale: return fmt::format("stale, which is no pass: {} (`corpus prune` removes it)", result.words);
    case Memory::unreadable: return "unreadable: " + result.words;
  }
  return {};
}

}  // namespace

const char* name_of(Memory memory) {
  switch (memory) {
    case Memory::as_remembered: return "as remembered";
    case Memory::fails_in_another: return "fails otherwise";
    case Memory::passes_now: return "now passes";
    case Memory::regression: return "regression";
    case Memory::stale: return "stale";
    case Memory::unreadable: return "unreadable";
  }
  return "unknown";
}

MemoryOutcome outcome_of(const MemoryResult& result) {
  if (result.replaced) return MemoryOutcome::skipped;
  switch (result.memory) {
    case Memory::as_remembered:
      return result.fails && !result.declared ? MemoryOutcome::skipped : MemoryOutcome::passed;
    case Memory::fails_in_another: return MemoryOutcome::skipped;
    case Memory::passes_now: return MemoryOutcome::passed;
    case Memory::regression: return MemoryOutcome::failed;
    case Memory::stale:
    case Memory::unreadable: return MemoryOutcome::error;
  }
  return MemoryOutcome::error;
}

std::string display(const MemoryResult& result) {
  std::string objects;
  for (const std::string& object : result.objects) objects += (objects.empty() ? "" : ", ") + printable(object);
  return objects.empty() ? result.finding : fmt::format("{}({})", result.finding, objects);
}

std::uint64_t count(const CorpusResult& corpus, Memory memory) {
  return static_cast<std::uint64_t>(std::ranges::count_if(
      corpus.replayed, [&](const MemoryResult& result) { return result.memory == memory && !result.replaced; }));
}

std::string format_counts(const CorpusResult& corpus) {
  std::string text;
  if (corpus.orphans > 0)
    text = fmt::format("corpus: {} of scenarios that are no more, not replayed (`corpus prune` removes them)\n",
                       counted(corpus.orphans, "file"));
  if (corpus.replayed.empty()) return text;
  text += fmt::format("corpus: {} replayed", grouped(corpus.replayed.size()));
  for (const Memory memory : all)
    if (const std::uint64_t number = count(corpus, memory); number > 0)
      text += fmt::format(", {} {}", grouped(number), name_of(memory));
  return text + "\n";
}

std::string format_memory(const MemoryResult& result, Style style) {
  const std::string what = result.finding.empty() ? "" : fmt::format(" {}", display(result));
  return fmt::format("{}:{}\n", printable(result.file), what) +
         paint(paragraph(printable(news_of(result)), 2), paint_of(result), style);
}

std::string format_replays(const CorpusResult& corpus, Style style) {
  std::string text = format_counts(corpus);
  for (const MemoryResult& result : corpus.replayed)
    if (result.memory != Memory::as_remembered) text += format_memory(result, style);
  return text;
}

std::string format_written(const CorpusResult& corpus) {
  std::string text;
  for (const std::string& file : corpus.written) text += fmt::format("remembered in {}\n", printable(file));
  for (const MemoryResult& result : corpus.replayed)
    if (result.replaced) text += format_memory(result, Style::plain);
  return text;
}

}  // namespace snag
