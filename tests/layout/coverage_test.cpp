// Reads the tables of coverage, docs/coverage.md and all pages under docs/coverage, and holds them against the tests
// there are: a test that a row names exists, a row without one gives a reason, a heading that promises a module or
// header has rows for it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
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

/// One row of a table.
struct Row {
  std::size_t line;
  std::vector<std::string> cells;
};

/// A heading and the rows below it, up to the next one.
struct Section {
  std::string heading;
  std::size_t line;
  std::vector<Row> rows;
};

/// One page: its title, what stands before the first section, and its sections.
struct Page {
  std::string file;
  std::string title;
  std::string introduction;
  std::vector<Section> sections;
};

std::string text_of(const fs::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(' ');
  return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

/// The cells of a line that begins with a bar. A bar inside a cell is written \|.
std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::string cell;
  for (std::size_t i = 1; i < line.size(); ++i) {
    if (line[i] == '|' && line[i - 1] != '\\') {
      cells.push_back(trimmed(cell));
      cell.clear();
    } else {
      cell += line[i];
    }
  }
  return cells;
}

Page page_of(const std::string& file, const std::string& text) {
  Page page{file, {}, {}, {}};
  std::istringstream lines(text);
  std::size_t number = 0, table_lines = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    const bool in_table = line.starts_with("|");
    table_lines = in_table ? table_lines + 1 : 0;
    if (line.starts_with("# ")) page.title = line.substr(2);
    if (line.starts_with("##")) page.sections.push_back({trimmed(line.substr(line.find_last_of('#') + 1)), number, {}});
    if (page.sections.empty()) page.introduction += line + '\n';
    if (table_lines <= 2) continue;  // not in a table, or its head
    if (page.sections.empty()) page.sections.push_back({"", number, {}});
    page.sections.back().rows.push_back({number, cells_of(line)});
  }
  return page;
}

/// What stands in backquotes.
std::vector<std::string> quoted_in(const std::string& text) {
  static const std::regex pattern("`([^`]+)`");
  std::vector<std::string> found;
  for (std::sregex_iterator match(text.begin(), text.end(), pattern), end; match != end; ++match)
    found.push_back((*match)[1]);
  return found;
}

/// Of what stands in backquotes what looks like a test: Suite.name.
std::vector<std::string> tests_named_in(const std::string& cell) {
  static const std::regex pattern(R"([A-Za-z_]\w*\.[A-Za-z_]\w*)");
  static const std::set<std::string> extensions = {"cpp", "h", "json", "md"};
  std::vector<std::string> found;
  for (const std::string& text : quoted_in(cell))
    if (std::regex_match(text, pattern) && !extensions.contains(text.substr(text.find('.') + 1))) found.push_back(text);
  return found;
}

/// A reason takes three words at least.
bool gives_reason(const std::string& cell) {
  std::istringstream words(cell);
  std::size_t count = 0;
  for (std::string word; words >> word;)
    if (std::any_of(word.begin(), word.end(), [](unsigned char c) { return std::isalpha(c) != 0; })) ++count;
  return count >= 3;
}

/// Names no test because there is none to be named: says why, here or, if here is but "none", in the cell before.
bool says_why_not(const std::vector<std::string>& cells) {
  return gives_reason(cells.back()) || (cells.back() == "none" && gives_reason(cells[cells.size() - 2]));
}

/// A header's name without its brackets; others as they are.
std::string bare(const std::string& name) {
  return name.starts_with("<") && name.ends_with(">") ? name.substr(1, name.size() - 2) : name;
}

/// The modules, headers and classes that a heading names: in backquotes, or it is itself the name of one.
std::vector<std::string> named_by(const Section& section) {
  std::vector<std::string> names = quoted_in(section.heading);
  if (names.empty()) names.push_back(section.heading);
  std::transform(names.begin(), names.end(), names.begin(), &bare);
  return names;
}

/// The modules and headers that a page says it covers: those in its title, and headers that it names before it begins.
std::vector<std::string> promised_by(const Page& page) {
  std::vector<std::string> names = quoted_in(page.title);
  for (const std::string& text : quoted_in(page.introduction))
    if (text.starts_with("<") && text.find('/') == std::string::npos) names.push_back(text);
  std::transform(names.begin(), names.end(), names.begin(), &bare);
  return names;
}

/// The tests that a source defines, as Suite.name.
std::set<std::string> tests_in(const std::string& source) {
  static const std::regex pattern(
      R"((^|\n)(TEST|TEST_F|TEST_P|TYPED_TEST|SNAG_TEST|SNAG_TEST_F|RC_GTEST_PROP|RC_GTEST_FIXTURE_PROP)\(\s*(\w+)\s*,\s*(\w+))");
  std::set<std::string> found;
  for (std::sregex_iterator match(source.begin(), source.end(), pattern), end; match != end; ++match)
    found.insert((*match)[3].str() + "." + (*match)[4].str());
  return found;
}

