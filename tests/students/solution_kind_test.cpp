// Which kind a solution is of follows from its text alone.
#include "harness/students/solution_kind.h"

#include <gtest/gtest.h>

namespace snag::testing {
namespace {

constexpr SolutionKind typed = SolutionKind::typed;
constexpr SolutionKind plain = SolutionKind::plain;

TEST(SolutionKind, is_typed_where_something_of_snag_is_named) {
  EXPECT_EQ(kind_of_solution("snag::mutex mutex;"), typed);
  EXPECT_EQ(kind_of_solution("#include <mutex>\nusing namespace snag;\nmutex m;"), typed);
  EXPECT_EQ(kind_of_solution("namespace s = ::snag;"), typed);
  EXPECT_EQ(kind_of_solution("std::mutex real;\nsnag::mutex ours;"), typed) << "what is real then is refused";
}

TEST(SolutionKind, is_typed_where_a_header_of_snag_is_included) {
  EXPECT_EQ(kind_of_solution("#include <snag/snag.h>\n"), typed);
  EXPECT_EQ(kind_of_solution("# include \"snag/snag.h\"\n"), typed);
}

TEST(SolutionKind, is_plain_where_nothing_of_snag_is_named) {
  EXPECT_EQ(kind_of_solution(""), plain);
  EXPECT_EQ(kind_of_solution("#include \"interface.h\"\n#include <mutex>\nstd::mutex mutex;"), plain);
  EXPECT_EQ(kind_of_solution("int snagged = 1, un_snag = 2, snag2 = 3;"), plain) << "other words";
}

TEST(SolutionKind, does_not_depend_on_comments) {
  EXPECT_EQ(kind_of_solution("// was snag::mutex\nstd::mutex m; /* snag\n::mutex */"), plain);
  EXPECT_EQ(kind_of_solution("// a comment\nsnag::mutex m;"), typed);
  EXPECT_EQ(kind_of_solution("/* a comment */ snag::mutex m;"), typed);
  EXPECT_EQ(kind_of_solution("#include \"interface.h\"  // snag\nint i;"), plain);
}

TEST(SolutionKind, does_not_depend_on_literals) {
  EXPECT_EQ(kind_of_solution("auto text = \"\\\" snag \"; char c = '\"';"), plain);
  EXPECT_EQ(kind_of_solution("auto text = u8R\"x( \" snag )\" )x\";"), plain);
  EXPECT_EQ(kind_of_solution("auto text = R\"(\")\"; snag::mutex m;"), typed);
  EXPECT_EQ(kind_of_solution("int many = 1'000'000; snag::mutex m; int more = 1'000;"), typed);
  EXPECT_EQ(kind_of_solution("char quote = '\\''; snag::mutex m;"), typed);
}

}  // namespace
}  // namespace snag::testing
