// What a compiler said, cut down to what a student can do something about: the errors and warnings in the student's own
// file, each with its source line and the caret. An error deep in a library counts for the line that called for it.
// Reads the text that GCC and Clang print (in English, without colour).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace snag {

/// One error or warning in the student's file.
struct Diagnostic {
  enum class Kind { error, warning } kind = Kind::error;
  int line = 0;
  int column = 0;  ///< 0: unknown
  std::string message;
  std::string snippet;  ///< source line, caret and what the compiler proposes; several lines, each ended by a newline

  friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

/// All that a compiler said.
struct Diagnostics {
  std::vector<Diagnostic> own;  ///< in the student's file, in order
  std::size_t errors_elsewhere =
      0;                        ///< further ones that no line of the student's file called for, or the same one again
  std::string first_elsewhere;  ///< the first of them, as printed
};

/// Reads a compiler's output. `file` is the name by which it knows the student's file, `source` its text.
Diagnostics read_diagnostics(std::string_view output, const std::string& file, std::string_view source);

/// What a linker objected to, in words of the student's file: definitions that the driver has already.
std::vector<std::string> read_linker_messages(std::string_view output);

/// The diagnostics in words, `shown_max` of them, and how many there are beside.
std::string format_diagnostics(const Diagnostics& diagnostics, const std::string& file, std::size_t shown_max);

}  // namespace snag
