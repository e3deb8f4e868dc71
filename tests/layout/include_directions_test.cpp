// Reads the include lines of every source and holds them against the directions of the architecture: who may include
// whom is one table here, and docs/architecture.md explains it.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

const fs::path root = SNAG_SOURCE_DIR;

/// For each folder, what its sources may include: folders, or single headers where only an interface is meant.
/// A folder may always include itself.
const std::map<std::string, std::set<std::string>> allowed = {
    {"harness/trace", {}},
    {"harness/strategies", {"harness/trace"}},
    {"harness/execution", {"harness/strategies/strategy.h", "harness/trace"}},
    {"harness/primitives", {"harness/execution", "harness/trace"}},
    {"harness/instrument", {"harness/execution", "harness/trace"}},
    {"harness/campaign", {"checkers", "harness/execution", "harness/strategies", "harness/trace"}},
    {"harness/report", {"harness/trace"}},
    {"harness/students", {"harness/campaign", "harness/execution", "harness/report", "harness/trace"}},
    {"harness/drivers", {}},
    {"harness/cli",
     {"checkers", "harness/campaign", "harness/drivers", "harness/execution", "harness/instrument",
      "harness/primitives", "harness/report", "harness/strategies", "harness/students", "harness/trace"}},
    {"harness/testing",
     {"checkers", "harness/campaign", "harness/execution", "harness/primitives", "harness/report", "harness/strategies",
      "harness/trace", "snag/snag.h"}},
    {"checkers", {"harness/trace"}},
    {"scenarios", {"snag/queue.h", "snag/snag.h", "snag/threading.h"}},
};

/// One include line: the file that holds it, as a path from the root, and what it names.
struct Include {
  std::string file;
  std::string target;
  bool quoted;
};

bool lies_in(const std::string& path, const std::string& folder) {
  return path == folder || path.starts_with(folder + "/");
}

/// The include lines of one source's text.
std::vector<Include> includes_of(const std::string& file, const std::string& text) {
  static const std::regex line_pattern(R"(^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"])");
  std::vector<Include> found;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (std::regex_search(line, match, line_pattern)) found.push_back({file, match[2], match[1] == "\""});
  }
  return found;
}

/// The folder of the table that a file belongs to, or nothing.
std::string folder_of(const std::string& file) {
  for (const auto& [folder, targets] : allowed) {
    if (lies_in(file, folder)) return folder;
  }
  return {};
}

/// Whether an include line names one of ours, not a library's header.
bool is_ours(const Include& include) {
  return include.quoted || lies_in(include.target, "harness") || lies_in(include.target, "checkers") ||
         lies_in(include.target, "scenarios") || lies_in(include.target, "tests") || lies_in(include.target, "snag");
}

/// What is wrong with an include line, or nothing.
std::string objection(const Include& include) {
  const std::string folder = folder_of(include.file);
  if (folder.empty()) return include.file + " lies in a folder that the table does not know";
  if (!is_ours(include)) return {};
  const std::string line = include.file + " includes " + include.target;
  if (folder == "scenarios" && include.quoted) {
    const bool beside = include.target.find('/') == std::string::npos;
    return beside ? "" : line + ", which does not lie beside it";
  }
  if (lies_in(include.target, folder)) return {};
  const std::set<std::string>& targets = allowed.at(folder);
  const auto fits = [&](const std::string& target) { return lies_in(include.target, target); };
  return std::any_of(targets.begin(), targets.end(), fits) ? "" : line + ", against the directions";
}

