// Compilers' messages cut down to the student's own lines. The messages are what GCC 12 and Clang 14 print.
#include "harness/students/diagnostics.h"

#include "tests/report/approval.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace snag {
namespace {

using ::snag::testing::approved;

constexpr const char* file = "mine/solution.cpp";

// Line 6 sorts what cannot be compared, line 7 adds a number to numbers' namesakes.
constexpr const char* source =
    "#include \"interface.h\"\n"
    "#include <algorithm>\n"
    "struct Coin {};\n"
    "void count(std::vector<Coin>& coins) {\n"
    "  std::lock_gard guard(mutex_);\n"
    "  std::sort(coins.begin(), coins.end());\n"
    "  coins.push_back(3);\n"
    "}\n";

constexpr const char* gcc_says =
    "mine/solution.cpp: In function 'void count(std::vector<Coin>&)':\n"
    "mine/solution.cpp:5:8: error: 'lock_gard' is not a member of 'std'; did you mean 'lock_guard'?\n"
    "    5 |   std::lock_gard guard(mutex_);\n"
    "      |        ^~~~~~~~~\n"
    "      |        lock_guard\n"
    "mine/solution.cpp:7:18: error: no matching function for call to 'std::vector<Coin>::push_back(int)'\n"
    "    7 |   coins.push_back(3);\n"
    "      |   ~~~~~~~~~~~~~~~^~~\n"
    "In file included from /usr/include/c++/12/vector:64,\n"
    "                 from /usr/include/snag/harness/trace/trace.h:9,\n"
    "                 from <command-line>:\n"
    "/usr/include/c++/12/bits/stl_vector.h:1276:7: note: candidate: 'constexpr void std::vector<_Tp, "
    "_Alloc>::push_back(const value_type&) [with _Tp = Coin]'\n"
    " 1276 |       push_back(const value_type& __x)\n"
    "      |       ^~~~~~~~~\n"
    "/usr/include/c++/12/bits/stl_vector.h:1276:35: note:   no known conversion for argument 1 from 'int' to 'const "
    "std::vector<Coin>::value_type&' {aka 'const Coin&'}\n"
    " 1276 |       push_back(const value_type& __x)\n"
    "      |                 ~~~~~~~~~~~~~~~~~~^~~\n"
    "mine/solution.cpp:3:8: note: candidate: 'Coin::Coin()'\n"
    "    3 | struct Coin {};\n"
    "      |        ^~~~\n"
    "In file included from /usr/include/c++/12/bits/stl_algobase.h:71,\n"
    "                 from /usr/include/c++/12/string:50,\n"
    "                 from /usr/include/snag/harness/trace/trace.h:8:\n"
    "/usr/include/c++/12/bits/predefined_ops.h: In instantiation of 'constexpr bool "
    "__gnu_cxx::__ops::_Iter_less_iter::operator()(_Iterator1, _Iterator2) const [with _Iterator1 = Coin*]':\n"
    "/usr/include/c++/12/bits/stl_algo.h:1809:14:   required from 'constexpr void "
    "std::__insertion_sort(_RandomAccessIterator, _RandomAccessIterator, _Compare)'\n"
    "mine/solution.cpp:6:12:   required from here\n"
    "/usr/include/c++/12/bits/predefined_ops.h:45:23: error: no match for 'operator<' (operand types are 'Coin' and "
    "'Coin')\n"
    "   45 |       { return *__it1 < *__it2; }\n"
    "      |                ~~~~~~~^~~~~~~~\n"
    "In file included from /usr/include/c++/12/string:47:\n"
    "/usr/include/c++/12/bits/stl_iterator.h:1185:5: note: candidate: 'template<class _IteratorL, class _IteratorR>'\n"
    " 1185 |     operator<=>(const __normal_iterator<_IteratorL, _Container>& __lhs,\n"
    "      |     ^~~~~~~~\n"
    "/usr/include/c++/12/bits/predefined_ops.h: In instantiation of 'constexpr bool "
    "__gnu_cxx::__ops::_Val_less_iter::operator()(_Value&, _Iterator) const':\n"
    "mine/solution.cpp:6:12:   required from here\n"
    "/usr/include/c++/12/bits/predefined_ops.h:98:22: error: no match for 'operator<' (operand types are 'Coin' and "
    "'Coin')\n"
    "   98 |       { return __val < *__it; }\n"
    "      |                ~~~~~~^~~~~~~\n"
    "mine/solution.cpp:4:32: warning: unused parameter 'coins' [-Wunused-parameter]\n"
    "    4 | void count(std::vector<Coin>& coins) {\n"
    "      |            ~~~~~~~~~~~~~~~~~~~~^~~~~\n";

constexpr const char* clang_says =
    "mine/solution.cpp:5:8: error: no template named 'lock_gard' in namespace 'std'; did you mean 'lock_guard'?\n"
    "  std::lock_gard guard(mutex_);\n"
    "  ~~~~~^~~~~~~~~\n"
    "       lock_guard\n"
    "In file included from mine/solution.cpp:2:\n"
    "In file included from /usr/include/c++/12/algorithm:60:\n"
    "/usr/include/c++/12/bits/predefined_ops.h:45:23: error: invalid operands to binary expression ('Coin' and "
    "'Coin')\n"
    "      { return *__it1 < *__it2; }\n"
    "               ~~~~~~ ^ ~~~~~~\n"
    "/usr/include/c++/12/bits/stl_heap.h:232:8: note: in instantiation of function template specialization "
    "'__gnu_cxx::__ops::_Iter_less_iter::operator()<Coin *, Coin *>' requested here\n"
    "          if (__comp(__first + __secondChild,\n"
    "              ^\n"
    "mine/solution.cpp:6:8: note: in instantiation of function template specialization 'std::sort<Coin *>' requested "
    "here\n"
    "  std::sort(coins.begin(), coins.end());\n"
    "       ^\n"
    "/usr/include/c++/12/bits/stl_iterator.h:1185:5: note: candidate template ignored: could not match\n"
    "    operator<=>(const __normal_iterator<_IteratorL, _Container>& __lhs,\n"
    "    ^\n"
    "2 errors generated.\n";

TEST(Diagnostics, of_gcc_are_told_with_the_students_lines_only) {
  EXPECT_TRUE(
      approved("compile_errors_gcc.txt", format_diagnostics(read_diagnostics(gcc_says, file, source), file, 5)));
}

TEST(Diagnostics, of_clang_are_told_with_the_students_lines_only) {
  EXPECT_TRUE(
      approved("compile_errors_clang.txt", format_diagnostics(read_diagnostics(clang_says, file, source), file, 5)));
}

TEST(Diagnostics, an_error_in_a_library_counts_for_the_line_that_called_for_it) {
  for (const char* const output : {gcc_says, clang_says}) {
    const Diagnostics diagnostics = read_diagnostics(output, file, source);
    const auto& own = diagnostics.own;
    const auto called = std::find_if(own.begin(), own.end(), [](const Diagnostic& each) { return each.line == 6; });
    ASSERT_NE(called, own.end());
    EXPECT_NE(called->snippet.find("std::sort(coins.begin(), coins.end());"), std::string::npos);
    EXPECT_EQ(called->snippet.find("__it1"), std::string::npos) << "no line of the library";
  }
}

TEST(Diagnostics, errors_that_no_line_of_the_student_called_for_are_counted) {
  const Diagnostics diagnostics = read_diagnostics(
      "/usr/include/a.h:1:2: error: one\n"
      "    1 | x\n"
      "/usr/include/a.h:2:2: error: two\n"
      "/usr/include/a.h:3:2: warning: three\n",
      file, source);
  EXPECT_TRUE(diagnostics.own.empty());
  EXPECT_EQ(diagnostics.errors_elsewhere, 2U);
  EXPECT_EQ(diagnostics.first_elsewhere, "/usr/include/a.h:1:2: error: one");
}

TEST(Diagnostics, beyond_those_shown_are_counted) {
  std::string output;
  for (int line = 1; line <= 8; ++line) output += "mine/solution.cpp:" + std::to_string(line) + ":1: error: wrong\n";
  const std::string text = format_diagnostics(read_diagnostics(output, file, source), file, 5);
  EXPECT_NE(text.find("solution.cpp:5:1: error"), std::string::npos) << text;
  EXPECT_EQ(text.find("solution.cpp:6:1: error"), std::string::npos) << text;
  EXPECT_NE(text.find("and 3 more errors in this file"), std::string::npos) << text;
}

TEST(Diagnostics, of_nothing_are_nothing) {
  const Diagnostics diagnostics = read_diagnostics("", file, source);
  EXPECT_TRUE(diagnostics.own.empty());
  EXPECT_EQ(format_diagnostics(diagnostics, file, 5), "");
}

TEST(LinkerMessages, name_what_is_defined_twice) {
  const std::string output =
      "/usr/bin/ld: /tmp/x/solution.o: in function `solution::scenario()':\n"
      "mine/solution.cpp:27: multiple definition of `solution::scenario()'; /tmp/x/driver.o:driver.cpp:6: first "
      "defined "
      "here\n"
      "collect2: error: ld returned 1 exit status\n";
  const std::vector<std::string> messages = read_linker_messages(output);
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(
      messages[0],
      "The solution defines solution::scenario(), which the scenario's driver defines already: give yours another "
      "name.");
}

}  // namespace
}  // namespace snag
