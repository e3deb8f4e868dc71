// `snag new` and `snag check` from outside: what a student's solution may be, and what is said of it.
#include "tests/cli/student_folder.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <regex>
#include <string>

namespace snag::testing {
namespace {

namespace fs = std::filesystem;

/// Whether a sanitizer is built in, which brings its own limits of memory.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool sanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif
#else
constexpr bool sanitized = false;
#endif

class Students : public StudentFolder {
 protected:
  Students() : StudentFolder("  snag::mutex mutex_;\n  snag::shared<int> balance_;") {}

  std::string suite(const std::string& file) const { return std::string(SNAG_SOURCE_DIR) + "/scenarios/" + file; }
};

// ---- new -----------------------------------------------------------------------------------------------------

TEST_F(Students, begin_with_a_folder_whose_command_finds_the_bug) {
  const ChildOutcome made = snag("new withdraw mine");
  EXPECT_EQ(made.code, 0) << made.out;
  EXPECT_CONTAINS(made.out, "check withdraw mine/solution.cpp");
  std::smatch command;
  const std::string readme = read("mine/README.md");
  ASSERT_TRUE(std::regex_search(readme, command, std::regex("\n    (.* check withdraw solution.cpp)\n"))) << readme;
  const ChildOutcome checked = shell("cd mine && " + command[1].str());
  EXPECT_EQ(checked.code, 1) << checked.out;
  EXPECT_CONTAINS(checked.out, "withdraw: still wrong: failed-check");
  EXPECT_CONTAINS(checked.out, "solution.cpp:");
  EXPECT_CONTAINS(checked.out, "From the lesson, hint 1 of 3");
}

TEST_F(Students, may_choose_among_broken_variants) {
  EXPECT_EQ(snag("new bounded-buffer/broken_one_condition mine").code, 0);
  EXPECT_CONTAINS(read("mine/solution.cpp"), "LoopingBuffer");
}

TEST_F(Students, are_told_why_there_is_no_folder) {
  const ChildOutcome unknown = snag("new withdrow mine");
  EXPECT_EQ(unknown.code, 2);
  EXPECT_CONTAINS(unknown.out, "there is no scenario 'withdrow'; did you mean withdraw?");
  const ChildOutcome right_already = snag("new withdraw/fixed_lock mine");
  EXPECT_EQ(right_already.code, 2);
  EXPECT_CONTAINS(right_already.out, "is a right variant");
  const ChildOutcome look_alike = snag("new spin-lock mine");
  EXPECT_EQ(look_alike.code, 2);
  EXPECT_CONTAINS(look_alike.out, "look-alike");
  EXPECT_FALSE(fs::exists(folder / "mine"));
  fs::create_directory(folder / "mine");
  write("mine/notes", "precious");
  const ChildOutcome taken = snag("new withdraw mine");
  EXPECT_EQ(taken.code, 2);
  EXPECT_CONTAINS(taken.out, "mine exists and is not empty");
  EXPECT_FALSE(fs::exists(folder / "mine/solution.cpp"));
}

// ---- check: right and wrong ----------------------------------------------------------------------------------

// One scenario a group; all others are for tests/long/check-all-solutions.
TEST_F(Students, get_each_broken_variant_told_as_wrong) {
  for (const auto& [scenario, group] :
       {std::pair("reference-count", "races"), std::pair("transfer", "deadlocks"), std::pair("unlock-twice", "misuse"),
        std::pair("notify-before-wait", "order")}) {
    const ChildOutcome checked =
        snag(std::string("check ") + scenario + " " + suite(std::string(group) + "/" + scenario + "/broken.cpp"));
    EXPECT_EQ(checked.code, 1) << scenario << checked.out;
    EXPECT_CONTAINS(checked.out, "still wrong: ");
    EXPECT_CONTAINS(checked.out, "broken.cpp:");
  }
}

TEST_F(Students, get_each_fix_told_as_right) {
  for (const std::string fix :
       {"races/reference-count/fixed_atomic", "deadlocks/transfer/fixed_order", "misuse/unlock-twice/fixed",
        "order/notify-before-wait/fixed", "lookalikes/spin-lock/compare_exchange"}) {
    const std::string scenario = fs::path(fix).parent_path().filename().string();
    const ChildOutcome checked = snag("check " + scenario + " " + suite(fix + ".cpp") + " --time 60");
    EXPECT_EQ(checked.code, 0) << fix << checked.out;
    EXPECT_CONTAINS(checked.out, scenario + ": right\n");
    EXPECT_CONTAINS(checked.out, "verified: every interleaving up to equivalence (");
    EXPECT_CONTAINS(checked.out, "no finding in 2,000 executions (strategy mixed, seed 1)\n");
  }
}

TEST_F(Students, see_the_smallest_interleaving_found) {
  const auto document = nlohmann::json::parse(check(account(wrong), "--json").out);
  EXPECT_EQ(document["verdict"], "wrong");
  EXPECT_EQ(document["finding"], "lost-update");
  EXPECT_GT(document["failing"], 1) << "of several";
  // The body starts two threads, the second goes in the middle of the first, and both are joined.
  EXPECT_LE(document["switches"], 6);
  EXPECT_CONTAINS(document["report"].get<std::string>(), "What happened, step by step");
  EXPECT_EQ(document["hint"]["number"], 1);
  EXPECT_EQ(document["hint"]["count"], 3);
}

TEST_F(Students, can_see_a_failure_again) {
  write("solution.cpp", account(wrong));
  const auto document = nlohmann::json::parse(snag("check withdraw solution.cpp --json").out);
  const std::string token = document["token"];
  const ChildOutcome again = snag("check withdraw solution.cpp --replay " + token);
  EXPECT_EQ(again.code, 1) << again.out;
  EXPECT_CONTAINS(again.out, "still wrong: lost-update");
  const ChildOutcome mended = check(account(right), "--replay " + token);
  EXPECT_EQ(mended.code, 3) << "never a pass: " << mended.out;
  EXPECT_CONTAINS(mended.out, "does not fit the program any more");
  EXPECT_EQ(snag("check withdraw solution.cpp --replay 1:ticket/broken:p1:2x:1").code, 2);
}

TEST_F(Students, have_their_failures_remembered) {
  ASSERT_EQ(snag("new withdraw mine").code, 0);
  EXPECT_EQ(snag("check withdraw mine/solution.cpp").code, 1);
  const auto failures = [&] {
    std::size_t count = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder / "mine/corpus"))
      count += entry.path().extension() == ".json" ? 1 : 0;
    return count;
  };
  EXPECT_EQ(failures(), 1U);
  const auto again = nlohmann::json::parse(snag("check withdraw mine/solution.cpp --json").out);
  EXPECT_EQ(again["remembered"], 1);
  EXPECT_EQ(again["stale"], 0);
  EXPECT_CONTAINS(again["notes"].dump(), "a failure that was remembered has happened again");
  // Mended, its steps are others: the failure tells nothing, and is no pass.
  write("mine/solution.cpp", account(right));
  const auto mended = nlohmann::json::parse(snag("check withdraw mine/solution.cpp --json").out);
  EXPECT_EQ(mended["verdict"], "right");
  EXPECT_EQ(mended["remembered"], 1);
}

