// The drivers as build systems call them, around both compilers: an installation with a stand-in for the runtime, which
// says what it is told of, so that what is instrumented and what is linked shows when a program runs.
#include "tests/support/child.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace snag::testing {
namespace {

namespace fs = std::filesystem;

// Defines what the programs here call, and prints what it is told once.
constexpr const char* stand_in = R"(
#include <stdio.h>
static int reads;
static int volatile_writes;
void __tsan_init(void) {}
void __tsan_func_entry(void* place) { (void)place; }
void __tsan_func_exit(void) {}
void __tsan_read4(void* at) { (void)at; ++reads; }
void __tsan_read8(void* at) { (void)at; }
void __tsan_write8(void* at) { (void)at; }
void __tsan_write4(void* at) { (void)at; }
void __tsan_volatile_write4(void* at) { (void)at; ++volatile_writes; }
__attribute__((destructor)) static void tell(void) { printf("%d reads, %d volatile writes\n", reads, volatile_writes); }
)";

constexpr const char* program = R"(
int counter = 3;
volatile int flag;
int code(void);
int main(void) { flag = 1; return code(); }
)";

constexpr const char* other_file = "extern int counter;\nint code(void);\nint code(void) { return counter; }\n";

class Drivers : public InFolder, public ::testing::WithParamInterface<const char*> {
 protected:
  void SetUp() override {
    std::string name = std::string(SNAG_SPECIMENS) + "/drivers-XXXXXX";  // on the command's own disk, for the link
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder = name;
    fs::create_directories(folder / "installed/bin");
    fs::create_hard_link(SNAG_COMMAND, folder / "installed/bin/snag");
    fs::create_symlink("snag", folder / "installed/bin/snag-cc");
    fs::create_symlink("snag", folder / "installed/bin/snag-c++");
    write("stand_in.c", stand_in);
    write("main.c", program);
    write("other.c", other_file);
    write("main.cpp", program);
    write("other.cpp", other_file);
    const fs::path bin = folder / "installed/bin";
    fs::create_directories(bin / SNAG_LIBRARY_FOLDER);
    fs::create_directories(bin / SNAG_DATA_FOLDER);
    fs::copy_file(fs::path(SNAG_SOURCE_DIR) / "harness/drivers/gcc.specs", bin / SNAG_DATA_FOLDER / "gcc.specs");
    const std::string runtime = (bin / SNAG_LIBRARY_FOLDER / "libsnag_runtime.so").string();
    ASSERT_EQ(shell("cc -shared -fPIC stand_in.c -o " + runtime).code, 0);
  }

  void write(const std::string& name, const std::string& text) const { std::ofstream(folder / name) << text; }

  /// Runs with the compiler of this test: `snag` in the command is the installed one.
  ChildOutcome with_snag(const std::string& command) const {
    const std::string compilers =
        std::string(GetParam()) == "clang" ? "SNAG_CC=clang-14 SNAG_CXX=clang++-14" : "SNAG_CC=gcc SNAG_CXX=g++";
    return shell("export PATH=$PWD/installed/bin:$PATH " + compilers + "; " + command);
  }
};

TEST_P(Drivers, compile_instrumented_and_link_the_runtime_in_one_command_or_in_several) {
  const std::string told = "1 reads, 1 volatile writes\n";
  for (const char* const build :
       {"snag cc -Werror main.c other.c -o p", "snag c++ -Werror main.cpp other.cpp -o p",
        "snag-cc -O2 -c main.c other.c && snag-cc -Werror main.o other.o -o p",
        "snag-c++ -O1 -c main.cpp && snag-c++ -x c++ -c - -o o.o < other.cpp && snag-c++ main.o o.o -o p",
        "echo main.c other.c -o p > r && snag cc @r", "snag cc -save-temps main.c other.c -o p",
        "snag cc -S main.c other.c && snag cc main.s other.s -o p", "snag cc -O2 -flto main.c other.c -o p",
        "snag cc -fsanitize=thread main.c other.c -o p", "snag cc -fsanitize=undefined main.c other.c -o p"}) {
    const ChildOutcome built = with_snag(build);
    EXPECT_EQ(built.code, 0) << build << "\n" << built.out;
    const ChildOutcome ran = with_snag("./p");
    EXPECT_EQ(ran.code, 3) << build;
    EXPECT_EQ(ran.out, told) << build;
    EXPECT_LACKS(with_snag("ldd ./p").out, "libtsan");
    with_snag("rm -f p *.o *.s *.i *.ii");
  }
}

TEST_P(Drivers, keep_places_and_debug_information) {
  ASSERT_EQ(with_snag("snag cc -O2 -c main.c").code, 0);
  EXPECT_CONTAINS(with_snag("readelf -S main.o").out, ".debug_line");
  EXPECT_CONTAINS(with_snag("objdump -dr main.o | grep -A1 call").out, "code");  // not jumped to
}

TEST_P(Drivers, link_the_runtime_into_shared_libraries_too) {
  ASSERT_EQ(with_snag("snag cc -shared -fPIC other.c -o libother.so").code, 0);
  EXPECT_CONTAINS(with_snag("readelf -d libother.so").out, "libsnag_runtime.so");
  ASSERT_EQ(with_snag("snag cc main.c -L. -lother -Wl,-rpath,$PWD -o p").code, 0);
  EXPECT_EQ(with_snag("./p").out, "1 reads, 1 volatile writes\n");
}

