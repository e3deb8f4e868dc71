// What the reports of unmodified programs call things, and what is said that is not controlled: small programs, written
// and built here by the drivers around both compilers, run by `snag run -- ./program`.
#include "tests/support/child.h"

#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace snag::testing {
namespace {

struct Build {
  std::string compiler;  ///< as $SNAG_CXX
  std::string flags;
};

void PrintTo(const Build& build, std::ostream* stream) { *stream << build.compiler << " " << build.flags; }

std::string name_of_build(const ::testing::TestParamInfo<Build>& build) {
  return (build.param.compiler == "g++" ? "gcc" : "clang") + ("_" + build.param.flags.substr(1));
}

class Reports : public InFolder {
 protected:
  void write(const std::string& name, const std::string& text) const { std::ofstream(folder / name) << text; }
  /// Builds the program of a file and explores it. `more`: of the compiler's command line.
  ChildOutcome explore(const Build& build, const std::string& text, const std::string& more = "",
                       const std::string& flags = "") const {
    write("program.cpp", text);
    const ChildOutcome built = shell("SNAG_CXX=" + build.compiler + " " + SNAG_COMMAND + " c++ -std=c++20 " +
                                     build.flags + " -pthread program.cpp " + more + " -o program");
    EXPECT_EQ(built.code, 0) << built.out;
    return shell("timeout 120 " SNAG_COMMAND " run --seed 1 --json result.json " + flags + " -- ./program");
  }
};

constexpr const char* local_counter = R"(
#include <thread>
int main() {
  int counter = 0;
  std::thread other([&] { ++counter; });
  ++counter;
  other.join();
  return counter - 2;
}
)";

constexpr const char* local_queue = R"(
#include <thread>
struct Queue { char name[8]; struct { int count[2]; } size; };
void add(Queue* queue, int count) { queue->size.count[1] += count; }
int main() {
  Queue queue = {};
  std::thread other(add, &queue, 1);
  add(&queue, 2);
  other.join();
  return queue.size.count[1] - 3;
}
)";

constexpr const char* crossed_locks = R"(
#include <mutex>
#include <thread>
int main() {
  std::mutex left, right;
  std::thread other([&] { std::lock_guard first(right); std::lock_guard second(left); });
  { std::lock_guard first(left); std::lock_guard second(right); }
  other.join();
}
)";

constexpr const char* locals_of_two_threads = R"(
#include <barrier>
#include <thread>
int* owned[2];
std::barrier both(2);
void work(int number) {
  int own = 0;
  owned[number] = &own;
  both.arrive_and_wait();
  ++*owned[1 - number];
  ++own;
  both.arrive_and_wait();
}
int main() {
  std::thread one(work, 0), other(work, 1);
  one.join();
  other.join();
}
)";

constexpr const char* shared_account = R"(
#include <memory>
#include <thread>
struct Account { long id = 7; int balance = 0; };
int main() {
  auto account = std::unique_ptr<Account>(new Account);
  std::thread other([&account] { account->balance += 1; });
  account->balance += 2;
  other.join();
  return account->balance - 3;
}
)";

class NamesOfLocals : public Reports, public ::testing::WithParamInterface<Build> {};

TEST_P(NamesOfLocals, are_shown_where_threads_share_them) {
  const ChildOutcome outcome = explore(GetParam(), local_counter);
  EXPECT_EQ(outcome.code, 1);
  EXPECT_CONTAINS(outcome.out, "counter in main");
  EXPECT_CONTAINS(read("result.json"), "\"counter in main\"");
  EXPECT_LACKS(outcome.out, "variable#");
}

TEST_P(NamesOfLocals, lead_into_their_members) {
  const ChildOutcome outcome = explore(GetParam(), local_queue);
  EXPECT_EQ(outcome.code, 1);
  EXPECT_CONTAINS(outcome.out, "queue.size.count[1] in main");
  EXPECT_LACKS(outcome.out, "variable#");
}

