#include "harness/testing/options.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <limits>
#include <stdexcept>
#include <string_view>

namespace snag::testing {

namespace {

constexpr std::uint64_t executions_default = 2'000;
constexpr std::uint64_t executions_exhaustive = 200'000;  // a cap

// What the variable says; nothing when it is not set or empty.
std::optional<std::string> variable(const char* name) {
  const char* const text = std::getenv(name);
  if (text == nullptr || *text == '\0') return std::nullopt;
  return text;
}

template <class Number>
void read(const char* name, Number& number, Number least, Number most, std::string_view wanted) {
  const std::optional<std::string> text = variable(name);
  if (!text) return;
  const char* const end = text->data() + text->size();
  const auto [stopped, error] = std::from_chars(text->data(), end, number);
  if (error != std::errc{} || stopped != end || !(number >= least && number <= most))
    throw UsageError(fmt::format("{} wants {}, and got '{}'", name, wanted, *text));
}

}  // namespace

Options with_environment(Options options) {
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  if (!options.fixed) options.strategy = variable("SNAG_STRATEGY").value_or(options.strategy);
  read<std::uint64_t>("SNAG_SEED", options.seed, 0, most, "a whole number, for example 42");
  std::uint64_t executions = options.executions.value_or(0);
  read<std::uint64_t>("SNAG_EXECUTIONS", executions, 1, most, "a whole number of at least 1, for example 2000");
  if (executions > 0 && !options.fixed) options.executions = executions;
  read<double>("SNAG_SECONDS", options.seconds, 0, 1e9, "a number of seconds, for example 30 (0: no cap)");
  int strict = options.strict ? 1 : 0;
  read<int>("SNAG_STRICT", strict, 0, 1, "1 or 0");
  options.strict = strict == 1;
  return options;
}

CampaignOptions campaign_options(const Options& options) {
  CampaignOptions campaign;
  campaign.strategy = options.strategy;
  campaign.choices = options.choices;
  campaign.seed = options.seed;
  campaign.executions =
      options.executions.value_or(options.strategy == "exhaustive" ? executions_exhaustive : executions_default);
  campaign.seconds = options.seconds;
  campaign.go_on = options.go_on;
  campaign.depth = options.depth;
  campaign.bound = options.bound;
  campaign.spurious_max = options.spurious_max;
  campaign.steps_max = options.steps_max;
  campaign.stack_size = options.stack_size;
  return campaign;
}

std::optional<Token> token_to_replay() {
  const std::optional<std::string> text = variable("SNAG_REPLAY");
  if (!text) return std::nullopt;
  try {
    return parse_token(*text);
  } catch (const std::invalid_argument& error) { throw UsageError(fmt::format("SNAG_REPLAY: {}", error.what())); }
}

}  // namespace snag::testing