TEST_P(Drivers, preprocess_as_what_will_be_instrumented) {
  const std::string asks =
      "#if defined(__has_feature)\n#if __has_feature(thread_sanitizer)\nyes\n#endif\n"
      "#elif defined(__SANITIZE_THREAD__)\nyes\n#endif\n";
  write("asks.c", asks);
  EXPECT_CONTAINS(with_snag("snag cc -E asks.c").out, "yes");
  EXPECT_CONTAINS(with_snag("snag c++ -E -x c++ - < asks.c").out, "yes");
}

TEST_P(Drivers, are_the_compiler_in_all_else) {
  const std::string plain = std::string(GetParam()) == "clang" ? "clang++-14" : "g++";
  for (const char* const arguments : {"--version", "-dumpversion", "-print-prog-name=ld", "--help", "-v"})
    EXPECT_EQ(with_snag(std::string("snag c++ ") + arguments).out, with_snag(plain + " " + arguments).out);
  write("wrong.c", "int main(void) { return wrong; }\n");
  const ChildOutcome wrong = with_snag("snag cc -c wrong.c");
  EXPECT_EQ(wrong.code, 1);
  EXPECT_CONTAINS(wrong.out, "wrong.c:1:");
  write("crashes", "kill -SEGV $$\n");
  EXPECT_EQ(with_snag("SNAG_CC='sh crashes' snag cc --version").code, with_snag("sh crashes").code);
}

TEST_P(Drivers, stand_the_checks_of_a_cmake_project) {
  write("CMakeLists.txt",
        "cmake_minimum_required(VERSION 3.20)\nproject(p C CXX)\nfind_package(Threads REQUIRED)\n"
        "include(CheckCXXCompilerFlag)\ncheck_cxx_compiler_flag(-Wno-such-flag-at-all-x NO)\n"
        "check_cxx_compiler_flag(-Wall YES)\nif(NOT YES)\nmessage(FATAL_ERROR refused)\nendif()\n"
        "add_library(other SHARED other.cpp)\nadd_executable(p main.cpp)\n"
        "target_link_libraries(p other Threads::Threads)\n");
  const ChildOutcome built = with_snag(
      "CC='snag cc' CXX='snag c++' cmake -S . -B one && cmake --build one && "
      "cmake -S . -B two -DCMAKE_C_COMPILER=snag-cc -DCMAKE_CXX_COMPILER=snag-c++ -DCMAKE_BUILD_TYPE=Release && "
      "cmake --build two");
  EXPECT_EQ(built.code, 0) << built.out;
  EXPECT_EQ(with_snag("one/p").out, "1 reads, 1 volatile writes\n");
  EXPECT_EQ(with_snag("two/p").out, "1 reads, 1 volatile writes\n");
}

TEST_P(Drivers, stand_a_makefile_with_the_rules_of_make) {
  write("Makefile", "p: main.o other.o\n\t$(CC) $(LDFLAGS) $^ -o $@\n");
  const ChildOutcome built = with_snag("make CC='snag cc'");
  EXPECT_EQ(built.code, 0) << built.out;
  EXPECT_EQ(with_snag("./p").out, "1 reads, 1 volatile writes\n");
}

TEST_P(Drivers, refuse_with_the_mend) {
  const ChildOutcome refused = with_snag("snag c++ -static main.cpp");
  EXPECT_EQ(refused.code, 2);
  EXPECT_CONTAINS(refused.out, "snag c++: -static cannot be used");
  EXPECT_EQ(with_snag("snag cc -fsanitize=thread,address -c main.c").code, 2);
  const ChildOutcome itself = with_snag("SNAG_CC='snag cc' snag cc -c main.c");
  EXPECT_EQ(itself.code, 2);
  EXPECT_CONTAINS(itself.out, "name GCC or Clang in SNAG_CC");
  const ChildOutcome unknown = with_snag("SNAG_CC=no-such-compiler snag cc -c main.c");
  EXPECT_EQ(unknown.code, 3);
  EXPECT_CONTAINS(unknown.out, "name another in SNAG_CC");
  const ChildOutcome another = with_snag("SNAG_CC=true snag cc -c main.c");
  EXPECT_EQ(another.code, 2);
  EXPECT_CONTAINS(another.out, "neither GCC nor Clang");
}

TEST_P(Drivers, miss_parts_of_an_installation_by_name) {
  fs::remove(folder / "installed/bin" / SNAG_LIBRARY_FOLDER / "libsnag_runtime.so");
  const ChildOutcome outcome = with_snag("snag cc main.c other.c");
  EXPECT_EQ(outcome.code, 3);
  EXPECT_CONTAINS(outcome.out, "libsnag_runtime.so is not there: install snag again");
  EXPECT_EQ(with_snag("snag cc -c main.c").code, 0) << "what is not linked needs none";
}

INSTANTIATE_TEST_SUITE_P(With, Drivers, ::testing::Values("gcc", "clang"),
                         [](const auto& compiler) { return std::string(compiler.param); });

TEST_F(InFolder, the_commands_own_help_lists_the_drivers) {
  for (const char* const help : {" help", " --help"}) {
    const ChildOutcome outcome = shell(SNAG_COMMAND + std::string(help));
    EXPECT_EQ(outcome.code, 0);
    EXPECT_CONTAINS(outcome.out, "c++ ");
    EXPECT_CONTAINS(outcome.out, "set it as CC");
  }
}

}  // namespace
}  // namespace snag::testing
