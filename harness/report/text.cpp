#include "harness/report/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace snag {

namespace {

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80U; }

// Bytes of the first `width` columns.
std::size_t bytes_of(std::string_view text, std::size_t width) {
  std::size_t at = 0;
  for (; at < text.size(); ++at)
    if (!continues(text[at]) && width-- == 0) break;
  return at;
}

// Length of the UTF-8 sequence that the text begins with; 0 if it begins with none.
std::size_t sequence_length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if (!continues(text[i])) return 0;
  const auto second = static_cast<unsigned char>(text[1]);
  // Overlong forms, surrogates and what lies beyond U+10FFFF.
  if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second >= 0xa0)) return 0;
  if ((lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second >= 0x90)) return 0;
  // U+FFFE and U+FFFF are no characters, and XML has none of them.
  if (lead == 0xef && second == 0xbf && static_cast<unsigned char>(text[2]) >= 0xbe) return 0;
  return length;
}

}  // namespace

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char byte) { return !continues(byte); }));
}

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  width = std::max<std::size_t>(width, 1);
  while (width_of(text) > width) {
    const std::size_t fits = bytes_of(text, width);
    // A blank right behind the line is as good as one in it.
    std::size_t cut = text.rfind(' ', fits);
    const bool at_blank = cut != std::string_view::npos && cut > 0;
    if (!at_blank) cut = fits;
    lines.emplace_back(text.substr(0, cut));
    text.remove_prefix(at_blank ? cut + 1 : cut);
  }
  lines.emplace_back(text);
  return lines;
}

std::string paragraph(std::string_view text, std::size_t indent) {
  std::string result;
  while (true) {
    const std::size_t end = text.find('\n');
    for (const std::string& line : wrap(text.substr(0, end), width_max - indent))
      result += fmt::format("{:{}}{}\n", "", indent, line);
    if (end == std::string_view::npos) return result;
    text.remove_prefix(end + 1);
  }
}

std::string paint(std::string_view text, Paint how, Style style) {
  if (style == Style::plain || how == Paint::none || text.empty()) return std::string(text);
  const char* code = "";
  switch (how) {
    case Paint::none: break;
    case Paint::strong: code = "1"; break;
    case Paint::faint: code = "2"; break;
    case Paint::alarm: code = "1;31"; break;
    case Paint::good: code = "32"; break;
  }
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

std::string padded(std::string_view text, std::size_t width) {
  const std::size_t taken = width_of(text);
  return std::string(text) + std::string(width > taken ? width - taken : 0, ' ');
}

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

std::string counted(std::uint64_t number, std::string_view noun) {
  return fmt::format("{} {}{}", grouped(number), noun, number == 1 ? "" : "s");
}

bool is_plain_in_shell(char character) {
  return (character >= '0' && character <= '9') || (character >= 'a' && character <= 'z') ||
         (character >= 'A' && character <= 'Z') ||
         std::string_view("_-./:,+=@%").find(character) != std::string_view::npos;
}

std::string quoted_for_shell(const std::string& text) {
  if (!text.empty() && std::ranges::all_of(text, is_plain_in_shell)) return text;
  std::string quoted = "'";
  for (const char character : text) quoted += character == '\'' ? std::string("'\\''") : std::string(1, character);
  return quoted + "'";
}

std::string printable(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    const auto lead = static_cast<unsigned char>(text[0]);
    const bool is_control = (lead < 0x20 && lead != '\n' && lead != '\t') || lead == 0x7f;
    const std::size_t taken = std::max<std::size_t>(length, 1);
    if (length == 0 || is_control)
      result += fmt::format("\\x{:02x}", lead);
    else
      result += text.substr(0, taken);
    text.remove_prefix(taken);
  }
  return result;
}

}  // namespace snag
