// Lessons: the text without its hints, and the hints in order; and that every scenario of the suite has them.
#include "harness/students/lesson.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace snag {
namespace {

namespace fs = std::filesystem;

TEST(Lesson, is_taken_apart_at_its_hints) {
  const Lesson lesson = read_lesson("# Title\n\nText.\n\n## Hint 1\nLook.\n\n## Hint 2\nLook there.\nAnd here.\n");
  EXPECT_EQ(lesson.text, "# Title\n\nText.");
  EXPECT_EQ(lesson.hints, (std::vector<std::string>{"Look.", "Look there.\nAnd here."}));
}

TEST(Lesson, may_have_no_hints) {
  const Lesson lesson = read_lesson("# Title\n\n## Another heading\nText.\n");
  EXPECT_EQ(lesson.text, "# Title\n\n## Another heading\nText.");
  EXPECT_TRUE(lesson.hints.empty());
}

std::string text_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// Lines of a scenario's right variants that say something by themselves.
std::vector<std::string> lines_of_the_answer(const fs::path& scenario) {
  std::vector<std::string> lines;
  for (const fs::directory_entry& entry : fs::directory_iterator(scenario)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("fixed")) continue;
    std::istringstream stream(text_of(entry.path()));
    for (std::string line; std::getline(stream, line);) {
      line.erase(0, line.find_first_not_of(' '));
      if (line.size() >= 12 && line.ends_with(';')) lines.push_back(line);
    }
  }
  return lines;
}

TEST(Lesson, of_each_scenario_has_hints_and_the_first_ones_do_not_hold_the_answer) {
  std::size_t lessons = 0;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(fs::path(SNAG_SOURCE_DIR) / "scenarios")) {
    if (entry.path().filename() != "scenario.json") continue;
    const fs::path scenario = entry.path().parent_path();
    const Lesson lesson = read_lesson(text_of(scenario / "lesson.md"));
    EXPECT_FALSE(lesson.text.empty()) << scenario;
    ASSERT_GE(lesson.hints.size(), 2U) << scenario;
    EXPECT_EQ(lesson.hints.front().find("```"), std::string::npos) << scenario;
    for (const std::string& line : lines_of_the_answer(scenario))
      EXPECT_EQ(lesson.hints.front().find(line), std::string::npos) << scenario;
    ++lessons;
  }
  EXPECT_GT(lessons, 20U);
}

}  // namespace
}  // namespace snag
