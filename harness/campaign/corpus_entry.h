// One failure remembered: what it was, and its execution step by step, as text that people can read and diff.
// An entry is written once and stays as it is for as long as it replays; only its status changes.
#pragma once

#include "harness/trace/token.h"
#include "harness/trace/trace.h"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace snag {

/// A file of the corpus cannot be read, understood or written. what() says why, and the mend.
class CorpusError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What the people say of a failure.
enum class EntryStatus : std::uint8_t {
  open,   ///< known, not mended
  fixed,  ///< mended: should it fail again, that is a regression
};
const char* name_of(EntryStatus status);

/// One step of the execution, as it was recorded.
struct RememberedStep {
  ThreadIndex thread = 0;
  std::string operation;           ///< "lock mutex#1", or "waits to lock mutex#1"
  std::string place;               ///< "count.cpp:12 in Counter::visit"; empty: unknown
  std::uint32_t check = 0;         ///< digest of thread, operation and identities: what a replay is held against
  bool tells_failure = false;      ///< recorded only because something went wrong: no operation of the program's own
  std::vector<std::string> among;  ///< where this thread was chosen: who could go, "T1 lock mutex#1"; else empty
  bool operator==(const RememberedStep&) const = default;
};

/// One failure of one scenario.
struct CorpusEntry {
  // What it is.
  std::string scenario;              ///< "withdraw/broken"
  std::string finding;               ///< Finding::checker
  std::vector<std::string> objects;  ///< display names
  std::string sentence;              ///< why
  EntryStatus status = EntryStatus::open;
  bool predicted = false;   ///< the execution only predicts it
  bool declared = false;    ///< the variant declared it when it was written
  std::string fingerprint;  ///< see fingerprint_of in settle.h: the name of the file
  // How it was found.
  std::string strategy;
  std::uint64_t seed = 0;
  std::uint64_t execution = 0;  ///< from 0
  // What replays it.
  Token token;                       ///< its choices have whole checks where there are steps, else folded ones
  Verdict ended = Verdict::finding;  ///< how the execution ended
  std::uint64_t steps_count = 0;
  std::vector<RememberedStep> steps;  ///< all of them, or none where there are more than steps_remembered_max
};

/// Longer executions are remembered by their token alone.
inline constexpr std::size_t steps_remembered_max = 2'000;

/// The file's text: one field a line, one step a line, always in the same order, ended by a newline.
std::string format_entry(const CorpusEntry& entry);

/// Reads it again. Throws CorpusError that says what is wrong with the text.
CorpusEntry parse_entry(std::string_view text);

}  // namespace snag