TEST_P(NamesOfLocals, are_those_of_locks_too) {
  const ChildOutcome outcome = explore(GetParam(), crossed_locks);
  EXPECT_EQ(outcome.code, 1);
  EXPECT_CONTAINS(outcome.out, "wants left in main, held by");
  EXPECT_CONTAINS(outcome.out, "wants right in main, held by");
  EXPECT_LACKS(outcome.out, "mutex#");
}

TEST_P(NamesOfLocals, tell_threads_that_run_the_same_function_apart) {
  const ChildOutcome outcome = explore(GetParam(), locals_of_two_threads);
  EXPECT_EQ(outcome.code, 1);
  EXPECT_CONTAINS(outcome.out, "own in work of T");
}

TEST_P(NamesOfLocals, do_not_change_what_a_token_replays) {
  explore(GetParam(), local_counter);
  const ChildOutcome replayed = shell(
      SNAG_COMMAND " replay $(grep -o '\"token\": \"[^\"]*\"' result.json | head -1 | cut -d'\"' -f4) -- ./program");
  EXPECT_EQ(replayed.code, 1) << replayed.out;
  EXPECT_CONTAINS(replayed.out, "counter in main");
}

TEST_P(NamesOfLocals, give_way_to_numbers_without_debug_information) {
  const Build build = GetParam();
  const ChildOutcome outcome = explore({build.compiler, build.flags + " -g0"}, local_counter);
  EXPECT_EQ(outcome.code, 1);
  EXPECT_CONTAINS(outcome.out, "variable#");
  EXPECT_LACKS(outcome.out, "counter in main");
}

TEST_P(NamesOfLocals, of_what_lies_in_the_heap_are_its_blocks_whose_allocation_is_told) {
  const ChildOutcome outcome = explore(GetParam(), shared_account);
  EXPECT_EQ(outcome.code, 1);
  EXPECT_GT(count_of(outcome.out, "block#1 + 8") + count_of(outcome.out, "Account.balance in block#1"), 0U)
      << outcome.out;
  EXPECT_EQ(count_of(outcome.out, "block#1: 16 bytes, allocated by T0 at program.cpp:6\n"), 1U) << outcome.out;
  EXPECT_LACKS(outcome.out, "variable#");
}

constexpr const char* account_with_functions = R"(
#include <thread>
struct Account {
  long id = 7;
  int balance = 0;
  void deposit(int amount) { balance += amount; }
};
int main() {
  auto* account = new Account;
  std::thread other([=] { account->deposit(1); });
  account->deposit(2);
  other.join();
  return account->balance - 3;
}
)";

class NamesOfMembers : public Reports, public ::testing::WithParamInterface<Build> {};

TEST_P(NamesOfMembers, in_blocks_are_told_where_a_pointer_leads_to_them) {
  const ChildOutcome outcome = explore(GetParam(), account_with_functions);
  EXPECT_EQ(outcome.code, 1);
  EXPECT_CONTAINS(outcome.out, "Account.balance in block#1");
  EXPECT_EQ(count_of(outcome.out, "block#1: 16 bytes, allocated by T0 at program.cpp:9\n"), 1U) << outcome.out;
}

INSTANTIATE_TEST_SUITE_P(With, NamesOfMembers, ::testing::Values(Build{"g++", "-O0"}, Build{"clang++-14", "-O0"}),
                         name_of_build);

// Clang tells no place of most variables once it optimises.
INSTANTIATE_TEST_SUITE_P(With, NamesOfLocals,
                         ::testing::Values(Build{"g++", "-O0"}, Build{"g++", "-O1"}, Build{"g++", "-O2"},
                                           Build{"clang++-14", "-O0"}),
                         name_of_build);