TEST_F(Students, get_hints_one_by_one) {
  write("solution.cpp", account(wrong));
  const ChildOutcome second = snag("check withdraw solution.cpp --hint 2");
  EXPECT_CONTAINS(second.out, "From the lesson, hint 2 of 3");
  EXPECT_CONTAINS(second.out, "(another hint: --hint 3)");
  const ChildOutcome ninth = snag("check withdraw solution.cpp --hint 9");
  EXPECT_EQ(ninth.code, 2);
  EXPECT_CONTAINS(ninth.out, "the lesson of withdraw has 3 hints");
}

TEST_F(Students, are_told_of_one_giant_lock) {
  write("page.cpp",
        "#include \"interface.h\"\n#include <mutex>\nnamespace solution {\nnamespace {\n"
        "class OnePage final : public Page {\n public:\n"
        "  int read() override { std::lock_guard giant(mutex_); return text_; }\n"
        "  void write(int text) override { std::lock_guard giant(mutex_); text_ = text; }\n private:\n"
        "  snag::mutex mutex_;\n  snag::shared<int> text_{1, \"text\"};\n};\n}\n"
        "std::unique_ptr<Page> make_page() { return std::make_unique<OnePage>(); }\n}\n");
  const ChildOutcome page = snag("check writer-starved page.cpp --time 60");
  EXPECT_EQ(page.code, 0) << page.out;
  EXPECT_CONTAINS(page.out, "writer-starved: right, but serialised\n");
  EXPECT_CONTAINS(page.out, "1.00 of its 4 threads could run at the same time, on average (before: 2.");
  write("settings.cpp",
        "#include \"interface.h\"\n#include <mutex>\nnamespace solution {\nnamespace {\n"
        "class Locked final : public Configuration {\n public:\n"
        "  explicit Locked(Settings first) : number_{first.number}, port_{first.port} {}\n"
        "  void change(Settings settings) override {\n    std::lock_guard giant(mutex_);\n"
        "    number_ = settings.number;\n    port_ = settings.port;\n  }\n"
        "  Settings current() override { std::lock_guard giant(mutex_); return {number_, port_}; }\n private:\n"
        "  snag::mutex mutex_;\n  snag::shared<int> number_, port_;\n};\n}\n"
        "std::unique_ptr<Configuration> make_configuration(Settings first) {\n"
        "  return std::make_unique<Locked>(first);\n}\n}\n");
  const auto settings = nlohmann::json::parse(snag("check snapshot settings.cpp --time 60 --json").out);
  EXPECT_EQ(settings["verdict"], "serialised");
  EXPECT_EQ(settings["concurrency"]["solution"], 1.0);
  EXPECT_GT(settings["concurrency"]["references"][0]["parallelism"], 2);
}

