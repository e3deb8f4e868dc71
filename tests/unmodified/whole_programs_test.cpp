// The command on whole programs, each built here by the driver: what suppressions keep from being told, tests of
// GoogleTest, each explored by itself, and programs that crash.
#include "tests/support/child.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <regex>
#include <set>
#include <string>
#include <tuple>

#include <unistd.h>

namespace snag::testing {
namespace {

constexpr const char* accounts = R"(
#include "third_party/stale.h"
#include <mutex>
#include <thread>

struct Account {
  std::mutex mutex;
  int balance = 100;

  void withdraw(int amount) {
    int left;
    {
      std::lock_guard lock(mutex);
      left = balance - amount;
    }
    std::lock_guard lock(mutex);
    balance = left;
  }
} account;

int main() {
  std::thread other([] {
    account.withdraw(30);
    note_hit();
  });
  account.withdraw(20);
  note_hit();
  other.join();
}
)";

constexpr const char* stale = "inline int hits;\ninline void note_hit() { ++hits; }\n";

constexpr const char* tests = R"(
#include <gtest/gtest.h>
#include <atomic>
#include <thread>

namespace {
int plain;
std::atomic<int> atomic;

TEST(Counter, Plain) {
  std::thread other([] { ++plain; });
  ++plain;
  other.join();
}
TEST(Counter, Atomic) {
  std::thread other([] { ++atomic; });
  ++atomic;
  other.join();
  EXPECT_EQ(atomic, 2);
}
TEST(Counter, DISABLED_Unfinished) { FAIL(); }

class Sizes : public ::testing::TestWithParam<int> {};
TEST_P(Sizes, Fit) { EXPECT_LT(GetParam(), 3); }
INSTANTIATE_TEST_SUITE_P(Some, Sizes, ::testing::Values(1, 3));
}
)";

class WholePrograms : public InFolder {
 protected:
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((folder / name).parent_path());
    std::ofstream(folder / name) << text;
  }
  void build(const std::string& name, const std::string& text, const std::string& flags = "-O1") const {
    write(name + ".cpp", text);
    const ChildOutcome built = shell(SNAG_COMPILER " " SNAG_COMMAND " c++ -std=c++20 -g " + flags + " " + name +
                                     ".cpp -o " + name + " -lgtest -lgtest_main -pthread");
    ASSERT_EQ(built.code, 0) << built.out;
  }
  ChildOutcome snag(const std::string& arguments) const { return shell("timeout 120 " SNAG_COMMAND " " + arguments); }
  nlohmann::json json() const { return nlohmann::json::parse(read("result.json")); }
  static std::string token_of(const std::string& report) {
    std::smatch match;
    return std::regex_search(report, match, std::regex(R"(replay (1:\S+))")) ? match[1].str() : "";
  }
};

class Suppressions : public WholePrograms {
 protected:
  void SetUp() override {
    WholePrograms::SetUp();
    write("third_party/stale.h", stale);
  }
};

TEST_F(Suppressions, of_a_whole_program_are_told_by_variable_function_and_file) {
  for (const char* const optimised : {"-O0", "-O1"}) {
    build("accounts", accounts, optimised);
    write("known.supp", "# of others\n*:third_party/*\n\n*:account.balance\ndata-race:no_such_variable\n");
    const ChildOutcome outcome = snag("run --suppressions known.supp --json result.json -- ./accounts");
    EXPECT_EQ(outcome.code, 0) << outcome.out;
    EXPECT_CONTAINS(outcome.out, "known.supp:2 (*:third_party/*)");
    EXPECT_CONTAINS(outcome.out, "known.supp:4 (*:account.balance)");
    EXPECT_CONTAINS(outcome.out, "note: known.supp:5 (data-race:no_such_variable) suppressed nothing");
    EXPECT_EQ(count_of(outcome.out, " findings suppressed: "), 1U) << outcome.out;
    EXPECT_TRUE(json().at("variants")[0].at("bugs").empty());
    EXPECT_GE(json().at("variants")[0].at("suppressions")[0].at("findings"), 1);
    write("known.supp", "*:Account::withdraw\n*:note_hit\n");
    EXPECT_EQ(snag("run --suppressions known.supp -- ./accounts").code, 0);
  }
}