/// What is wrong with a page, given the tests there are.
std::vector<std::string> objections(const Page& page, const std::set<std::string>& tests) {
  std::vector<std::string> found;
  const auto object = [&](std::size_t line, const std::string& what) {
    found.push_back(page.file + ":" + std::to_string(line) + ": " + what);
  };
  if (page.sections.empty()) object(1, "has no section with a table");
  for (const std::string& promised : promised_by(page)) {
    const auto names_it = [&](const Section& section) {
      const std::vector<std::string> names = named_by(section);
      return std::find(names.begin(), names.end(), promised) != names.end();
    };
    if (std::none_of(page.sections.begin(), page.sections.end(), names_it))
      object(1, "promises " + promised + ", which no heading names");
  }
  for (const Section& section : page.sections) {
    if (section.rows.size() < named_by(section).size())
      object(section.line, "fewer rows than \"" + section.heading + "\" names");
    for (const Row& row : section.rows) {
      if (row.cells.size() < 3) {
        object(row.line, "needs three cells: what it is, what stands for it here, its test or a reason");
        continue;
      }
      const std::vector<std::string> named = tests_named_in(row.cells.back());
      if (named.empty() && !says_why_not(row.cells)) object(row.line, "names no test, and gives no reason");
      for (const std::string& test : named)
        if (!tests.contains(test)) object(row.line, "there is no test " + test);
    }
  }
  return found;
}

/// The pages of coverage there are.
std::vector<Page> pages() {
  std::vector<fs::path> files = {root / "docs/coverage.md"};
  if (fs::exists(root / "docs/coverage"))
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / "docs/coverage"))
      if (entry.path().extension() == ".md") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<Page> found;
  for (const fs::path& file : files) found.push_back(page_of(fs::relative(file, root).string(), text_of(file)));
  return found;
}

/// All tests that the sources define.
std::set<std::string> all_tests() {
  static const std::set<std::string> extensions = {".cpp", ".h", ".inc"};
  std::set<std::string> found;
  for (const char* folder : {"tests", "docs/examples"})
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / folder))
      if (extensions.contains(entry.path().extension().string())) found.merge(tests_in(text_of(entry.path())));
  return found;
}

// ---- The pages ---------------------------------------------------------------------------------------------------

TEST(Coverage, names_tests_that_exist_or_reasons_and_keeps_what_its_headings_promise) {
  const std::set<std::string> tests = all_tests();
  EXPECT_GT(tests.size(), 500U) << "hardly any test was found: are the sources under " << root << "?";
  for (const Page& page : pages())
    for (const std::string& objection : objections(page, tests)) ADD_FAILURE() << objection;
}

TEST(Coverage, has_a_row_for_every_public_name_of_the_modules_threading_and_queue) {
  // Python 3.13: what the modules list as public, and the public members of the classes. Inherited ones once.
  const std::map<std::string, std::vector<std::string>> expected = {
      {"threading",
       {"active_count", "current_thread", "enumerate", "excepthook", "ExceptHookArgs", "get_ident", "get_native_id",
        "getprofile", "gettrace", "local", "main_thread", "setprofile", "setprofile_all_threads", "settrace",
        "settrace_all_threads", "stack_size", "ThreadError", "TIMEOUT_MAX", "activeCount", "currentThread",
        "BrokenBarrierError",
        // classes
        "Thread", "Thread.start", "Thread.run", "Thread.join", "Thread.is_alive", "Thread.name", "Thread.daemon",
        "Thread.ident", "Thread.native_id", "Thread.getName", "Thread.setName", "Thread.isDaemon", "Thread.setDaemon",
        "Lock", "Lock.acquire", "Lock.release", "Lock.locked", "RLock", "RLock.acquire", "RLock.release", "Condition",
        "Condition.acquire", "Condition.release", "Condition.wait", "Condition.wait_for", "Condition.notify",
        "Condition.notify_all", "Condition.notifyAll", "Semaphore", "Semaphore.acquire", "Semaphore.release",
        "BoundedSemaphore", "BoundedSemaphore.release", "Event", "Event.set", "Event.clear", "Event.is_set",
        "Event.isSet", "Event.wait", "Timer", "Timer.start", "Timer.cancel", "Barrier", "Barrier.wait", "Barrier.reset",
        "Barrier.abort", "Barrier.parties", "Barrier.n_waiting", "Barrier.broken"}},
      {"queue",
       {"Empty",
        "Full",
        "ShutDown",
        "Queue",
        "Queue.maxsize",
        "Queue.qsize",
        "Queue.empty",
        "Queue.full",
        "Queue.put",
        "Queue.get",
        "Queue.put_nowait",
        "Queue.get_nowait",
        "Queue.task_done",
        "Queue.join",
        "Queue.shutdown",
        "LifoQueue",
        "PriorityQueue",
        "SimpleQueue",
        "SimpleQueue.put",
        "SimpleQueue.put_nowait",
        "SimpleQueue.get",
        "SimpleQueue.get_nowait",
        "SimpleQueue.qsize",
        "SimpleQueue.empty"}}};
  const Page page = page_of("docs/coverage.md", text_of(root / "docs/coverage.md"));
  for (const auto& [module, names] : expected) {
    std::set<std::string> told;
    for (const Section& section : page.sections) {
      const std::vector<std::string> modules = quoted_in(section.heading);
      if (std::find(modules.begin(), modules.end(), module) == modules.end()) continue;
      for (const Row& row : section.rows)
        for (const std::string& text : quoted_in(row.cells.at(0))) told.insert(text.substr(0, text.find('(')));
    }
    for (const std::string& name : names) EXPECT_TRUE(told.contains(name)) << module << "." << name << " has no row";
  }
}

