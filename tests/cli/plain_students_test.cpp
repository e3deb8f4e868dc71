// `snag new --plain` and `snag check` of solutions in plain standard C++: the same is said of them as of those that are
// written with snag's types.
#include "tests/cli/student_folder.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <regex>
#include <string>
#include <utility>
#include <vector>

namespace snag::testing {
namespace {

namespace fs = std::filesystem;

class PlainStudents : public StudentFolder {
 protected:
  PlainStudents() : StudentFolder("  std::mutex mutex_;\n  int balance_;") {}

  void expect_wrong(const std::string& solution, const std::string& finding, const std::string& words) const {
    const ChildOutcome checked = check(solution, "--time 60");
    EXPECT_EQ(checked.code, 1) << checked.out;
    EXPECT_CONTAINS(checked.out, "withdraw: still wrong: " + finding + "\n");
    EXPECT_CONTAINS(checked.out, words);
  }
  void expect_right(const std::string& solution) const {
    const ChildOutcome checked = check(solution, "--time 60");
    EXPECT_EQ(checked.code, 0) << checked.out;
    EXPECT_CONTAINS(checked.out, "withdraw: right\n");
  }
  static std::string suite(const std::string& file) {
    return std::string(SNAG_SOURCE_DIR) + "/scenarios/races/withdraw/plain/" + file;
  }
};

// ---- What a student sees -------------------------------------------------------------------------------------

TEST_F(PlainStudents, begin_with_a_folder_of_plain_files_whose_command_finds_the_bug) {
  const ChildOutcome made = snag("new withdraw mine --plain");
  EXPECT_EQ(made.code, 0) << made.out;
  for (const char* const file : {"mine/solution.cpp", "mine/interface.h"})
    EXPECT_EQ(read(file).find("snag"), std::string::npos) << file;
  std::smatch command;
  const std::string readme = read("mine/README.md");
  ASSERT_TRUE(std::regex_search(readme, command, std::regex("\n    (.* check withdraw solution.cpp)\n"))) << readme;
  const ChildOutcome checked = shell("cd mine && " + command[1].str());
  EXPECT_EQ(checked.code, 1) << checked.out;
  EXPECT_CONTAINS(checked.out, "withdraw: still wrong: failed-assertion");
  EXPECT_CONTAINS(checked.out, "the balance never goes below zero");
  EXPECT_CONTAINS(checked.out, "solution.cpp:");
  EXPECT_CONTAINS(checked.out, "From the lesson, hint 1 of 3");
}

TEST_F(PlainStudents, are_told_where_there_is_no_plain_form) {
  const ChildOutcome made = snag("new ticket mine --plain");
  EXPECT_EQ(made.code, 2);
  EXPECT_CONTAINS(made.out, "ticket/broken has no form in plain C++: leave out --plain");
  EXPECT_FALSE(fs::exists(folder / "mine"));
}

TEST_F(PlainStudents, get_each_variant_of_the_suite_told_for_what_it_is) {
  EXPECT_EQ(snag("check withdraw " + suite("broken.cpp")).code, 1);
  for (const char* const fixed : {"fixed_lock.cpp", "fixed_atomic.cpp"}) {
    const ChildOutcome checked = snag("check withdraw " + suite(fixed) + " --time 60");
    EXPECT_EQ(checked.code, 0) << checked.out;
    EXPECT_CONTAINS(checked.out, "withdraw: right\n");
    EXPECT_CONTAINS(checked.out, "verified: every interleaving up to equivalence (");
    EXPECT_CONTAINS(checked.out, "no finding in 2,000 executions (strategy mixed, seed 1)\n");
  }
}

// What a solution is compared with is on file, since only the broken variants are installed.
TEST_F(PlainStudents, are_compared_with_what_the_variants_really_come_to) {
  const std::vector<std::pair<std::string, std::string>> variants = {{"races/withdraw", "fixed_lock"},
                                                                     {"races/withdraw", "fixed_atomic"},
                                                                     {"lookalikes/snapshot", "published_pointer"}};
  for (const auto& [scenario, variant] : variants) {
    const std::string form = std::string(SNAG_SOURCE_DIR) + "/scenarios/" + scenario + "/plain/";
    const auto checked =
        nlohmann::json::parse(snag("check " + scenario + " " + form + variant + ".cpp --time 60 --json").out);
    EXPECT_EQ(checked["verdict"], "right") << variant;
    std::ifstream file(form + "parallelism.json");
    const double on_file = nlohmann::json::parse(file)["references"][variant];
    EXPECT_NEAR(checked["concurrency"]["solution"].get<double>(), on_file, 0.01) << variant;
  }
}

TEST_F(PlainStudents, are_told_of_one_giant_lock) {
  write("settings.cpp",
        "#include \"interface.h\"\n#include <mutex>\nnamespace solution {\nnamespace {\n"
        "class Locked final : public Configuration {\n public:\n"
        "  explicit Locked(Settings first) : settings_{first} {}\n"
        "  void change(Settings settings) override { std::lock_guard giant(mutex_); settings_ = settings; }\n"
        "  Settings current() override { std::lock_guard giant(mutex_); return settings_; }\n private:\n"
        "  std::mutex mutex_;\n  Settings settings_;\n};\n}\n"
        "std::unique_ptr<Configuration> make_configuration(Settings first) {\n"
        "  return std::make_unique<Locked>(first);\n}\n}\n");
  const ChildOutcome checked = snag("check snapshot settings.cpp --time 60");
  EXPECT_EQ(checked.code, 0) << checked.out;
  EXPECT_CONTAINS(checked.out, "snapshot: right, but serialised\n");
  EXPECT_CONTAINS(checked.out, "1.00 of its 3 threads could run at the same time, on average");
}

TEST_F(PlainStudents, may_use_either_kind_for_the_same_scenario) {
  write("typed.cpp", account(right, "  snag::mutex mutex_;\n  snag::shared<int> balance_;"));
  const auto typed = nlohmann::json::parse(snag("check withdraw typed.cpp --json").out);
  EXPECT_EQ(typed["verdict"], "right");
  EXPECT_FALSE(typed["concurrency"].is_null());
  const auto plain = nlohmann::json::parse(check(account(right), "--json").out);
  EXPECT_EQ(plain["verdict"], "right");
  EXPECT_EQ(plain["concurrency"]["solution"], typed["concurrency"]["solution"]);
  const ChildOutcome mixed = check(account(right, "  std::mutex mutex_;\n  snag::shared<int> balance_;"));
  EXPECT_CONTAINS(mixed.out, "still wrong: not-controlled");
}

TEST_F(PlainStudents, see_races_on_plain_variables_in_their_own_lines) {
  const ChildOutcome checked = check(account(wrong));
  EXPECT_EQ(checked.code, 1) << checked.out;
  EXPECT_TRUE(std::regex_search(checked.out, std::regex("still wrong: (data-race|lost-update)\n"))) << checked.out;
  EXPECT_CONTAINS(checked.out, " at solution.cpp:");
}

TEST_F(PlainStudents, can_see_a_failure_again) {
  const auto document = nlohmann::json::parse(check(account(wrong), "--json").out);
  const std::string token = document["token"];
  const ChildOutcome again = snag("check withdraw solution.cpp --replay " + token);
  EXPECT_EQ(again.code, 1) << again.out;
  EXPECT_CONTAINS(again.out, "still wrong: " + document["finding"].get<std::string>());
  const ChildOutcome mended = check(account(right), "--replay " + token);
  EXPECT_EQ(mended.code, 3) << "never a pass: " << mended.out;
  EXPECT_CONTAINS(mended.out, "does not fit the program any more");
}

TEST_F(PlainStudents, have_their_failures_remembered) {
  ASSERT_EQ(snag("new withdraw mine --plain").code, 0);
  EXPECT_EQ(snag("check withdraw mine/solution.cpp").code, 1);
  const auto again = nlohmann::json::parse(snag("check withdraw mine/solution.cpp --json").out);
  EXPECT_EQ(again["remembered"], 1);
  EXPECT_EQ(again["stale"], 0);
  EXPECT_CONTAINS(again["notes"].dump(), "a failure that was remembered has happened again");
}

TEST_F(PlainStudents, see_what_they_print_in_the_failing_execution) {
  const std::string printing = "    std::cout << \"taking \" << amount << '\\n';\n";
  const ChildOutcome failing = check(account(printing + wrong));
  EXPECT_EQ(failing.code, 1);
  EXPECT_CONTAINS(failing.out, "What it printed\n  taking 60\n  taking 60\n");
  const auto passing = nlohmann::json::parse(check(account(printing + right), "--json").out);
  EXPECT_EQ(passing["verdict"], "right") << "one document, whatever it prints";
}

// ---- What does not compile -----------------------------------------------------------------------------------

TEST_F(PlainStudents, see_compile_errors_in_their_own_lines) {
  const auto document =
      nlohmann::json::parse(check(account("    std::lock_gard guard(mutex_);\n    return false;"), "--json").out);
  EXPECT_EQ(document["finding"], "compile-error");
  EXPECT_EQ(document["diagnostics"]["own"][0]["line"], 17);
  EXPECT_EQ(check(account(right), "--compiler no-such-compiler").code, 2);
}

TEST_F(PlainStudents, are_told_what_is_missing_and_what_is_there_twice) {
  expect_wrong("#include \"interface.h\"\n", "it does not link",
               "The solution does not define solution::make_account(int), which is used.");
  expect_wrong(account(right) + "int main() {}\n", "it does not link", "The solution defines main, which");
}

// ---- Worse than wrong ----------------------------------------------------------------------------------------

// Without an access to memory: those of a volatile variable are scheduling points, as far as the compiler tells of them.
TEST_F(PlainStudents, may_loop_for_ever) {
  const std::string endless = account("    for (;;) asm volatile(\"nop\");");
  expect_wrong(endless, "endless-loop", "computes for 2 s and reaches no scheduling point");
  EXPECT_CONTAINS(check(endless).out, " in withdraw");
}

TEST_F(PlainStudents, may_crash) {
  expect_wrong(account("    int* nowhere = nullptr;\n    *nowhere = amount;\n    return false;"), "crash",
               "segmentation fault");
  expect_wrong(account("    volatile int deep[100] = {amount};\n    return withdraw(deep[0] + 1) && deep[1] != 0;"),
               "stack-overflow", "used up its stack");
  expect_wrong(account("    throw std::runtime_error(\"no\");"), "uncaught-exception", "An exception left T");
}

TEST_F(PlainStudents, may_end_the_process) {
  expect_wrong(account("    std::exit(0);"), "exit", "it called exit(0)");
  expect_wrong(account("    _exit(0);"), "exit", "it called _exit(0)");
  expect_wrong(account("    std::abort();"), "abort", "abort() was called");
  expect_wrong(account("    if (fork() == 0) _exit(0);\n    return false;"), "not-controlled", "starts a process");
}

TEST_F(PlainStudents, may_use_up_the_memory) {
  expect_wrong(account("    std::vector<int> all;\n    for (;;) all.push_back(amount);"), "out-of-memory",
               "used more memory than a check allows");
}

TEST_F(PlainStudents, may_go_wrong_before_the_scenario_begins) {
  expect_wrong(account(right, right_members, "struct Early {\n  Early() { throw 1; }\n} early;\n"), "crash",
               "while its global objects were made");
}

// ---- State that outlives an execution ------------------------------------------------------------------------

TEST_F(PlainStudents, may_keep_state_in_static_variables) {
  expect_right(
      account("    std::lock_guard guard(lock);\n    if (++calls > 2) std::abort();\n"
              "    if (balance_ < amount) return false;\n    balance_ -= amount;\n    return true;",
              "  int balance_;", "std::mutex lock;\nint calls;\n"));
  expect_right(
      account("    std::lock_guard guard(mutex_);\n    static std::vector<int> paid(1);\n"
              "    paid.push_back(amount);\n    if (paid.size() > 3) std::abort();\n"
              "    if (balance_ < amount) return false;\n    balance_ -= amount;\n    return true;"));
  expect_right(account(std::string("    thread_local int calls = 0;\n    if (++calls > 1) std::abort();\n") + right));
}

TEST_F(PlainStudents, may_allocate_before_the_scenario_begins) {
  expect_right(
      account("    std::lock_guard guard(mutex_);\n    paid.push_back(amount);\n"
              "    if (paid[0] != 1 || paid.size() > 5) std::abort();\n    paid[0] = 1;\n    name += '!';\n"
              "    if (name.size() > 47) std::abort();\n"
              "    if (balance_ < amount) return false;\n    balance_ -= amount;\n    return true;",
              right_members,
              "std::vector<int> paid{1, 2, 3};\n"
              "std::string name = \"a name that is too long to lie in the string\";\n"));
}

TEST_F(PlainStudents, may_use_the_streams) {
  expect_right(account(std::string("    std::ostringstream text;\n    text << amount << ' ' << 0.5;\n"
                                   "    if (text.str() != \"60 0.5\") std::abort();\n") +
                       right));
}

TEST_F(PlainStudents, may_sleep_for_hours) {
  expect_right(account(std::string("    std::this_thread::sleep_for(std::chrono::hours(1));\n") + right));
}

}  // namespace
}  // namespace snag::testing
