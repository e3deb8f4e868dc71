// The corpus: a folder of failures remembered, one file each, `corpus/<scenario>/<fingerprint>.json`. Files are written
// whole or not at all, and one that cannot be read does not keep the others from being replayed.
#pragma once

#include "harness/campaign/corpus_entry.h"
#include "harness/trace/scenario.h"

#include <filesystem>
#include <string>
#include <vector>

namespace snag {

/// A file of the corpus. If it cannot be read, error says why, and the entry is empty but for what the path tells.
struct StoredEntry {
  std::filesystem::path file;
  CorpusEntry entry;
  std::string error = {};
};

/// Where an entry's file lies. Each part of the scenario's name is a folder. What is not a letter, a digit, '-', '_', or
/// a '.' that cannot be misread, becomes '%' and two hexadecimal digits; a part that is too long is cut, and ends with a
/// digest. Two scenarios never share a folder, and no name leaves the corpus.
std::filesystem::path entry_path(const std::filesystem::path& folder, const std::string& scenario,
                                 const std::string& fingerprint);

/// All files of the corpus, or of one scenario, sorted by path. None if the folder is not there. Throws CorpusError if
/// it cannot be listed.
std::vector<StoredEntry> load_corpus(const std::filesystem::path& folder);
std::vector<StoredEntry> load_corpus(const std::filesystem::path& folder, const std::string& scenario);

/// Writes an entry, whole or not at all; replaces the one of that name. Returns its file. Throws CorpusError.
std::filesystem::path store_entry(const std::filesystem::path& folder, const CorpusEntry& entry);

/// Removes a file of the corpus, and folders of it that are empty then. Throws CorpusError.
void remove_entry(const std::filesystem::path& folder, const std::filesystem::path& file);

/// Files of scenarios that are not among these.
std::vector<std::filesystem::path> orphans(const std::filesystem::path& folder, const std::vector<Scenario>& scenarios);

/// Files that a killed writer left behind.
std::vector<std::filesystem::path> leftovers(const std::filesystem::path& folder);

/// Sees to it that the folder is there and can be written to. Throws CorpusError.
void prepare_corpus(const std::filesystem::path& folder);

}  // namespace snag
