#include "harness/students/lesson.h"

#include <algorithm>

namespace snag {

namespace {

constexpr std::string_view heading = "## Hint ";

std::string trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of('\n');
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of("\n ") - begin + 1));
}

// Where the next line that begins like a hint's heading stands.
std::size_t find_heading(std::string_view text) {
  if (text.starts_with(heading)) return 0;
  const std::size_t at = text.find("\n" + std::string(heading));
  return at == std::string_view::npos ? at : at + 1;
}

}  // namespace

Lesson read_lesson(std::string_view text) {
  Lesson lesson;
  std::size_t end = find_heading(text);
  lesson.text = trimmed(text.substr(0, end));
  while (end != std::string_view::npos) {
    text.remove_prefix(end);
    text.remove_prefix(std::min(text.find('\n'), text.size()));
    end = find_heading(text);
    lesson.hints.push_back(trimmed(text.substr(0, end)));
  }
  return lesson;
}

}  // namespace snag