TEST_F(Suppressions, leave_what_they_do_not_fit) {
  build("accounts", accounts);
  write("known.supp", "*:third_party/*\n");
  const ChildOutcome outcome = snag("run --all --suppressions known.supp --json result.json -- ./accounts");
  EXPECT_EQ(outcome.code, 1) << outcome.out;
  const nlohmann::json bugs = json().at("variants")[0].at("bugs");
  EXPECT_FALSE(bugs.empty());
  for (const nlohmann::json& bug : bugs) EXPECT_EQ(bug.at("objects")[0], "account.balance");
  EXPECT_CONTAINS(outcome.out, "by known.supp:1 (*:third_party/*)");
}

TEST_F(Suppressions, keep_findings_out_of_the_corpus_and_pass_those_in_it) {
  build("accounts", accounts);
  write("known.supp", "*:*\n");
  EXPECT_EQ(snag("run --suppressions known.supp --corpus corpus -- ./accounts").code, 0);
  EXPECT_TRUE(std::filesystem::is_empty(folder / "corpus"));
  EXPECT_EQ(snag("run --corpus corpus -- ./accounts").code, 1);
  EXPECT_FALSE(std::filesystem::is_empty(folder / "corpus"));
  const ChildOutcome outcome = snag("run --suppressions known.supp --corpus corpus -- ./accounts");
  EXPECT_EQ(outcome.code, 0) << outcome.out;
  EXPECT_EQ(snag("run --executions 10 --corpus corpus -- ./accounts").code, 1);
}

TEST_F(Suppressions, that_cannot_be_read_are_refused_before_anything_runs) {
  build("accounts", accounts);
  write("known.supp", "data-race:x\nlost-update account\n");
  const ChildOutcome broken = snag("run --suppressions known.supp -- ./accounts");
  EXPECT_EQ(broken.code, 2);
  EXPECT_CONTAINS(broken.out, "known.supp:2: 'lost-update account' names no checker: write checker:pattern");
  EXPECT_LACKS(broken.out, "execution");
  const ChildOutcome missing = snag("run --suppressions other.supp -- ./accounts");
  EXPECT_EQ(missing.code, 2);
  EXPECT_CONTAINS(missing.out, "cannot read the suppressions in other.supp");
}

// A thread uses what another one takes away: in one order of the two the program crashes, in as many ways.
constexpr const char* crashes = R"(
#include <atomic>
#include <condition_variable>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>

std::atomic<bool> open{true};
int* volatile nowhere;
int (*volatile nobody)();
volatile int zero;
int kept;
volatile std::uintptr_t far_away = 0x7ffe12345678;
volatile std::size_t size = 64;
char buffer[64];

int dig(int depth) {
  volatile char room[1000];
  room[0] = static_cast<char>(depth);
  if (depth == 1 << 30) return 0;
  const int deeper = dig(depth + 1);
  return deeper + room[0];
}

int call(volatile int* caller) {
  volatile int mine[300];
  mine[0] = *caller + 1;
  const int deeper = call(mine);
  return deeper + mine[0];
}

int crash(const std::string& how) {
  if (how == "write") *nowhere = 1;  // writes
  if (how == "read") return *nowhere;  // reads
  if (how == "copy") std::memcpy(buffer, nowhere, size);  // copies
  if (how == "length") return static_cast<int>(std::strlen(reinterpret_cast<char*>(nowhere)));  // measures
  if (how == "call") return nobody();  // calls
  if (how == "divide") return static_cast<int>(size) / zero;  // divides
  if (how == "raise") kept = 2, std::raise(SIGILL);  // raises
  if (how == "terminate") std::raise(SIGTERM);  // terminates
  if (how == "block") {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    *nowhere = 1;  // although all are blocked
  }
  if (how == "notify") static_cast<std::condition_variable*>(static_cast<void*>(nowhere))->notify_one();  // notifies
  if (how == "jump") return reinterpret_cast<int (*)()>(far_away)();  // jumps
  if (how == "dig") return dig(0);
  if (how == "call deeply") return call(&zero);
  return 0;
}