/// All sources under the folders of the table, as paths from the root.
std::vector<std::string> sources() {
  std::vector<std::string> found;
  for (const char* top : {"harness", "checkers", "scenarios"}) {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / top)) {
      const std::string extension = entry.path().extension().string();
      if (extension == ".h" || extension == ".cpp") found.push_back(fs::relative(entry.path(), root).string());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string text_of(const std::string& file) {
  std::ifstream stream(root / file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

TEST(IncludeDirections, hold_for_every_source) {
  std::size_t lines = 0;
  for (const std::string& file : sources()) {
    for (const Include& include : includes_of(file, text_of(file))) {
      EXPECT_EQ(objection(include), "");
      ++lines;
    }
  }
  EXPECT_GT(lines, 100U) << "hardly any include line was read: are the sources under " << root << "?";
}

TEST(IncludeDirections, every_quoted_include_names_a_file_from_the_root_or_beside_it) {
  for (const std::string& file : sources()) {
    for (const Include& include : includes_of(file, text_of(file))) {
      if (!include.quoted) continue;
      const bool scenario = lies_in(file, "scenarios");
      const fs::path target = scenario ? (root / file).parent_path() / include.target : root / include.target;
      EXPECT_TRUE(fs::exists(target)) << file << " includes \"" << include.target << "\"";
    }
  }
}

TEST(IncludeDirections, forbid_what_the_architecture_forbids) {
  EXPECT_NE(objection({"checkers/deadlock.cpp", "harness/execution/execution.h", true}), "");
  EXPECT_NE(objection({"checkers/deadlock.cpp", "harness/execution/execution.h", false}), "");
  EXPECT_NE(objection({"harness/trace/trace.h", "checkers/all.h", true}), "");
  EXPECT_NE(objection({"harness/execution/execution.h", "harness/strategies/random.h", true}), "");
  EXPECT_NE(objection({"harness/primitives/mutex.h", "harness/strategies/strategy.h", true}), "");
  EXPECT_NE(objection({"harness/report/text.h", "harness/campaign/campaign.h", true}), "");
  EXPECT_NE(objection({"harness/campaign/campaign.h", "harness/cli/run_command.h", true}), "");
  EXPECT_NE(objection({"harness/testing/exploration.cpp", "harness/cli/result.h", true}), "");
  EXPECT_NE(objection({"harness/cli/explore.cpp", "harness/testing/exploration.h", true}), "");
  EXPECT_NE(objection({"harness/drivers/plan.cpp", "harness/students/installation.h", true}), "");
  EXPECT_NE(objection({"harness/unknown/file.h", "vector", false}), "");
  EXPECT_NE(objection({"scenarios/races/withdraw/driver.cpp", "harness/execution/execution.h", true}), "");
  EXPECT_NE(objection({"scenarios/races/withdraw/driver.cpp", "../other/interface.h", true}), "");
}

TEST(IncludeDirections, allow_what_the_architecture_allows) {
  EXPECT_EQ(objection({"checkers/deadlock.cpp", "harness/trace/checker.h", true}), "");
  EXPECT_EQ(objection({"checkers/all.cpp", "checkers/deadlock.h", true}), "");
  EXPECT_EQ(objection({"harness/execution/execution.h", "harness/strategies/strategy.h", true}), "");
  EXPECT_EQ(objection({"harness/cli/run_command.cpp", "harness/report/text.h", true}), "");
  EXPECT_EQ(objection({"harness/testing/exploration.cpp", "harness/campaign/campaign.h", true}), "");
  EXPECT_EQ(objection({"harness/testing/include/snag/gtest.h", "snag/snag.h", false}), "");
  EXPECT_EQ(objection({"harness/trace/trace.h", "vector", false}), "");
  EXPECT_EQ(objection({"scenarios/races/withdraw/driver.cpp", "interface.h", true}), "");
  EXPECT_EQ(objection({"scenarios/races/withdraw/interface.h", "snag/snag.h", false}), "");
}

TEST(IncludeLines, are_read_with_either_bracket_and_any_spacing) {
  const std::vector<Include> found =
      includes_of("a.cpp", "#include <vector>\n  # include \"b/c.h\"\n// #include <no>\n");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].target, "vector");
  EXPECT_FALSE(found[0].quoted);
  EXPECT_EQ(found[1].target, "b/c.h");
  EXPECT_TRUE(found[1].quoted);
}

TEST(TopLevel, holds_the_five_folders_and_nothing_else_to_read) {
  const std::set<std::string> expected = {"checkers", "docs", "harness", "scenarios", "tests"};
  const std::set<std::string> made_by_tools = {"build", "corpus"};
  std::set<std::string> folders;
  for (const fs::directory_entry& entry : fs::directory_iterator(root)) {
    const std::string name = entry.path().filename().string();
    if (entry.is_directory() && !name.starts_with(".") && !made_by_tools.contains(name)) folders.insert(name);
  }
  EXPECT_EQ(folders, expected);
}

}  // namespace
