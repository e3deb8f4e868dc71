// The lesson of a scenario, as lesson.md holds it: what it is about, and hints, from vague to plain. A student sees the
// hints one at a time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace snag {

/// One lesson.md.
struct Lesson {
  std::string text;                ///< all that comes before the hints
  std::vector<std::string> hints;  ///< in order, without their headings
};

/// Takes the text apart at its headings "## Hint 1", "## Hint 2", ...
Lesson read_lesson(std::string_view text);

}  // namespace snag