int main(int, char** arguments) {
  const std::string how = arguments[1];
  volatile int result = 0;
  std::thread user([&] {
    if (!open.load()) result = crash(how);
  });
  open.store(false);
  user.join();
}
)";

class Crashes : public WholePrograms {
 protected:
  void SetUp() override {
    WholePrograms::SetUp();
    build("crashes", crashes, "-O1 -Wno-nonnull");
  }
  // The line that has this comment.
  static std::string line_with(const std::string& comment) {
    const std::string text = crashes;
    const std::size_t at = text.find("// " + comment);
    return "crashes.cpp:" + std::to_string(1 + std::count(text.begin(), text.begin() + static_cast<long>(at), '\n'));
  }
};

TEST_F(Crashes, are_findings_with_the_steps_that_led_there) {
  for (const auto& [how, comment, words] : std::initializer_list<std::tuple<std::string, std::string, std::string>>{
           {"write", "writes", "segmentation fault through a null pointer"},
           {"read", "reads", "segmentation fault through a null pointer"},
           {"copy", "copies", "segmentation fault through a null pointer"},
           {"length", "measures", "segmentation fault through a null pointer"},
           {"call", "calls", "segmentation fault through a null pointer"},
           {"divide", "divides", "arithmetic fault"},
           {"jump", "jumps", "segmentation fault"},
           {"terminate", "terminates", "SIGTERM"},
           {"block", "although all are blocked", "segmentation fault through a null pointer"},
           {"notify", "notifies", "segmentation fault through a null pointer"},
           {"raise", "raises", "illegal instruction"}}) {
    const std::string arguments = " -- ./crashes " + how;
    const ChildOutcome found = snag("run --no-corpus" + arguments);
    EXPECT_EQ(found.code, 1) << found.out;
    EXPECT_CONTAINS(found.out, "crash in crashes");
    EXPECT_CONTAINS(found.out, "T1 crashed at " + line_with(comment) + ": " + words);
    EXPECT_CONTAINS(found.out, "What happened, step by step");
    EXPECT_CONTAINS(found.out, "load open: 0");
    const ChildOutcome again = snag("replay " + token_of(found.out) + arguments);
    EXPECT_EQ(again.code, 1) << again.out;
    EXPECT_CONTAINS(again.out, "T1 crashed at " + line_with(comment) + ": " + words);
  }
}

// In the program's own code, and in the runtime, which the program calls with the last of its stack.
TEST_F(Crashes, of_a_stack_that_is_used_up_say_so) {
  for (const std::string how : {"dig", "'call deeply'"}) {
    const ChildOutcome found = snag("run --no-corpus --stack-size 512K -- ./crashes " + how);
    EXPECT_EQ(found.code, 1) << found.out;
    EXPECT_CONTAINS(found.out, "stack-overflow in crashes");
    EXPECT_CONTAINS(found.out, "T1 used up its stack at crashes.cpp:");
    EXPECT_CONTAINS(found.out, "What happened, step by step");
    EXPECT_CONTAINS(found.out, "--stack-size");
  }
}

TEST_F(Crashes, come_after_what_the_thread_wrote_just_before) {
  snag("run --corpus corpus -- ./crashes raise");
  std::string remembered;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder / "corpus"))
    if (entry.is_regular_file()) remembered = read(std::filesystem::relative(entry.path(), folder).string());
  EXPECT_CONTAINS(remembered, "write kept");
}

TEST_F(Crashes, do_not_end_the_search_for_others) {
  const ChildOutcome all =
      snag("run --no-corpus --all --strategy random --executions 50 --json result.json -- ./crashes write");
  EXPECT_EQ(all.code, 1) << all.out;
  EXPECT_EQ(json().at("variants")[0].at("executions"), 50);
  EXPECT_EQ(json().at("variants")[0].at("bugs").size(), 1U) << all.out;
}

