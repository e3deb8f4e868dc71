// The documentation shows exactly the code that is built and run here, and what it prints.
#include "tests/support/child.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

const fs::path root = SNAG_SOURCE_DIR;

std::string text_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// The blocks of a page that a comment on the line before names: "<!-- docs/examples/counter_test.cpp -->".
std::multimap<std::string, std::string> named_blocks(const std::string& page) {
  std::multimap<std::string, std::string> blocks;
  std::istringstream lines(page);
  std::string name;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("<!-- ") && line.ends_with(" -->")) {
      name = line.substr(5, line.size() - 9);
      continue;
    }
    if (name.empty()) continue;
    EXPECT_TRUE(line.starts_with("```")) << "no block follows the comment " << name;
    std::string block;
    while (std::getline(lines, line) && line != "```") block += line + '\n';
    blocks.emplace(name, block);
    name.clear();
  }
  return blocks;
}

// The pages show what GCC's build prints. Clang gives a statement of several lines another one of them.
std::string comparable(const std::string& text) {
#if defined(__clang__)
  return std::regex_replace(text, std::regex(R"(([a-z_]+\.cpp):[0-9]+ *)"), "$1:LINE ");
#else
  return text;
#endif
}

class Docs : public snag::testing::InFolder {
 protected:
  // The pages show programs as they are called in the folders of their builds.
  const std::string link = "ln -s " SNAG_SPECIMENS "/lost_update_test . && ln -s " SNAG_SPECIMENS
                           "/visits . && mkdir -p build/release/bin && ln -s ../visits build/visits && "
                           "ln -s " SNAG_COMMAND " build/release/bin/snag && ";
  const std::string readme = text_of(root / "README.md");
  const std::string getting_started = text_of(root / "docs/getting-started.md");
  const std::string gtest_page = text_of(root / "docs/gtest.md");
  const std::string rapidcheck_page = text_of(root / "docs/rapidcheck.md");
};

TEST_F(Docs, show_the_examples_as_they_are_built) {
  std::set<std::string> shown;
  for (const std::string& page : {getting_started, gtest_page, rapidcheck_page})
    for (const auto& [name, block] : named_blocks(page)) {
      if (!name.starts_with("docs/")) continue;
      EXPECT_EQ(block, text_of(root / name)) << name;
      shown.insert(name);
    }
  std::set<std::string> written;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / "docs/examples"))
    if (entry.is_regular_file()) written.insert(fs::relative(entry.path(), root).string());
  EXPECT_EQ(shown, written);
}

TEST_F(Docs, show_what_the_commands_print) {
  std::size_t shown = 0;
  for (const auto& [name, block] : named_blocks(getting_started)) {
    if (!name.starts_with("output of ")) continue;
    const auto outcome = shell(link + name.substr(10) + " 2>&1");
    EXPECT_EQ(outcome.code, 1) << name;
    EXPECT_EQ(comparable(block), comparable(outcome.out));
    std::filesystem::remove_all(folder);
    std::filesystem::create_directory(folder);
    ++shown;
  }
  EXPECT_EQ(shown, 2U);
  const auto blocks = named_blocks(readme);
  const std::string command = "./visits explore visits/two";
  ASSERT_EQ(blocks.count("beginning of the output of " + command), 1U);
  const std::string beginning = blocks.find("beginning of the output of " + command)->second;
  EXPECT_EQ(comparable(beginning), comparable(shell(link + command).out.substr(0, beginning.size())));
}

// What a newcomer pastes must work: a token on any page still fits.
TEST_F(Docs, show_tokens_that_fit) {
  std::vector<std::string> pages = {readme};
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / "docs"))
    if (entry.path().extension() == ".md") pages.push_back(text_of(entry.path()));
  const std::regex command(R"((\./visits|\./build/visits|build/release/bin/snag) replay [^\n`]*1:[a-z0-9_-]+/[^\s`]+)");
  std::size_t tried = 0;
  for (const std::string& page : pages)
    for (std::sregex_iterator at(page.begin(), page.end(), command), end; at != end; ++at, ++tried) {
      const auto outcome = shell((tried == 0 ? link : "") + at->str());
      EXPECT_EQ(outcome.code, 1) << at->str() << '\n' << outcome.out;
    }
  EXPECT_GE(tried, 5U);
}

TEST_F(Docs, show_what_the_failing_example_prints) {
  const auto blocks = named_blocks(gtest_page);
  ASSERT_EQ(blocks.count("output of lost_update_test"), 1U);
  const auto outcome = shell(link + "./lost_update_test");
  EXPECT_EQ(outcome.code, 1);
  const std::size_t begin = outcome.out.find("lost-update in");
  ASSERT_NE(begin, std::string::npos) << outcome.out;
  const std::string report = outcome.out.substr(begin, outcome.out.find("\n[  FAILED  ]", begin) - begin);
  EXPECT_EQ(blocks.find("output of lost_update_test")->second, report);
}

TEST_F(Docs, show_how_the_replay_line_is_meant) {
  const std::string block = named_blocks(gtest_page).find("output of lost_update_test")->second;
  std::smatch line;
  ASSERT_TRUE(std::regex_search(block, line, std::regex(R"(\n  (SNAG_REPLAY=[^\n]*)\n)")));
  const auto outcome = shell(link + line[1].str());
  EXPECT_EQ(outcome.code, 1);
  EXPECT_CONTAINS(outcome.out, "1 finding in the one execution that SNAG_REPLAY asks for");
  EXPECT_LACKS(outcome.out, "does not fit");
}

// The list in the table, each with a page that tells of it.
TEST_F(Docs, name_every_finding) {
  const std::string table = text_of(root / "docs/checkers/README.md");
  const std::string list = text_of(root / "checkers/finding_names.cpp");
  const std::regex name(R"~(\n +"([a-z-]+)",)~");
  std::size_t names = 0;
  for (std::sregex_iterator at(list.begin(), list.end(), name), end; at != end; ++at, ++names) {
    const std::string finding = (*at)[1].str();
    std::smatch row_of_it;
    ASSERT_TRUE(
        std::regex_search(table, row_of_it, std::regex("\\n\\| \\[`" + finding + "`\\]\\(([a-z-]+\\.md)\\) \\|")))
        << finding;
    EXPECT_NE(text_of(root / "docs/checkers" / row_of_it[1].str()).find(finding), std::string::npos) << row_of_it[1];
  }
  const std::regex row(R"(\n\| \[`[a-z-]+`\]\()");
  const auto rows = std::distance(std::sregex_iterator(table.begin(), table.end(), row), std::sregex_iterator());
  EXPECT_EQ(static_cast<std::size_t>(rows), names) << "the table names a finding that there is not";
}

TEST_F(Docs, name_every_option_in_the_order_that_code_must_keep) {
  const std::string header = text_of(root / "harness/testing/options.h");
  const std::string table = gtest_page.substr(gtest_page.find("| `.strategy`"));
  std::size_t at_in_header = 0;
  std::size_t options = 0;
  const std::regex option(R"(`\.([a-z_]+)`)");
  const std::string rows = table.substr(0, table.find("\n\n"));
  for (std::sregex_iterator at(rows.begin(), rows.end(), option), end; at != end; ++at, ++options) {
    const std::size_t found = header.find(" " + (*at)[1].str() + " =", at_in_header);
    EXPECT_NE(found, std::string::npos) << (*at)[1].str() << " is no option, or stands in another order";
    at_in_header = found;
  }
  EXPECT_EQ(options, 12U);
}

}  // namespace
