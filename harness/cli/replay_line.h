// The line to paste: how a bug's token reaches the user. Short ones stand in the line itself; a long one is written
// to a file that the line names.
#pragma once

#include "harness/campaign/campaign.h"
#include "harness/campaign/corpus_entry.h"
#include "harness/report/text.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace snag {

/// Whether a token that is too long for a line may be written to a file in the current directory.
enum class LongTokens { in_line, in_file };

/// Makes the lines for one program.
class ReplayLine {
 public:
  /// The program as it was called (argv[0]).
  explicit ReplayLine(std::string program) : program_(std::move(program)) {}
  /// The same for a whole program under test: its name and arguments.
  ReplayLine(std::string program, std::vector<std::string> under_test)
      : program_(std::move(program)), under_test_(std::move(under_test)) {}
  /// "snag replay 1:..." or "snag replay snag-withdraw-broken-1f2e3d4c.json". If the file cannot be written, standard
  /// error says so and the line holds the whole token.
  std::string of(const Bug& bug, LongTokens long_tokens) const;
  /// The same for what stands behind "replay".
  std::string with(const std::string& argument) const;
  const std::string& program() const { return program_; }
  /// What stands behind the token: nothing, or " -- ./program arguments".
  std::string after_token() const;

 private:
  std::string program_;
  std::vector<std::string> under_test_;
};

/// What the argument of `replay` means: a token, or a file that holds one; a file of the corpus knows more.
struct ToReplay {
  Token token;
  std::optional<CorpusEntry> entry = {};
};

/// Throws UsageError.
ToReplay read_argument(const std::string& argument);

}  // namespace snag
