// A failing token replays for ever: a thousand of them, taken over all broken scenarios and many seeds, each in
// another process, to the same finding and the same trace.
#include "harness/campaign/campaign.h"
#include "harness/cli/run_command.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <string>
#include <vector>

namespace snag {
namespace {

constexpr std::size_t tokens_wanted = 1000;

struct Ran {
  int exit_code;
  std::string output;
};

Ran run(const std::string& command) {
  FILE* const pipe = popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return {-1, "popen failed"};
  Ran ran{0, {}};
  std::array<char, 4096> buffer;
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), pipe))
    ran.output.append(buffer.data(), count);
  const int status = pclose(pipe);
  ran.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ran;
}

std::vector<Scenario> broken_scenarios() {
  std::vector<Scenario> broken;
  for (const Scenario& scenario : catalogue())
    if (!scenario.expected.empty()) broken.push_back(scenario);
  return broken;
}

TEST(Tokens, replay_a_thousand_times_in_other_processes_to_the_same_finding_and_trace) {
  const std::vector<Scenario> broken = broken_scenarios();
  ASSERT_GE(broken.size(), 15U);
  std::size_t replayed = 0;
  for (std::uint64_t seed = 1; replayed < tokens_wanted; ++seed) {
    for (const Scenario& scenario : broken) {
      CampaignOptions options;
      options.seed = seed;
      const CampaignResult result = explore(scenario, options);
      ASSERT_FALSE(result.bugs.empty()) << scenario.name << " seed " << seed;
      for (const Bug& bug : result.bugs) {
        const std::string token = format_token(bug.token);
        ASSERT_LE(token.size(), token_length_max) << token;
        const Ran ran = run(fmt::format("{} replay {} --no-source", SNAG_COMMAND, token));
        ++replayed;
        if (bug.finding.certainty != Certainty::happened) continue;
        ASSERT_EQ(ran.exit_code, 1) << token << '\n' << ran.output;
        ASSERT_EQ(ran.output.find("note: the choices still fit"), std::string::npos) << token << '\n' << ran.output;
        ASSERT_NE(ran.output.find(fmt::format("{} in {}", bug.finding.checker, scenario.name)), std::string::npos)
            << token << '\n'
            << ran.output;
      }
    }
  }
}

}  // namespace
}  // namespace snag
