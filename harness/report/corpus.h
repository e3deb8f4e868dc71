// What came of the failures remembered: a line for each that is news, and one that counts them all. As plain values, for
// the text, JUnit and JSON reports.
#pragma once

#include "harness/report/text.h"

#include <cstdint>
#include <string>
#include <vector>

namespace snag {

/// What the replay of a remembered failure means.
enum class Memory : std::uint8_t {
  as_remembered,     ///< open, and fails; or fixed, and passes
  fails_in_another,  ///< open, and another finding is there
  passes_now,        ///< open, and passes: to be promoted
  regression,        ///< fixed, and fails
  stale,             ///< does not fit the program any more
  unreadable,        ///< its file is broken, or its scenario could not be run
};
/// "as remembered", "fails otherwise", "now passes", "regression", "stale", "unreadable"
const char* name_of(Memory memory);

/// One remembered failure.
struct MemoryResult {
  std::string scenario;
  std::string finding;               ///< its name
  std::vector<std::string> objects;  ///< display names
  std::string sentence;              ///< why
  std::string status;                ///< "open" or "fixed"
  std::string file;                  ///< as it is shown
  Memory memory = Memory::as_remembered;
  bool fails = false;     ///< a finding is there now
  bool declared = false;  ///< the variant declares it
  bool replaced = false;  ///< was stale or passed, but was found again: a newer execution has taken its place
  std::string words;      ///< stale: the step at which they part; unreadable: why; in another: in which
};

/// What a command did with the corpus.
struct CorpusResult {
  std::string folder;  ///< empty: no corpus was used
  std::vector<MemoryResult> replayed;
  std::vector<std::string> written;  ///< files
  std::vector<std::string> errors;   ///< what could not be written, and why
  std::uint64_t orphans = 0;         ///< files of scenarios that are not there: not replayed
};

/// What it means to somebody who counts: a test that passed, failed, ...
enum class MemoryOutcome : std::uint8_t {
  passed,   ///< fixed and passes, or open and declared and fails, or open and passes
  skipped,  ///< open and fails: known, and a failure of the variant, not of the corpus
  failed,   ///< regression
  error,    ///< stale, unreadable
};
MemoryOutcome outcome_of(const MemoryResult& result);

/// "lost-update(count)"
std::string display(const MemoryResult& result);
/// How many replayed results mean this. One that was replaced is stale no more.
std::uint64_t count(const CorpusResult& corpus, Memory memory);
/// "corpus: 12 replayed, 11 as remembered, 1 stale", with a newline; nothing when there is nothing to tell.
std::string format_counts(const CorpusResult& corpus);
/// One result in a line or two: file, verdict, and what to do about it.
std::string format_memory(const MemoryResult& result, Style style);
/// The counts, and a line for each that is news.
std::string format_replays(const CorpusResult& corpus, Style style);
/// What was written, for the end; nothing when nothing was.
std::string format_written(const CorpusResult& corpus);

}  // namespace snag
