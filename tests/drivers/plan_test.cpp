// Command lines as values: what a driver makes of them for either compiler, and what it refuses.
#include "harness/drivers/plan.h"

#include "harness/drivers/driver.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <string>

namespace snag {
namespace {

const Compiler gcc{.words = {"g++"}, .family = CompilerFamily::gcc, .version = 12};
const Compiler clang{.words = {"clang++"}, .family = CompilerFamily::clang, .version = 14};
const DriverParts parts{.runtime = "/opt/snag/lib/libsnag_runtime.so", .specs = "/opt/snag/share/snag/gcc.specs"};

const std::string linked =
    "-Wl,--push-state,--no-as-needed -Xlinker /opt/snag/lib/libsnag_runtime.so -Wl,--pop-state "
    "-Xlinker -rpath -Xlinker /opt/snag/lib";
const std::string gcc_compiled =
    "-specs=/opt/snag/share/snag/gcc.specs --param=tsan-distinguish-volatile=1 -Wno-tsan "
    "-fno-optimize-sibling-calls -fno-omit-frame-pointer";
const std::string clang_compiled =
    "-Xclang -fsanitize=thread -mllvm -tsan-distinguish-volatile=1 -mllvm -tsan-instrument-read-before-write=1 "
    "-fno-optimize-sibling-calls -fno-omit-frame-pointer";

Arguments split(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

std::string joined(const Arguments& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

const std::map<std::string, std::string> files = {{"objects.rsp", "a.o\n'b c.o' d\\ e.o\n"},
                                                  {"threads.rsp", "-fsanitize=thread,undefined \"a.cpp\""},
                                                  {"outer.rsp", "-c @inner.rsp"},
                                                  {"inner.rsp", "a.cpp"},
                                                  {"endless.rsp", "@endless.rsp"}};

std::optional<std::string> read(const std::string& path) {
  const auto found = files.find(path);
  return found == files.end() ? std::nullopt : std::optional(found->second);
}

std::string planned(const std::string& arguments, const Compiler& compiler = gcc) {
  return joined(plan(split(arguments), compiler, parts, read));
}

std::string refusal(const std::string& arguments) {
  try {
    return "planned: " + planned(arguments);
  } catch (const DriverRefusal& error) { return error.what(); }
}

TEST(Plan, a_compilation_is_instrumented_and_not_linked) {
  EXPECT_EQ(planned("-O2 -c a.cpp -o a.o"), "g++ -g -O2 -c a.cpp -o a.o " + gcc_compiled);
  EXPECT_EQ(planned("-O2 -c a.cpp -o a.o", clang), "clang++ -g -O2 -c a.cpp -o a.o " + clang_compiled);
  EXPECT_EQ(planned("-S a.c"), "g++ -g -S a.c " + gcc_compiled);
}

TEST(Plan, a_link_gets_the_runtime_before_all_else_and_no_instrumentation) {
  EXPECT_EQ(planned("a.o -lfoo -o a"), "g++ " + linked + " a.o -lfoo -o a");
  EXPECT_EQ(planned("a.o -o a", clang), "clang++ " + linked + " a.o -o a");
  EXPECT_EQ(planned("-shared a.o -o a.so"), "g++ " + linked + " -shared a.o -o a.so");
  EXPECT_EQ(planned("-lfoo"), "g++ " + linked + " -lfoo");
}

TEST(Plan, a_command_that_compiles_and_links_gets_both) {
  EXPECT_EQ(planned("a.cpp b.cpp c.o -o a"), "g++ -g " + linked + " a.cpp b.cpp c.o -o a " + gcc_compiled);
  EXPECT_EQ(planned("-x c++ -", clang), "clang++ -g " + linked + " -x c++ - " + clang_compiled);
}

TEST(Plan, what_compiles_nothing_is_passed_on_untouched) {
  for (const char* const arguments :
       {"--version", "-v", "-dumpversion", "-dumpmachine", "-print-file-name=libc.so", "-print-search-dirs", "--help",
        "--help=optimizers", "", "-static --version", "-m32 -print-multi-directory", "-O2 -o a"})
    EXPECT_EQ(planned(arguments), std::string("g++") + (*arguments == '\0' ? "" : " ") + arguments);
}

TEST(Plan, the_preprocessor_knows_that_the_code_will_be_instrumented) {
  EXPECT_EQ(planned("-E a.cpp"), "g++ -E a.cpp -specs=/opt/snag/share/snag/gcc.specs");
  EXPECT_EQ(planned("-MM a.cpp"), "g++ -MM a.cpp -specs=/opt/snag/share/snag/gcc.specs");
  EXPECT_EQ(planned("-E a.cpp", clang), "clang++ -E a.cpp -Xclang -fsanitize=thread");
  // Dependencies written on the way do not end it there.
  EXPECT_EQ(planned("-MD -MF a.d -c a.cpp"), "g++ -g -MD -MF a.d -c a.cpp " + gcc_compiled);
}

TEST(Plan, inputs_are_told_from_the_values_of_options) {
  EXPECT_EQ(planned("-o a.cpp b.o"), "g++ " + linked + " -o a.cpp b.o");
  EXPECT_EQ(planned("-include config.h a.o"), "g++ " + linked + " -include config.h a.o");
  EXPECT_EQ(planned("-x c file"), "g++ -g " + linked + " -x c file " + gcc_compiled);
  EXPECT_EQ(planned("-x c++ a -x none b.o"), "g++ -g " + linked + " -x c++ a -x none b.o " + gcc_compiled);
  EXPECT_EQ(planned("-xc++-header all.h"), "g++ -g -xc++-header all.h " + gcc_compiled);
  EXPECT_EQ(planned("all.hpp"), "g++ -g all.hpp " + gcc_compiled);
  EXPECT_EQ(planned("-c start.s"), "g++ -c start.s");
  EXPECT_EQ(planned("-I  include -c a.cpp"), "g++ -g -I include -c a.cpp " + gcc_compiled);
  EXPECT_EQ(planned("a.o -o"), "g++ " + linked + " a.o -o") << "the compiler tells what is missing";
}

TEST(Plan, options_stand_before_the_end_of_options) {
  EXPECT_EQ(planned("-c -- -a.cpp", clang), "clang++ -g -c " + clang_compiled + " -- -a.cpp");
}

TEST(Plan, response_files_are_read_and_passed_on_as_they_are) {
  EXPECT_EQ(planned("@objects.rsp -o a"), "g++ " + linked + " @objects.rsp -o a");
  EXPECT_EQ(planned("@outer.rsp"), "g++ -g @outer.rsp " + gcc_compiled);
  EXPECT_EQ(planned("-c @missing.rsp"), "g++ -c @missing.rsp");
  EXPECT_EQ(planned("-c a.cpp @endless.rsp"), "g++ -g -c a.cpp @endless.rsp " + gcc_compiled);
  EXPECT_EQ(expand({"@objects.rsp"}, read), (Arguments{"a.o", "b c.o", "d e.o"}));
}

TEST(Plan, the_sanitizers_own_runtime_is_never_linked) {
  EXPECT_EQ(planned("-fsanitize=thread a.o"), "g++ " + linked + " a.o");
  EXPECT_EQ(planned("-fsanitize=thread,undefined a.o"), "g++ " + linked + " -fsanitize=undefined a.o");
  EXPECT_EQ(planned("-c @threads.rsp"), "g++ -g -c -fsanitize=undefined a.cpp " + gcc_compiled);
}

TEST(Plan, a_file_whose_instrumentation_is_switched_off_has_none) {
  EXPECT_EQ(planned("-fno-sanitize=thread -c a.cpp"), "g++ -c a.cpp");
  EXPECT_EQ(planned("-fno-sanitize=all -c a.cpp", clang), "clang++ -fno-sanitize=all -c a.cpp");
  EXPECT_EQ(planned("-fno-sanitize=all -fsanitize=thread -c a.cpp"),
            "g++ -g -fno-sanitize=all -c a.cpp " + gcc_compiled);
}

TEST(Plan, link_time_optimisation_is_switched_off) {
  EXPECT_EQ(planned("-flto=auto -c a.cpp"), "g++ -g -flto=auto -c a.cpp " + gcc_compiled + " -fno-lto");
  EXPECT_EQ(planned("-flto a.o", clang), "clang++ " + linked + " -flto a.o -fno-lto");
  EXPECT_EQ(planned("-flto -fno-lto a.o"), "g++ " + linked + " -flto -fno-lto a.o");
}

TEST(Plan, an_object_to_be_linked_again_gets_no_runtime) {
  EXPECT_EQ(planned("-r a.o b.o -o c.o"), "g++ -r a.o b.o -o c.o");
}

TEST(Plan, older_compilers_get_what_they_know) {
  const Compiler old_gcc{.words = {"ccache", "g++-10"}, .family = CompilerFamily::gcc, .version = 10};
  EXPECT_EQ(planned("-c a.cpp", old_gcc),
            "ccache g++-10 -g -c a.cpp -specs=/opt/snag/share/snag/gcc.specs -fno-optimize-sibling-calls "
            "-fno-omit-frame-pointer");
  const Compiler old_clang{.words = {"clang++"}, .family = CompilerFamily::clang, .version = 10};
  EXPECT_EQ(planned("-c a.cpp", old_clang),
            "clang++ -g -c a.cpp -Xclang -fsanitize=thread -fno-optimize-sibling-calls -fno-omit-frame-pointer");
}

TEST(Plan, refuses_what_the_runtime_cannot_follow_and_tells_the_mend) {
  EXPECT_NE(refusal("-static a.cpp").find("-static cannot be used: "), std::string::npos) << refusal("-static a.cpp");
  EXPECT_NE(refusal("-static a.cpp").find("leave it out"), std::string::npos);
  EXPECT_NE(refusal("a.o -static-pie").find("-static-pie cannot be used"), std::string::npos);
  EXPECT_NE(refusal("a.o -static-libtsan").find("snag's is in its place"), std::string::npos);
  EXPECT_NE(refusal("-m32 -c a.cpp").find("build for 64 bits"), std::string::npos);
  EXPECT_NE(refusal("-c a.cpp -fsanitize=thread,address").find("-fsanitize=address cannot be used"), std::string::npos);
  EXPECT_NE(refusal("-c a.cpp -fsanitize=memory").find("in another folder"), std::string::npos);
  EXPECT_NE(refusal("a.o -fsanitize=undefined,leak").find("-fsanitize=leak"), std::string::npos);
}

TEST(Plan, refuses_no_more_than_that) {
  EXPECT_EQ(planned("-c a.cpp -static"), "g++ -g -c a.cpp -static " + gcc_compiled);
  EXPECT_EQ(planned("-fsanitize=address -fno-sanitize=address a.o"),
            "g++ " + linked + " -fsanitize=address -fno-sanitize=address a.o");
  EXPECT_EQ(planned("-static-libgcc a.o"), "g++ " + linked + " -static-libgcc a.o");
  EXPECT_EQ(planned("-o -static a.o"), "g++ " + linked + " -o -static a.o");
}

TEST(Compilers, are_told_apart_by_what_they_say_of_their_version) {
  const Compiler debian = recognise({"c++"},
                                    "c++ (Debian 12.2.0-14+deb12u1) 12.2.0\nCopyright (C) 2022 Free Software "
                                    "Foundation, Inc.\nThis is free software; see the source for copying "
                                    "conditions.  There is NO\n");
  EXPECT_EQ(debian.family, CompilerFamily::gcc);
  EXPECT_EQ(debian.version, 12);
  const Compiler clang_14 = recognise({"c++"}, "Debian clang version 14.0.6\nTarget: x86_64-pc-linux-gnu\n");
  EXPECT_EQ(clang_14.family, CompilerFamily::clang);
  EXPECT_EQ(clang_14.version, 14);
  EXPECT_THROW(recognise({"icc"}, "icc (ICC) 19.1 20191121\n"), DriverRefusal);
  EXPECT_THROW(recognise({"true"}, ""), DriverRefusal);
  EXPECT_THROW(recognise({"ld"}, "GNU ld 2.40\nCopyright (C) 2023 Free Software Foundation, Inc.\n"), DriverRefusal);
}

TEST(DriverCalls, are_known_by_the_first_argument_and_by_the_programs_name) {
  const std::optional<DriverCall> by_argument = driver_call({"/usr/bin/snag", "c++", "-c", "a.cpp"});
  ASSERT_TRUE(by_argument);
  EXPECT_EQ(by_argument->driver, Driver::cxx);
  EXPECT_EQ(by_argument->arguments, (Arguments{"-c", "a.cpp"}));
  const std::optional<DriverCall> by_name = driver_call({"/usr/bin/snag-cc", "c++"});
  ASSERT_TRUE(by_name);
  EXPECT_EQ(by_name->driver, Driver::c);
  EXPECT_EQ(by_name->arguments, (Arguments{"c++"}));
  EXPECT_FALSE(driver_call({"snag", "run"}));
  EXPECT_FALSE(driver_call({"snag"}));
  EXPECT_FALSE(driver_call({"cc", "run"}));
  EXPECT_FALSE(driver_call({}));
}

}  // namespace
}  // namespace snag