TEST_F(Crashes, are_remembered_with_their_steps_and_told_again) {
  EXPECT_EQ(snag("run --corpus corpus -- ./crashes write").code, 1);
  const ChildOutcome again = snag("run --executions 1 --corpus corpus -- ./crashes write");
  EXPECT_EQ(again.code, 1) << again.out;
  EXPECT_CONTAINS(again.out, "remembered in corpus");
  EXPECT_CONTAINS(again.out, "T1 crashed at " + line_with("writes"));
  EXPECT_CONTAINS(again.out, "What happened, step by step");
}

class GoogleTests : public WholePrograms {
 protected:
  void SetUp() override {
    WholePrograms::SetUp();
    build("tests", tests);
  }
};

TEST_F(GoogleTests, are_explored_each_by_itself) {
  const ChildOutcome outcome =
      snag("run --executions 300 --json result.json --junit result.xml -- ./tests --gtest_filter='Counter.*:*Fit*'");
  EXPECT_EQ(outcome.code, 1) << outcome.out;
  const nlohmann::json variants = json().at("variants");
  ASSERT_EQ(variants.size(), 4U) << outcome.out;
  EXPECT_EQ(variants[0].at("name"), "Counter.Plain");
  EXPECT_EQ(variants[0].at("bugs").size(), 1U) << outcome.out;
  EXPECT_EQ(variants[0].at("bugs")[0].at("objects")[0], "plain");
  EXPECT_EQ(variants[1].at("name"), "Counter.Atomic");
  EXPECT_TRUE(variants[1].at("bugs").empty()) << outcome.out;
  EXPECT_EQ(variants[2].at("name"), "Some/Sizes.Fit/0");
  EXPECT_TRUE(variants[2].at("bugs").empty()) << outcome.out;
  EXPECT_EQ(variants[3].at("bugs")[0].at("finding"), "exit") << outcome.out;
  EXPECT_CONTAINS(outcome.out, "4 tests in ");
  EXPECT_CONTAINS(outcome.out, "2 without a finding, 2 failed");
  const std::string junit = read("result.xml");
  EXPECT_CONTAINS(junit, R"(tests="4" failures="2")");
  EXPECT_CONTAINS(junit, R"(classname="Some/Sizes" name="Fit/1")");
}

TEST_F(GoogleTests, without_findings_pass) {
  const ChildOutcome outcome = snag("run --executions 50 -- ./tests --gtest_filter=Counter.Atomic");
  EXPECT_EQ(outcome.code, 0) << outcome.out;
  EXPECT_CONTAINS(outcome.out, "1 test in ");
}

TEST_F(GoogleTests, are_replayed_by_their_token_without_the_filter) {
  const ChildOutcome found = snag("run --executions 300 -- ./tests --gtest_filter=*Plain");
  ASSERT_EQ(found.code, 1) << found.out;
  const std::string token = token_of(found.out);
  EXPECT_CONTAINS(token, "1:Counter.Plain:");
  EXPECT_CONTAINS(found.out, "replay " + token + " -- ./tests\n");
  for (const char* const filter : {"", " --gtest_filter=Some/*"}) {
    const ChildOutcome replayed = snag("replay " + token + " -- ./tests" + filter);
    EXPECT_EQ(replayed.code, 1) << replayed.out;
    EXPECT_CONTAINS(replayed.out, "in Counter.Plain");
  }
  const ChildOutcome other = snag("replay 1:Counter.Plan:" + token.substr(16) + " -- ./tests");
  EXPECT_EQ(other.code, 3);
  EXPECT_CONTAINS(other.out, "it has no scenario 'Counter.Plan'; did you mean Counter.Plain?");
}

