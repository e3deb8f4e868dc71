#include "harness/cli/googletest.h"

#include "harness/cli/select.h"
#include "harness/execution/execution.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <optional>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace snag {

namespace {

constexpr std::string_view filter_flag = "--gtest_filter";
constexpr std::string_view disabled_flag = "--gtest_also_run_disabled_tests";
constexpr const char* disabled_variable = "GTEST_ALSO_RUN_DISABLED_TESTS";
constexpr std::array shard_variables = {"GTEST_TOTAL_SHARDS", "GTEST_SHARD_INDEX", "GTEST_SHARD_STATUS_FILE"};
constexpr std::chrono::seconds list_seconds_max(60);
constexpr const char* mend =
    "Let it hand its arguments on to testing::InitGoogleTest; or give --together, which runs all of the program as one "
    "scenario";

bool is_flag(std::string_view argument, std::string_view flag) {
  return argument.starts_with(flag) && (argument.size() == flag.size() || argument[flag.size()] == '=');
}

// The flag as it was last given: "1", "true", ..., or alone.
bool is_set(std::string_view value) {
  return value.empty() || (value.front() != '0' && value.front() != 'f' && value.front() != 'F');
}

bool runs_disabled_ones(const std::vector<std::string>& arguments) {
  const char* const variable = std::getenv(disabled_variable);
  bool runs = variable != nullptr && is_set(variable);
  for (const std::string& argument : arguments)
    if (is_flag(argument, disabled_flag))
      runs = is_set(std::string_view(argument).substr(std::min(argument.size(), disabled_flag.size() + 1)));
  return runs;
}

struct Printed {
  std::string text;
  int status = 0;
};

[[noreturn]] void run_copy(const std::vector<std::string>& arguments, const CallMain& main, int to) {
  dup2(to, STDOUT_FILENO);
  std::vector<std::string> words = arguments;
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  std::exit(main(static_cast<int>(words.size()), pointers.data()));
}

// What main prints with these arguments, in a copy of this process.
Printed output_of(const std::vector<std::string>& arguments, const CallMain& main) {
  std::array<int, 2> ends{};
  const auto fail = [](const char* what) { throw std::system_error(errno, std::generic_category(), what); };
  if (pipe2(ends.data(), O_CLOEXEC) != 0) fail("the program's tests cannot be listed");
  const pid_t copy = fork();
  if (copy < 0) fail("the program's tests cannot be listed");
  if (copy == 0) run_copy(arguments, main, ends[1]);
  close(ends[1]);
  Printed printed;
  const auto end = std::chrono::steady_clock::now() + list_seconds_max;
  std::array<char, 4096> buffer{};
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    pollfd waits{ends[0], POLLIN, 0};
    const int ready = poll(&waits, 1, static_cast<int>(std::max<std::int64_t>(0, left.count())));
    if (ready < 0 && errno == EINTR) continue;
    if (ready == 0) kill(copy, SIGKILL);
    const ssize_t count = ready > 0 ? read(ends[0], buffer.data(), buffer.size()) : 0;
    if (count <= 0) break;
    printed.text.append(buffer.data(), static_cast<std::size_t>(count));
  }
  close(ends[0]);
  while (waitpid(copy, &printed.status, 0) < 0 && errno == EINTR) {}
  return printed;
}

[[noreturn]] void refuse(const std::string& program, const std::string& why) {
  throw UsageError(
      fmt::format("{} has GoogleTest in it, and did not tell its tests when its main was called with "
                  "--gtest_list_tests: {}. {}",
                  program, why, mend));
}

std::vector<std::string> ask(std::vector<std::string> arguments, const CallMain& main) {
  arguments.emplace_back("--gtest_list_tests");
  const Printed printed = output_of(arguments, main);
  const std::string& program = arguments.front();
  if (WIFSIGNALED(printed.status) && WTERMSIG(printed.status) == SIGKILL)
    refuse(program, fmt::format("it did not come to its end within {} seconds", list_seconds_max.count()));
  if (WIFSIGNALED(printed.status)) refuse(program, fmt::format("{} ended it", strsignal(WTERMSIG(printed.status))));
  if (WEXITSTATUS(printed.status) != 0)
    refuse(program, fmt::format("its exit code was {}", WEXITSTATUS(printed.status)));
  if (printed.text.find("[==========]") != std::string::npos) refuse(program, "it ran them");
  return parse_test_list(printed.text);
}