constexpr const char* spin_lock_by_hand = R"(
#include <thread>
int word;
int data;
static inline int exchange(int* at, int value) {
  asm volatile("xchgl %0, %1" : "+r"(value), "+m"(*at) : : "memory");
  return value;
}
static void add() {
  while (exchange(&word, 1) != 0) std::this_thread::yield();
  ++data;
  exchange(&word, 0);
}
int main() {
  std::thread other(add);
  other.join();
  add();
}
)";

constexpr const char* calls_a_helper = R"(
#include <thread>
extern "C" int add_one(int* at);
int count;
int main() {
  std::thread other([] { add_one(&count); });
  other.join();
}
)";

constexpr const char* helper = R"(
int add_one(int *at) { __asm__ volatile("lock; addl $1, %0" : "+m"(*at) : : "memory"); return *at; }
)";

class InlineAssembly : public Reports, public ::testing::WithParamInterface<Build> {};

TEST_P(InlineAssembly, is_said_once_with_its_place) {
  const ChildOutcome outcome = explore(GetParam(), spin_lock_by_hand);
  EXPECT_EQ(count_of(outcome.out, "inline assembly is not controlled"), 1U) << outcome.out;
  EXPECT_CONTAINS(outcome.out, "program.cpp:6 (xchg)");
}

TEST_P(InlineAssembly, is_noticed_in_files_of_nothing_else) {
  if (GetParam().compiler != "g++") return;  // GCC alone tells how such a file was compiled
  write("helper.c", helper);
  ASSERT_EQ(shell(SNAG_COMMAND " cc -O1 -c helper.c").code, 0);
  EXPECT_CONTAINS(explore(GetParam(), calls_a_helper, "helper.o").out, "helper.c:2 (lock add)");
}

TEST_P(InlineAssembly, of_code_that_is_not_instrumented_is_not_said) {
  write("helper.c", helper);
  ASSERT_EQ(shell("cc -g -O1 -c helper.c").code, 0);
  const ChildOutcome outcome = explore(GetParam(), calls_a_helper, "helper.o");
  EXPECT_EQ(outcome.code, 0) << outcome.out;
  EXPECT_LACKS(outcome.out, "assembly");
}

TEST_P(InlineAssembly, is_nothing_that_atomics_are_taken_for) {
  const ChildOutcome outcome = explore(GetParam(), R"(
#include <atomic>
#include <thread>
std::atomic<int> count;
std::atomic<bool> flag;
int main() {
  std::thread other([] { count.fetch_add(1); flag.exchange(true); __atomic_thread_fence(__ATOMIC_SEQ_CST); });
  int expected = 0;
  count.compare_exchange_strong(expected, 1);
  if ((count.fetch_or(8) & 8) != 0) return 1;
  other.join();
}
)",
                                       "-Wno-tsan");
  EXPECT_EQ(outcome.code, 0) << outcome.out;
  EXPECT_LACKS(outcome.out, "assembly");
}

INSTANTIATE_TEST_SUITE_P(With, InlineAssembly,
                         ::testing::Values(Build{"g++", "-O0"}, Build{"g++", "-O2"}, Build{"clang++-14", "-O0"},
                                           Build{"clang++-14", "-O2"}),
                         name_of_build);

// Two findings, and what is reported of the first waits in no buffer when the program is run for the second.
TEST_F(Reports, keep_what_the_program_printed_apart_from_what_they_print) {
  const ChildOutcome outcome = explore({"g++", "-O1"}, R"(
#include <cstdio>
#include <thread>
int first, second;
int main() {
  std::thread other([] { ++first; ++second; });
  ++first;
  ++second;
  other.join();
  std::printf("<%d %d>\n", first, second);
}
)",
                                       "", "--all");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_GE(count_of(outcome.out, "What the program printed"), 2U) << outcome.out;
  EXPECT_EQ(count_of(outcome.out, "  What happened"), 0U) << outcome.out;  // indented: as the program's
}

}  // namespace
}  // namespace snag::testing