TEST_F(GoogleTests, that_are_disabled_run_if_asked_for) {
  const ChildOutcome outcome =
      snag("run --executions 10 -- ./tests --gtest_filter=*Unfinished --gtest_also_run_disabled_tests");
  EXPECT_EQ(outcome.code, 1) << outcome.out;
  EXPECT_CONTAINS(outcome.out, "exit in Counter.DISABLED_Unfinished");
  const ChildOutcome none = snag("run -- ./tests --gtest_filter=*Unfinished");
  EXPECT_EQ(none.code, 3) << none.out;
  EXPECT_CONTAINS(none.out, "fits --gtest_filter=*Unfinished");
}

TEST_F(GoogleTests, may_be_run_together) {
  const ChildOutcome outcome = snag("run --together --executions 300 -- ./tests --gtest_filter=Counter.*");
  EXPECT_EQ(outcome.code, 1) << outcome.out;
  const std::string token = token_of(outcome.out);
  EXPECT_CONTAINS(token, "1:tests:");
  EXPECT_CONTAINS(outcome.out, "'--gtest_filter=Counter.*'");
  EXPECT_EQ(snag("replay " + token + " -- ./tests '--gtest_filter=Counter.*'").code, 1);
}

constexpr const char* large_buffers = R"(
#include <cstdlib>
#include <cstring>
#include <thread>

int shared;
std::size_t volatile size = 32 << 20;

int main() {
  std::thread other([] { ++shared; });
  for (int i = 0; i < 4; ++i) {
    void* const buffer = std::malloc(size);
    std::memset(buffer, i, size);
    std::free(buffer);
  }
  ++shared;
  other.join();
}
)";

// Of millions of accesses that come one after another some are told.
TEST_F(WholePrograms, may_use_large_buffers) {
  build("large_buffers", large_buffers);
  const ChildOutcome found = snag("run --no-corpus --strategy random --memory 1G -- ./large_buffers");
  EXPECT_EQ(found.code, 1) << found.out;
  EXPECT_CONTAINS(found.out, " in large_buffers  (execution ");
  EXPECT_CONTAINS(found.out, "shared");
}

// It copies strings that were given to it, in pieces that depend on where they lie.
constexpr const char* reads_arguments = R"(
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>

int shared;
extern char** environ;

int main(int count, char** arguments) {
  const std::string word = arguments[count - 1];
  const std::string variable = std::getenv("MINE");
  bool behind_each_other = true;
  for (int i = 2; i < count; ++i)
    if (arguments[i] != arguments[i - 1] + std::strlen(arguments[i - 1]) + 1) behind_each_other = false;
  if (!behind_each_other || arguments[count] != nullptr || word.size() + variable.size() != 14) return 2;
  if (setenv("MINE", "another", 1) != 0 || std::string(std::getenv("MINE")) != "another") return 3;
  std::thread other([] { ++shared; });
  ++shared;
  other.join();
  return 0;
}
)";

TEST_F(WholePrograms, do_the_same_whatever_else_is_in_their_environment) {
  build("reads_arguments", reads_arguments);
  std::set<std::string> tokens;
  std::string out;
  for (const std::string before : {"", "x", "xx", "xxxxxxxx", "xxxxxxxxxxxxxxxxxxxxxxxxx"}) {
    const std::string path = before.empty() ? "./" : "../" + folder.filename().string() + "/";
    const ChildOutcome found =
        shell("BEFORE=" + before + " MINE=variable timeout 120 " SNAG_COMMAND " run --no-corpus -- " + path +
              "reads_arguments y strong");
    EXPECT_CONTAINS(found.out, "shared");
    tokens.insert(token_of(found.out));
    out += found.out;
  }
  EXPECT_EQ(tokens.size(), 1U) << out;
  const ChildOutcome again = shell("BEFORE=other MINE=variable timeout 120 " SNAG_COMMAND " replay " + *tokens.begin() +
                                   " -- ./reads_arguments y strong");
  EXPECT_EQ(again.code, 1) << again.out;
  EXPECT_LACKS(again.out, "note:");
}