// ---- check: what does not compile ----------------------------------------------------------------------------

TEST_F(Students, see_compile_errors_in_their_own_lines_only) {
  const ChildOutcome checked =
      check(account("    std::lock_gard guard(mutex_);\n    std::vector<Mine> all;\n"
                    "    all.emplace_back(amount, amount);\n    return false;"));
  EXPECT_EQ(checked.code, 1) << checked.out;
  EXPECT_CONTAINS(checked.out, "withdraw: still wrong: it does not compile");
  EXPECT_CONTAINS(checked.out, "solution.cpp:17:");
  EXPECT_CONTAINS(checked.out, "std::lock_gard guard(mutex_);");
  EXPECT_CONTAINS(checked.out, "all.emplace_back(amount, amount);") << "where the library was called";
  EXPECT_EQ(checked.out.find("/include/c++/"), std::string::npos) << checked.out;
  EXPECT_EQ(checked.out.find("snag-check-"), std::string::npos) << "no temporary names: " << checked.out;
  EXPECT_EQ(checked.out.find("From the lesson"), std::string::npos) << "no hint before it compiles: " << checked.out;
  const auto document = nlohmann::json::parse(snag("check withdraw solution.cpp --json").out);
  EXPECT_EQ(document["finding"], "compile-error");
  EXPECT_EQ(document["diagnostics"]["own"][0]["line"], 17);
}

TEST_F(Students, cannot_change_the_types) {
  const std::string solution = account(right);
  const auto line = std::ranges::count(solution, '\n') + 1;
  EXPECT_CONTAINS(check(solution + "namespace solution { class Account { int other; }; }\n").out,
                  "solution.cpp:" + std::to_string(line) + ":28: error: redefinition of ");
  // An interface of their own is not used, and they are told so.
  write("interface.h", "#error not this one\n");
  const ChildOutcome checked = check(account(right));
  EXPECT_EQ(checked.code, 0) << checked.out;
  EXPECT_CONTAINS(checked.out, "note: interface.h differs from the scenario's own");
}

TEST_F(Students, are_told_what_is_missing_and_what_is_there_twice) {
  const ChildOutcome missing = check("");
  EXPECT_EQ(missing.code, 1);
  EXPECT_CONTAINS(missing.out, "The solution does not define solution::make_account(int)");
  const ChildOutcome twice = check(account(right) + "namespace solution { void scenario() {} }\n");
  EXPECT_EQ(twice.code, 1);
  EXPECT_CONTAINS(twice.out, "The solution defines solution::scenario(), which the scenario's driver defines already");
}

// ---- check: what is worse than wrong -------------------------------------------------------------------------

TEST_F(Students, may_loop_for_ever) {
  const ChildOutcome checked = check(
      account("    std::lock_guard guard(mutex_);\n    volatile unsigned i = 0;\n    while (amount > 0) i = i + 1;\n"
              "    return false;"));
  EXPECT_EQ(checked.code, 1) << checked.out;
  EXPECT_CONTAINS(checked.out, "still wrong: endless-loop");
  EXPECT_CONTAINS(checked.out, "computes for 2 s and reaches no scheduling point");
  EXPECT_CONTAINS(checked.out, "solution.cpp:19 in withdraw");
}

