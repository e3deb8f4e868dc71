#include "harness/cli/corpus.h"

#include "harness/campaign/recall.h"
#include "harness/cli/output.h"
#include "harness/cli/remember.h"
#include "harness/cli/select.h"
#include "harness/report/json.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>

#include <fnmatch.h>

namespace snag {

namespace fs = std::filesystem;

namespace {

fs::path folder_of(const CorpusOptions& options) {
  if (options.folder.empty()) {
    if (const std::optional<fs::path> found = checkout_corpus()) return *found;
    if (fs::is_directory("corpus")) return "corpus";
    throw UsageError(
        "there is no corpus/ here, and no checkout with scenarios/ around it: name the folder with --corpus");
  }
  if (!fs::is_directory(options.folder))
    throw UsageError(fmt::format(
        "there is no folder {}: name the one that --corpus was given when the failures were found", options.folder));
  return options.folder;
}

bool fits(const std::string& pattern, const StoredEntry& stored) {
  const std::string name = fmt::format("{}/{}", stored.entry.scenario, stored.entry.fingerprint);
  if (pattern.find_first_of("*?[") == std::string::npos)
    return name.find(pattern) != std::string::npos || stored.entry.finding == pattern ||
           stored.file.string().find(pattern) != std::string::npos;
  const auto matches = [&](const std::string& text) { return fnmatch(pattern.c_str(), text.c_str(), 0) == 0; };
  return matches(name) || matches(stored.entry.scenario) || matches(stored.entry.finding);
}

[[noreturn]] void refuse(const std::vector<StoredEntry>& all, const std::string& pattern, const fs::path& folder) {
  std::vector<std::string> words;
  for (const StoredEntry& stored : all)
    for (const std::string& word : {stored.entry.scenario, stored.entry.finding, stored.entry.fingerprint})
      if (std::ranges::find(words, word) == words.end()) words.push_back(word);
  throw NothingMatched(
      fmt::format("nothing matched: no failure remembered in {} fits '{}'{}\n  `corpus list` names them",
                  folder.string(), pattern, did_you_mean(pattern, words)));
}

// The entries that the patterns mean; all, without one. Throws NothingMatched if one of them fits nothing.
std::vector<StoredEntry> select_entries(const fs::path& folder, const std::vector<std::string>& patterns) {
  std::vector<StoredEntry> all = load_corpus(folder);
  for (const std::string& pattern : patterns)
    if (std::ranges::none_of(all, [&](const StoredEntry& stored) { return fits(pattern, stored); }))
      refuse(all, pattern, folder);
  std::erase_if(all, [&](const StoredEntry& stored) {
    return !patterns.empty() &&
           std::ranges::none_of(patterns, [&](const std::string& pattern) { return fits(pattern, stored); });
  });
  return all;
}

// An entry of the catalogue's, replayed, or one that cannot be.
struct Replayed {
  Recalled recalled;
  MemoryResult shown;
  bool gone = false;  // its scenario is not there
};

Replayed replay(StoredEntry stored, const std::vector<Scenario>& catalogue) {
  const auto scenario = std::ranges::find(catalogue, stored.entry.scenario, &Scenario::name);
  Replayed replayed;
  if (!stored.error.empty()) {
    replayed.recalled.words = stored.error;
    replayed.recalled.stored = std::move(stored);
    replayed.shown = to_result(replayed.recalled, nullptr);
    return replayed;
  }
  if (scenario == catalogue.end()) {
    replayed.gone = true;
    replayed.recalled.words =
        fmt::format("this program has no scenario {} (`corpus prune` removes it)", stored.entry.scenario);
    replayed.recalled.stored = std::move(stored);
    replayed.shown = to_result(replayed.recalled, nullptr);
    return replayed;
  }
  replayed.recalled = recall(*scenario, std::move(stored));
  replayed.shown = to_result(replayed.recalled, &*scenario);
  return replayed;
}

std::vector<Replayed> replay_all(const std::vector<Scenario>& catalogue, const fs::path& folder,
                                 const std::vector<std::string>& patterns) {
  std::vector<Replayed> all;
  for (StoredEntry& stored : select_entries(folder, patterns)) all.push_back(replay(std::move(stored), catalogue));
  return all;
}

std::string finding_of(const StoredEntry& stored) { return display(to_result(Recalled{.stored = stored}, nullptr)); }

std::string status_of(const StoredEntry& stored) {
  return stored.error.empty() ? name_of(stored.entry.status) : "unreadable";
}

std::string table(const std::vector<StoredEntry>& entries) {
  std::vector<std::array<std::string, 4>> rows = {{"status", "scenario", "finding", "file"}};
  for (const StoredEntry& stored : entries)
    rows.push_back(
        {status_of(stored), printable(stored.entry.scenario), finding_of(stored), printable(stored.file.string())});
  std::array<std::size_t, 3> widths{};
  for (const auto& row : rows)
    for (std::size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < widths.size(); ++i) text += padded(row[i], widths[i]) + "  ";
    text += row.back() + "\n";
  }
  return text;
}

std::string json(const std::vector<StoredEntry>& entries, const fs::path& folder) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const StoredEntry& stored : entries) {
    const CorpusEntry& entry = stored.entry;
    nlohmann::ordered_json objects = nlohmann::ordered_json::array();
    for (const std::string& object : entry.objects) objects.push_back(printable(object));
    list.push_back({{"file", printable(stored.file.string())},
                    {"scenario", printable(entry.scenario)},
                    {"finding", entry.finding},
                    {"objects", objects},
                    {"sentence", printable(entry.sentence)},
                    {"status", status_of(stored)},
                    {"predicted", entry.predicted},
                    {"declared", entry.declared},
                    {"fingerprint", printable(entry.fingerprint)},
                    {"strategy", entry.strategy},
                    {"seed", entry.seed},
                    {"execution", entry.execution},
                    {"error", stored.error.empty() ? nlohmann::ordered_json(nullptr)
                                                   : nlohmann::ordered_json(printable(stored.error))}});
  }
  return nlohmann::ordered_json({{"version", 1}, {"folder", printable(folder.string())}, {"entries", list}}).dump(2) +
         "\n";
}