// ---- The reading of pages ----------------------------------------------------------------------------------------

const std::string head = "# Coverage of `one`\n\n## `one`\n\n| there | here | test, or why not |\n|---|---|---|\n";

std::vector<std::string> objections_to(const std::string& text) {
  return objections(page_of("page.md", text), {"Suite.does_it", "Suite.does_more"});
}

TEST(CoveragePage, may_name_tests_or_reasons) {
  EXPECT_EQ(objections_to(head + "| `f` | `f` | `Suite.does_it`, `Suite.does_more` |\n"), std::vector<std::string>{});
  EXPECT_EQ(objections_to(head + "| `f` | | nobody needs it, see `file.h` |\n"), std::vector<std::string>{});
  EXPECT_EQ(objections_to(head + "| `a \\| b` | `f` | `Suite.does_it` |\n"), std::vector<std::string>{});
}

TEST(CoveragePage, may_give_the_reason_in_the_cell_before) {
  EXPECT_EQ(objections_to(head + "| `f` | not there | use `g` instead of it | none |\n"), std::vector<std::string>{});
}

TEST(CoveragePage, is_refused_for_a_test_that_does_not_exist) {
  EXPECT_EQ(objections_to(head + "| `f` | `f` | `Suite.does_it`, `Suite.does_not` |\n"),
            std::vector<std::string>{"page.md:7: there is no test Suite.does_not"});
  EXPECT_EQ(objections_to(head + "| `f` | `f` | it is tested elsewhere: `Other.does_it` |\n"),
            std::vector<std::string>{"page.md:7: there is no test Other.does_it"});
}

TEST(CoveragePage, is_refused_for_a_row_without_test_and_reason) {
  for (const char* cell : {"", "-", "no", "none yet", "see `file.h`"})
    EXPECT_EQ(objections_to(head + "| `f` | `f` | " + cell + " |\n"),
              std::vector<std::string>{"page.md:7: names no test, and gives no reason"});
  EXPECT_EQ(objections_to(head + "| `f` | `Suite.does_it` |\n").size(), 1U) << "a cell is missing";
}

TEST(CoveragePage, is_refused_for_a_heading_without_rows) {
  EXPECT_EQ(objections_to(head), std::vector<std::string>{"page.md:3: fewer rows than \"`one`\" names"});
  EXPECT_EQ(
      objections_to(head + "| `f` | `f` | `Suite.does_it` |\n\n## `two` and `three`\n\n| a | b | c |\n|---|---|---|\n"
                           "| `g` | `g` | `Suite.does_it` |\n"),
      std::vector<std::string>{"page.md:9: fewer rows than \"`two` and `three`\" names"});
  EXPECT_EQ(objections_to("# Coverage\n\nNothing yet.\n"),
            std::vector<std::string>{"page.md:1: has no section with a table"});
}

TEST(CoveragePage, is_refused_for_promising_what_no_heading_names) {
  EXPECT_EQ(objections_to("# Coverage of `one` and `two`" + head.substr(head.find('\n')) +
                          "| `f` | `f` | `Suite.does_it` |\n"),
            std::vector<std::string>{"page.md:1: promises two, which no heading names"});
  EXPECT_EQ(objections_to("# Coverage\n\nOf `<mutex>`, `<shared_mutex>` and `<snag/snag.h>`.\n\n## mutex\n\n"
                          "| a | b | c |\n|---|---|---|\n| `lock` | `lock` | `Suite.does_it` |\n"),
            std::vector<std::string>{"page.md:1: promises shared_mutex, which no heading names"});
}

TEST(CoveragePage, knows_tests_by_the_macros_that_define_them) {
  EXPECT_EQ(tests_in("TEST(Suite, one) {\n}\nTYPED_TEST(Typed, two) {}\n  TEST(Not, this)\n// TEST(Nor, this)\n"
                     "RC_GTEST_PROP(Property,\n              three, (int i)) {\nTEST_MACRO(Nor, that)\n"),
            (std::set<std::string>{"Suite.one", "Typed.two", "Property.three"}));
}

}  // namespace
