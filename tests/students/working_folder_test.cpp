// Working folders are made whole or not at all.
#include "harness/students/working_folder.h"

#include "harness/students/build_solution.h"
#include "harness/students/temporary_folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include <sys/stat.h>

namespace snag {
namespace {

namespace fs = std::filesystem;

class Workplace : public ::testing::Test {
 protected:
  WorkingFolder content() const {
    return {.scenario = fs::path(SNAG_SOURCE_DIR) / "scenarios/races/withdraw",
            .name = "withdraw",
            .summary = "check, then act",
            .broken = "broken.cpp",
            .check_command = "snag check withdraw solution.cpp"};
  }
  std::string refusal(const fs::path& folder, const WorkingFolder& given) const {
    try {
      make_working_folder(folder, given);
    } catch (const WorkingFolderError& error) { return error.what(); }
    return "";
  }
  fs::path place() const { return place_.path(); }

 private:
  TemporaryFolder place_;
};

TEST_F(Workplace, holds_what_a_student_needs) {
  make_working_folder(place() / "mine", content());
  const fs::path scenario = content().scenario;
  EXPECT_EQ(read_text(place() / "mine/solution.cpp"), read_text(scenario / "broken.cpp"));
  EXPECT_EQ(read_text(place() / "mine/interface.h"), read_text(scenario / "interface.h"));
  EXPECT_NE(read_text(place() / "mine/README.md").find("    snag check withdraw solution.cpp\n"), std::string::npos);
  EXPECT_TRUE(fs::is_directory(place() / "mine/corpus"));
  const std::string lesson = read_text(place() / "mine/lesson.md");
  EXPECT_NE(lesson.find("# Check, then act"), std::string::npos);
  EXPECT_EQ(lesson.find("## Hint"), std::string::npos) << "hints come one at a time";
}

TEST_F(Workplace, may_be_an_empty_folder_that_exists) {
  fs::create_directory(place() / "mine");
  make_working_folder(place() / "mine", content());
  EXPECT_TRUE(fs::exists(place() / "mine/solution.cpp"));
}

TEST_F(Workplace, that_holds_something_is_left_alone) {
  fs::create_directory(place() / "mine");
  std::ofstream(place() / "mine/solution.cpp") << "precious";
  EXPECT_NE(refusal(place() / "mine", content()).find("is not empty"), std::string::npos);
  EXPECT_EQ(read_text(place() / "mine/solution.cpp"), "precious");
  EXPECT_FALSE(fs::exists(place() / "mine/interface.h"));
}

TEST_F(Workplace, cannot_be_a_file_or_lie_nowhere) {
  std::ofstream(place() / "file") << "text";
  EXPECT_NE(refusal(place() / "file", content()).find("is a file"), std::string::npos);
  EXPECT_NE(refusal(place() / "no/where", content()).find("No such file or directory"), std::string::npos);
  EXPECT_FALSE(fs::exists(place() / "no"));
  EXPECT_NE(refusal("/proc/mine", content()).find("cannot make /proc/mine"), std::string::npos);
}

TEST_F(Workplace, is_gone_again_when_it_cannot_be_made_whole) {
  WorkingFolder incomplete = content();
  incomplete.broken = "not_there.cpp";
  EXPECT_THROW(make_working_folder(place() / "mine", incomplete), std::system_error);
  EXPECT_FALSE(fs::exists(place() / "mine"));
}

}  // namespace
}  // namespace snag