bool is_unreadable(const StoredEntry& stored) { return !stored.error.empty(); }

}  // namespace

int list_corpus(const CorpusOptions& options) {
  const fs::path folder = folder_of(options);
  const std::vector<StoredEntry> entries = select_entries(folder, options.patterns);
  if (options.as_json)
    write_out(json(entries, folder));
  else
    write_out(entries.empty() ? fmt::format("no failures are remembered in {}\n", folder.string()) : table(entries));
  for (const StoredEntry& stored : entries)
    if (is_unreadable(stored)) complain(fmt::format("{}: {}", stored.file.string(), stored.error));
  return std::ranges::any_of(entries, &is_unreadable) ? exit_harness : exit_clean;
}

int replay_corpus(const std::vector<Scenario>& catalogue, const CorpusOptions& options) {
  const fs::path folder = folder_of(options);
  CorpusResult result;
  result.folder = folder.string();
  for (Replayed& replayed : replay_all(catalogue, folder, options.patterns))
    result.replayed.push_back(std::move(replayed.shown));
  if (result.replayed.empty())
    throw NothingMatched(fmt::format("nothing was replayed: no failures are remembered in {}", folder.string()));
  if (options.as_json) {
    write_out(format_corpus_json(result));
  } else {
    for (const MemoryResult& memory : result.replayed) write_out(format_memory(memory, output_style()));
    write_out(format_counts(result));
  }
  if (count(result, Memory::regression) + count(result, Memory::fails_in_another) > 0) return exit_finding;
  return count(result, Memory::stale) + count(result, Memory::unreadable) > 0 ? exit_harness : exit_clean;
}

int prune_corpus(const std::vector<Scenario>& catalogue, const CorpusOptions& options) {
  const fs::path folder = folder_of(options);
  const char* const verb = options.dry_run ? "would remove" : "removed";
  std::size_t removed = 0, kept = 0;
  bool unreadable = false;
  const auto remove = [&](const fs::path& file, const std::string& why) {
    if (!options.dry_run) remove_entry(folder, file);
    write_out(fmt::format("{} {}: {}\n", verb, printable(file.string()), printable(why)));
    ++removed;
  };
  for (const Replayed& replayed : replay_all(catalogue, folder, options.patterns)) {
    const fs::path& file = replayed.recalled.stored.file;
    if (replayed.gone)
      remove(file, fmt::format("there is no scenario {}", replayed.shown.scenario));
    else if (replayed.shown.memory == Memory::stale)
      remove(file, "stale: " + replayed.shown.words);
    else
      ++kept;
    if (replayed.gone || replayed.shown.memory != Memory::unreadable) continue;
    complain(fmt::format("{}: {}", file.string(), replayed.shown.words));
    unreadable = true;
  }
  if (options.patterns.empty())
    for (const fs::path& file : leftovers(folder)) remove(file, "left behind by a snag that was killed while it wrote");
  write_out(fmt::format("{} {}, {} kept\n", verb, counted(removed, "file"), grouped(kept)));
  return unreadable ? exit_harness : exit_clean;
}

int promote_corpus(const std::vector<Scenario>& catalogue, const CorpusOptions& options) {
  const fs::path folder = folder_of(options);
  std::size_t promoted = 0;
  bool unreadable = false;
  for (Replayed& replayed : replay_all(catalogue, folder, options.patterns)) {
    StoredEntry& stored = replayed.recalled.stored;
    if (replayed.shown.memory == Memory::passes_now) {
      stored.entry.status = EntryStatus::fixed;
      if (!options.dry_run) store_entry(folder, stored.entry);
      write_out(fmt::format("{} {}: {}\n", options.dry_run ? "would promote" : "promoted",
                            printable(stored.file.string()), display(replayed.shown)));
      ++promoted;
    } else if (replayed.shown.memory != Memory::as_remembered || replayed.shown.fails) {
      write_out("left as it is: " + format_memory(replayed.shown, output_style()));
    }
    unreadable = unreadable || replayed.shown.memory == Memory::unreadable;
  }
  write_out(promoted == 0 ? "nothing to promote: no open failure passes now\n"
                          : fmt::format("{} fixed from now on: should one fail again, it is a regression\n",
                                        promoted == 1 ? "1 counts as" : fmt::format("{} count as", grouped(promoted))));
  return unreadable ? exit_harness : exit_clean;
}

}  // namespace snag