// The C library's list of such functions grows with the thirty-third of the process, snag's own among them: at another
// one in each execution.
TEST_F(WholePrograms, may_leave_much_to_do_at_exit) {
  build("leaver", R"(
#include <cstdlib>
#include <mutex>
#include <thread>
std::mutex mutex;
int done;
void leave() {
  for (int i = 0; i < 40; ++i) {
    std::lock_guard lock(mutex);
    std::atexit([] { ++done; });
  }
}
int main() {
  std::thread other(leave);
  leave();
  other.join();
}
)");
  const ChildOutcome outcome = snag("run --check-determinism --executions 40 -- ./leaver");
  EXPECT_EQ(outcome.code, 0) << outcome.out;
  EXPECT_LACKS(outcome.out, "data-race");
}

TEST_F(WholePrograms, have_names_for_what_lies_in_their_libraries) {
  build("libcounter.so", R"(
#include <mutex>
struct Counter { int misses = 0; int hits = 0; } counter;
std::mutex guard;
void hit() {
  { std::lock_guard lock(guard); }
  ++counter.hits;
}
)",
        "-O1 -shared -fPIC");
  build("hitter", R"(
#include <thread>
void hit();
int main() {
  std::thread other(hit);
  hit();
  other.join();
}
)",
        "-O1 -L. -Wl,--no-as-needed -lcounter -Wl,-rpath,.");
  const ChildOutcome outcome = snag("run --all --executions 200 -- ./hitter");
  EXPECT_EQ(outcome.code, 1) << outcome.out;
  EXPECT_CONTAINS(outcome.out, "overwrote counter.hits = 1");
  EXPECT_CONTAINS(outcome.out, "lock guard");
}

// A report is made in another execution than the one that found the bug, by when snag has opened files of its own.
TEST_F(WholePrograms, get_the_same_descriptors_in_each_execution) {
  build("opener", R"(
#include <fcntl.h>
#include <thread>
int hits;
int main() {
  const int file = open("/dev/null", O_RDONLY);
  std::thread other([] { ++hits; });
  ++hits;
  other.join();
  return file;
}
)");
  for (const char* const jobs : {"0", "1"}) {
    const ChildOutcome outcome =
        snag("run --all --strategy random --executions 50 --jobs " + std::string(jobs) + " -- ./opener");
    EXPECT_EQ(outcome.code, 1) << outcome.out;
    std::set<std::string> codes;
    const std::regex words("its exit code is [0-9]+");
    for (std::sregex_iterator at(outcome.out.begin(), outcome.out.end(), words), end; at != end; ++at)
      codes.insert(at->str());
    EXPECT_EQ(codes.size(), 1U) << outcome.out;
  }
}

// What was written comes from nothing that was read; it is an address on a stack, and must be the same when the two
// threads are run one after the other to see that.
TEST_F(WholePrograms, may_leave_addresses_on_their_stacks_to_others) {
  build("latest", R"(
#include <mutex>
#include <thread>
std::mutex mutex;
int* latest;
int seen;
void leave() {
  int own = 1;
  {
    std::lock_guard lock(mutex);
    if (latest != nullptr) ++seen;
  }
  std::lock_guard lock(mutex);
  latest = &own;
}
int main() {
  std::thread one(leave), other(leave);
  one.join();
  other.join();
}
)");
  const ChildOutcome outcome = snag("run --points all --strategy random --executions 300 -- ./latest");
  EXPECT_EQ(outcome.code, 0) << outcome.out;
}