TEST_F(Students, may_crash) {
  const ChildOutcome null =
      check(account("    std::lock_guard guard(mutex_);\n"  // not null, which sanitizers would catch first
                    "    auto* volatile p = reinterpret_cast<volatile int*>(0x8000UL);\n"
                    "    *p = amount;\n    return false;"));
  EXPECT_EQ(null.code, 1) << null.out;
  EXPECT_CONTAINS(null.out, "still wrong: crash");
  EXPECT_CONTAINS(null.out, "solution.cpp:19 in withdraw");
  EXPECT_CONTAINS(null.out, "--replay 1:withdraw/solution:");
  const ChildOutcome aborts = check(account("    mutex_.lock();\n    std::abort();"));
  EXPECT_EQ(aborts.code, 1);
  EXPECT_CONTAINS(aborts.out, "crashed (abort");
}

TEST_F(Students, may_use_up_the_stack) {
  const ChildOutcome checked =
      check(account("    std::lock_guard guard(mutex_);\n    return dig(amount) > 0;", right_members,
                    "int dig(int n) {\n  volatile char room[1000];\n"
                    "  room[0] = static_cast<char>(n);\n  return dig(n + 1) + room[0];\n}\n"));
  EXPECT_EQ(checked.code, 1);
  EXPECT_CONTAINS(checked.out, "still wrong: stack-overflow");
}

TEST_F(Students, may_end_the_process) {
  for (const std::string call : {"exit", "_Exit", "quick_exit"}) {
    const ChildOutcome checked = check(account("    mutex_.lock();\n    std::" + call + "(0);"));
    EXPECT_EQ(checked.code, 1) << call;
    EXPECT_CONTAINS(checked.out, "ended the process with " + call + "()");
  }
  const ChildOutcome loading = check(account(right, right_members, "struct Bye { Bye() { std::exit(0); } } bye;\n"));
  EXPECT_EQ(loading.code, 1);
  EXPECT_CONTAINS(loading.out, "while its global objects were made: it ended itself with exit code 0");
}

TEST_F(Students, may_use_up_the_memory) {
  if constexpr (!sanitized) {
    const ChildOutcome checked =
        check(account("    std::lock_guard guard(mutex_);\n    std::vector<int> all;\n"
                      "    while (amount > 0) all.push_back(amount);\n    return false;"));
    EXPECT_EQ(checked.code, 1);
    EXPECT_CONTAINS(checked.out, "still wrong: out-of-memory");
    EXPECT_CONTAINS(checked.out, "solution.cpp:19 in withdraw");
  }
}

TEST_F(Students, may_use_what_snag_does_not_control) {
  const auto refused = [&](const std::string& withdraw, const std::string& members, const std::string& message) {
    const ChildOutcome checked = check(account(withdraw, members));
    EXPECT_EQ(checked.code, 1) << checked.out;
    EXPECT_CONTAINS(checked.out, "still wrong: not-controlled");
    EXPECT_CONTAINS(checked.out, message);
  };
  refused("    std::thread helper([&] { balance_ -= amount; });\n    helper.join();\n    return true;", right_members,
          "starts a real thread");
  refused(right, "  std::mutex mutex_;\n  snag::shared<int> balance_;", "locks a real std::mutex");
  refused("    std::this_thread::sleep_for(std::chrono::milliseconds(1));\n    return balance_ >= amount;",
          right_members, "really sleeps");
}

TEST_F(Students, are_not_right_when_nothing_was_tested) {
  const ChildOutcome checked = check(account(wrong, "  int balance_;", "using namespace snag;\n"));
  EXPECT_EQ(checked.code, 1) << checked.out;
  EXPECT_CONTAINS(checked.out, "withdraw: not right yet: nothing was tested");
  EXPECT_CONTAINS(checked.out, "2 of its 2 threads never reached a scheduling point");
  const ChildOutcome partly = check(account(right, "  snag::mutex mutex_;\n  int balance_;"));
  EXPECT_EQ(partly.code, 0) << partly.out;
  EXPECT_CONTAINS(partly.out, "whether plain variables are used safely was not tested");
  write("recorder.cpp",
        "#include \"interface.h\"\nnamespace solution {\nnamespace {\n"
        "struct Lazy final : Recorder {\n  void start() override {}\n  int stop() override { return 1; }\n};\n}\n"
        "std::unique_ptr<Recorder> make_recorder() { return std::make_unique<Lazy>(); }\n}\n");
  const ChildOutcome idle = snag("check join-under-lock recorder.cpp");
  EXPECT_EQ(idle.code, 1) << idle.out;
  EXPECT_CONTAINS(idle.out, "it never started a thread");
}

