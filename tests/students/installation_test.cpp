// toolchain.json: relative paths are those of its own folder, and what is missing is told with the mend.
#include "harness/students/installation.h"

#include "harness/students/temporary_folder.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

namespace snag {
namespace {

namespace fs = std::filesystem;

class Toolchain : public ::testing::Test {
 protected:
  fs::path write(const std::string& text) const {
    const fs::path file = folder_.path() / "toolchain.json";
    std::ofstream(file) << text;
    return file;
  }
  fs::path folder() const { return folder_.path(); }
  std::string refusal(const fs::path& file) const {
    try {
      read_installation(file);
    } catch (const InstallationError& error) { return error.what(); }
    return "";
  }

 private:
  TemporaryFolder folder_;
};

TEST_F(Toolchain, names_compiler_flags_and_folders) {
  const Installation read = read_installation(write(R"({"version": 1, "compiler": ["ccache", "g++"], "flags": ["-O1"],
      "includes": ["../include", "/opt/boost"], "scenarios": "scenarios"})"));
  EXPECT_EQ(read.compiler, (std::vector<std::string>{"ccache", "g++"}));
  EXPECT_EQ(read.flags, (std::vector<std::string>{"-O1"}));
  EXPECT_EQ(read.includes, (std::vector<fs::path>{folder().parent_path() / "include", "/opt/boost"}));
  EXPECT_EQ(read.scenarios, folder() / "scenarios");
}

TEST_F(Toolchain, that_is_missing_or_damaged_is_told_with_the_mend) {
  EXPECT_NE(refusal(folder() / "none.json").find("belong to the command snag"), std::string::npos);
  EXPECT_NE(refusal(write("{")).find("install snag again"), std::string::npos);
  EXPECT_NE(refusal(write(R"({"version": 1, "compiler": "g++"})")).find("install snag again"), std::string::npos);
  EXPECT_NE(refusal(write(R"({"version": 2})")).find("another version"), std::string::npos);
}

}  // namespace
}  // namespace snag
