// The small change of text reports: how wide a text is, breaking it into lines, painting it for terminals.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace snag {

/// What the text is for.
enum class Style {
  plain,     ///< files, pipes, CI logs: no control characters
  terminal,  ///< modest colour and bold
};

/// How a piece of text stands out on a terminal.
enum class Paint { none, strong, faint, alarm, good };

/// Lines of a report are no wider than this.
inline constexpr std::size_t width_max = 118;

/// Columns that the UTF-8 text takes (one a code point).
std::size_t width_of(std::string_view text);

/// Breaks text at blanks into lines of at most `width` columns; longer words are cut. At least one line.
std::vector<std::string> wrap(std::string_view text, std::size_t width);

/// The text broken at `width_max`, each line after `indent` blanks and ended by a newline.
std::string paragraph(std::string_view text, std::size_t indent);

/// The text as it is, or between control sequences on a terminal.
std::string paint(std::string_view text, Paint how, Style style);

/// Fills up to `width` columns with blanks on the right.
std::string padded(std::string_view text, std::size_t width);

/// 2000 becomes "2,000".
std::string grouped(std::uint64_t number);

/// "1 step", "2,000 steps".
std::string counted(std::uint64_t number, std::string_view noun);

/// Whether a shell takes the character for itself, wherever it stands in a word.
bool is_plain_in_shell(char character);
/// The text as one word of a shell command.
std::string quoted_for_shell(const std::string& text);

/// Control characters other than newline and tab become visible escapes ("\x1b"); so do bytes that are no UTF-8.
std::string printable(std::string_view text);

}  // namespace snag