TEST_F(Students, may_catch_everything) {
  const ChildOutcome checked =
      check(account("    for (;;) {\n      try {\n        if (balance_ < amount) return false;\n"
                    "        balance_ -= amount;\n        return true;\n      } catch (...) {\n      }\n    }"));
  EXPECT_EQ(checked.code, 1);
  EXPECT_CONTAINS(checked.out, "still wrong: lost-update");
}

TEST_F(Students, may_keep_state_where_it_survives) {
  const ChildOutcome global = check(account("    std::lock_guard guard(lock);\n    return balance_ >= amount;",
                                            right_members, "snag::mutex lock;\n"));
  EXPECT_EQ(global.code, 1);
  EXPECT_CONTAINS(global.out, "still wrong: global-object");
  const ChildOutcome counted = check(
      account("    static int calls = 0;\n    std::lock_guard guard(mutex_);\n    if (++calls % 3 == 0) balance_ = "
              "balance_.read();\n    if (balance_ < amount) return false;\n    balance_ -= amount;\n    return true;"));
  EXPECT_EQ(counted.code, 1);
  EXPECT_CONTAINS(counted.out, "still wrong: not-deterministic");
}

TEST_F(Students, see_what_they_print_in_the_failing_execution) {
  const ChildOutcome failing =
      check(account(std::string("    std::cout << \"taking \" << amount << '\\n';\n") + wrong));
  EXPECT_EQ(failing.code, 1);
  EXPECT_CONTAINS(failing.out, "What it printed\n  taking 60\n  taking 60\n");
  const auto passing =
      check(account(std::string("    std::cout << \"taking \" << amount << '\\n';\n") + right), "--json");
  EXPECT_EQ(passing.code, 0);
  EXPECT_EQ(nlohmann::json::parse(passing.out)["verdict"], "right") << "one document, whatever it prints";
}

// ---- Mistakes, and what is left behind -----------------------------------------------------------------------

TEST_F(Students, are_told_of_mistakes_in_the_command) {
  write("solution.cpp", account(right));
  fs::create_directory(folder / "mine");
  const std::vector<std::pair<std::string, std::string>> mistakes = {
      {"check withdrow solution.cpp", "did you mean withdraw?"},
      {"check withdraw nothing.cpp", "there is no file nothing.cpp"},
      {"check withdraw mine", "mine is a folder: name the file, for example mine/solution.cpp"},
      {"check withdraw solution.cpp --executions 0", "at least 1"},
      {"check withdraw solution.cpp --compiler no-such-compiler", "cannot run no-such-compiler"},
      {"check withdraw solution.cpp --hint none", "--hint wants"},
  };
  for (const auto& [arguments, message] : mistakes) {
    const ChildOutcome outcome = snag(arguments);
    EXPECT_EQ(outcome.code, 2) << arguments << outcome.out;
    EXPECT_CONTAINS(outcome.out, message);
  }
}

TEST_F(Students, leave_no_temporary_folder_behind) {
  fs::create_directory(folder / "tmp");
  write("solution.cpp", account("    std::lock_guard guard(mutex_);\n    volatile unsigned i = 0;\n"
                                "    while (amount > 0) i = i + 1;\n    return false;"));
  const ChildOutcome interrupted =
      shell("export TMPDIR=$PWD/tmp; " + std::string(SNAG_COMMAND) +
            " check withdraw solution.cpp & pid=$!; until [ -e tmp/snag-check-*/solution.so ]; do :; done; "
            "kill -INT $pid; wait $pid");
  EXPECT_EQ(interrupted.code, 130) << interrupted.out;
  EXPECT_TRUE(fs::is_empty(folder / "tmp"));
  const ChildOutcome checked = shell("TMPDIR=$PWD/tmp " + std::string(SNAG_COMMAND) + " check withdraw solution.cpp");
  EXPECT_EQ(checked.code, 1) << checked.out;
  EXPECT_TRUE(fs::is_empty(folder / "tmp"));
}

TEST_F(Students, may_give_the_file_any_name_and_place) {
  fs::create_directories(folder / "my work/it's");
  write("my work/it's/the \"fix\".cpp", account(right));
  const ChildOutcome checked = snag("check withdraw \"my work/it's/the \\\"fix\\\".cpp\"");
  EXPECT_EQ(checked.code, 0) << checked.out;
}

}  // namespace
}  // namespace snag::testing
