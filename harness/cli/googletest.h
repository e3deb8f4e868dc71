// Programs whose main runs GoogleTest's tests: each of their tests is a scenario of its own. What the tests are the
// program is asked itself, by --gtest_list_tests; one test is its main with a filter that lets only that through.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace snag {

/// Whether a program's file has tests of GoogleTest in it, linked in whichever way.
bool has_googletest(std::string_view bytes_of_program);

/// The tests in what --gtest_list_tests prints: "Queue.Pushes", "Sizes/Queue.Holds/0". Lines that are no part of a list,
/// and comments behind names, are left out.
std::vector<std::string> parse_test_list(std::string_view text);

/// Whether GoogleTest leaves a test out unless it is told not to, for its name.
bool is_disabled(std::string_view test);

/// A program's arguments, its name first, without those that say which tests to run.
std::vector<std::string> without_filter(const std::vector<std::string>& arguments);
/// The same, with those that run one test.
std::vector<std::string> arguments_for(const std::string& test, const std::vector<std::string>& arguments);

/// main(), as it can be called once in a process.
using CallMain = std::function<int(int, char**)>;

/// The tests that a program has.
struct TestList {
  std::vector<std::string> all;     ///< in its order
  std::vector<std::string> wanted;  ///< of these, what its arguments and the environment let through
};

/// Asks the program for them, in copies of this process. `arguments` are the program's own, its name first. Throws
/// UsageError if it does not tell, and NothingMatched if filter and shard let nothing through.
TestList list_tests(const std::vector<std::string>& arguments, const CallMain& main);

/// Sees to it that a filter is all that leaves tests out of the runs to come.
void forget_shards();

}  // namespace snag