// The child answers only when another thread has written to it: who waits for its end must let that one go on.
TEST_F(WholePrograms, may_wait_for_children) {
  for (const char* const end : {"std::exit(3)", "return 3", "_exit(3)", "std::quick_exit(3)"}) {
    build("parent", std::string(R"(
#include <cstdlib>
#include <thread>
#include <sys/wait.h>
#include <unistd.h>
struct Counted { ~Counted() { ++count; } int count = 0; } counted;
int main() {
  int* const kept = new int(1);
  int there[2], back[2];
  if (pipe(there) != 0 || pipe(back) != 0) return 9;
  const pid_t child = fork();
  if (child == 0) {
    char byte = 0;
    close(there[1]);
    delete kept;  // the parent's stays
    for (int i = 0; i < 1000; ++i) std::free(std::realloc(std::malloc(10), 1000));
    while (read(there[0], &byte, 1) == 1 && byte != 'x') {}
    if (write(back[1], "y", 1) != 1) std::abort();
    )") + end + R"(;
  }
  close(there[0]);
  close(back[1]);
  std::thread other([&] {
    if (write(there[1], "aax", 3) != 3) std::abort();
    close(there[1]);
  });
  int status = 0;
  const bool ended = waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 3;
  char byte = 0;
  const bool answered = read(back[0], &byte, 1) == 1 && byte == 'y';
  other.join();
  const bool is_left = *kept == 1;
  delete kept;
  return ended && answered && is_left ? 0 : 1;
}
)");
    for (const char* const strategy : {"random", "dpor"}) {
      const ChildOutcome outcome =
          snag("run --check-determinism --executions 100 --strategy " + std::string(strategy) + " -- ./parent");
      EXPECT_EQ(outcome.code, 0) << end << ", " << strategy << "\n" << outcome.out;
      EXPECT_CONTAINS(outcome.out, "note: the program makes a process");
    }
  }
}

TEST_F(WholePrograms, may_start_others) {
  build("starter", R"(
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <string>
#include <thread>
int main() {
  int back[2];
  if (pipe(back) != 0) return 9;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, back[1], 1);
  char name[] = "sh", flag[] = "-c", what[] = "echo started; exit 4";
  char* const arguments[] = {name, flag, what, nullptr};
  pid_t child = 0;
  if (posix_spawnp(&child, name, &actions, nullptr, arguments, environ) != 0) return 8;
  close(back[1]);
  std::string text;
  std::thread reader([&] {
    char bytes[64];
    for (ssize_t count; (count = read(back[0], bytes, sizeof bytes)) > 0;) text.append(bytes, count);
  });
  int status = 0;
  while (wait(&status) != child) {}
  reader.join();
  return text == "started\n" && WIFEXITED(status) && WEXITSTATUS(status) == 4 ? 0 : 1;
}
)");
  const ChildOutcome outcome = snag("run --check-determinism --strategy random --executions 50 -- ./starter");
  EXPECT_EQ(outcome.code, 0) << outcome.out;
  EXPECT_CONTAINS(outcome.out, "note: the program makes a process");
}

// Each execution ends while its child sleeps; the next one must not find it. The children go by a name of this test's.
TEST_F(WholePrograms, leave_no_children_behind) {
  build("leaver", R"(
#include <string>
#include <sys/prctl.h>
#include <thread>
#include <unistd.h>
int main(int, char** arguments) {
  if (fork() == 0) {
    prctl(PR_SET_NAME, arguments[1]);
    for (;;) sleep(1000);
  }
  std::thread([] {}).join();
}
)");
  const std::string name = "left-" + std::to_string(getpid());
  const ChildOutcome outcome = snag("run --strategy random --executions 20 -- ./leaver " + name);
  EXPECT_EQ(outcome.code, 0) << outcome.out;
  const ChildOutcome left = shell("for try in $(seq 100); do grep --quiet --no-messages --line-regexp " + name +
                                  " /proc/[0-9]*/comm || exit 0; sleep 0.1; done; exit 1");
  EXPECT_EQ(left.code, 0) << left.out;
}

TEST_F(WholePrograms, that_do_not_list_their_tests_are_refused_with_the_mend) {
  build("own", R"(
#include <gtest/gtest.h>
TEST(Some, Test) {}
int main() {
  ::testing::InitGoogleTest();
  return RUN_ALL_TESTS();
}
)");
  const ChildOutcome outcome = snag("run -- ./own");
  EXPECT_EQ(outcome.code, 2) << outcome.out;
  EXPECT_CONTAINS(outcome.out, "--together");
  const ChildOutcome together = snag("run --together --executions 20 -- ./own");
  EXPECT_EQ(together.code, 0) << together.out;
  const ChildOutcome typed = snag("run --together");
  EXPECT_EQ(typed.code, 2) << typed.out;
}

}  // namespace
}  // namespace snag::testing