// GoogleTest lists the tests of all shards. It deals them out in turns.
void keep_shard(std::vector<std::string>& tests) {
  const auto number = [](const char* variable) -> std::size_t {
    const char* const text = std::getenv(variable);
    return text == nullptr ? 0 : std::strtoul(text, nullptr, 10);
  };
  const std::size_t shards = number(shard_variables[0]), own = number(shard_variables[1]);
  if (shards <= 1 || own >= shards) return;
  std::size_t index = 0;
  std::erase_if(tests, [&](const std::string&) { return index++ % shards != own; });
}

std::string filter_in(const std::vector<std::string>& arguments) {
  std::string filter;
  for (const std::string& argument : arguments)
    if (is_flag(argument, filter_flag)) filter = argument;
  const char* const variable = std::getenv("GTEST_FILTER");
  if (filter.empty() && variable != nullptr) filter = fmt::format("GTEST_FILTER={}", variable);
  return filter;
}

}  // namespace

bool has_googletest(std::string_view bytes_of_program) {
  // What each TEST() calls: among the symbols, if they have not been stripped or it lies in a shared library; and what
  // stands in GoogleTest's own text.
  return bytes_of_program.find("_ZN7testing8internal23MakeAndRegisterTestInfo") != std::string_view::npos ||
         bytes_of_program.find("gtest_also_run_disabled_tests") != std::string_view::npos;
}

std::vector<std::string> parse_test_list(std::string_view text) {
  std::vector<std::string> tests;
  std::string suite;  // with the dot behind it
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    line = line.substr(0, line.find("  #"));  // "# TypeParam = int", "# GetParam() = (1, 2)"
    const bool is_test = line.starts_with("  ");
    line.remove_prefix(is_test ? 2 : 0);
    const bool is_name = !line.empty() && line.find_first_of(" \t\r") == std::string_view::npos;
    if (is_test && is_name && !suite.empty())
      tests.push_back(suite + std::string(line));
    else if (!is_test)
      suite = is_name && line.ends_with('.') ? line : "";
  }
  return tests;
}

bool is_disabled(std::string_view test) {
  const std::size_t dot = std::min(test.find('.'), test.size());
  const auto says_so = [](std::string_view name) {
    return name.starts_with("DISABLED_") || name.find("/DISABLED_") != std::string_view::npos;
  };
  return says_so(test.substr(0, dot)) || says_so(test.substr(std::min(dot + 1, test.size())));
}

std::vector<std::string> without_filter(const std::vector<std::string>& arguments) {
  std::vector<std::string> rest = arguments;
  std::erase_if(rest, [](const std::string& argument) { return is_flag(argument, filter_flag); });
  return rest;
}

std::vector<std::string> arguments_for(const std::string& test, const std::vector<std::string>& arguments) {
  std::vector<std::string> words = without_filter(arguments);
  words.insert(words.begin() + 1, fmt::format("{}={}", filter_flag, test));
  if (is_disabled(test) && !runs_disabled_ones(arguments)) words.insert(words.begin() + 2, std::string(disabled_flag));
  return words;
}

TestList list_tests(const std::vector<std::string>& arguments, const CallMain& main) {
  TestList list{.all = ask(arguments_for("*", arguments), main), .wanted = ask(arguments, main)};
  if (list.all.empty()) refuse(arguments.front(), "it printed no list");
  if (!runs_disabled_ones(arguments)) std::erase_if(list.wanted, [](const auto& test) { return is_disabled(test); });
  const auto is_new = [&](const std::string& test) { return std::ranges::find(list.all, test) == list.all.end(); };
  std::ranges::copy_if(list.wanted, std::back_inserter(list.all), is_new);  // its tests depend on its arguments
  if (!list.wanted.empty()) {
    keep_shard(list.wanted);
    if (!list.wanted.empty()) return list;
    throw NothingMatched(fmt::format("nothing is left for this shard ({}={}): there are fewer tests than shards",
                                     shard_variables[1], std::getenv(shard_variables[1])));
  }
  const std::string filter = filter_in(arguments);
  if (filter.empty())
    throw NothingMatched(
        fmt::format("all of the tests in {} are disabled: {} runs them", arguments.front(), disabled_flag));
  throw NothingMatched(fmt::format(
      "nothing matched: no test in {} fits {}{}\n  {} --gtest_list_tests names all of them", arguments.front(), filter,
      did_you_mean(filter.substr(filter.find('=') + 1), list.all), arguments.front()));
}

void forget_shards() {
  for (const char* const variable : shard_variables) unsetenv(variable);
}

}  // namespace snag
