#include "harness/cli/options.h"

#include "checkers/finding_names.h"
#include "harness/campaign/corpus.h"
#include "harness/campaign/watchdog.h"
#include "harness/cli/output.h"
#include "harness/cli/progress.h"
#include "harness/cli/select.h"
#include "harness/cli/solution_run.h"
#include "harness/report/json.h"
#include "harness/report/junit.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <limits>
#include <string_view>
#include <vector>

#include <sched.h>

namespace snag {

namespace fs = std::filesystem;

namespace {

const std::vector<std::string> strategies = {"mixed", "random", "round_robin", "pct", "exhaustive", "dpor", "priority"};

constexpr std::size_t jobs_max = 1024;

constexpr std::array<std::string_view, 3> points_names = {"sync", "races", "all"};  // as in SwitchAt

// The processors that this process may use; none for workers under a debugger, which would not see into them.
std::size_t default_jobs() {
  if (is_debugged()) return 0;
  cpu_set_t processors;
  if (sched_getaffinity(0, sizeof processors, &processors) != 0) return 1;
  return static_cast<std::size_t>(std::max(1, CPU_COUNT(&processors)));
}

// A line with a checker that no finding is called would be of no use, and nobody would know.
std::vector<Suppression> read_known_suppressions(const std::string& path) {
  std::vector<Suppression> lines = read_suppressions(path);
  const std::vector<std::string>& known = finding_names();
  for (const Suppression& line : lines) {
    if (std::ranges::any_of(known, [&](const std::string& name) { return fits(line.checker, name); })) continue;
    throw UsageError(fmt::format("{}: no finding is called '{}'{}\n  there are {}", line.place, line.checker,
                                 did_you_mean(line.checker, known), fmt::join(known, ", ")));
  }
  return lines;
}

// Numbers may have a unit behind them.
struct Unit {
  char letter;
  double factor;
};

[[noreturn]] void refuse(std::string_view flag, const std::string& text, std::string_view wanted) {
  throw UsageError(fmt::format("{} wants {}, and got '{}'", flag, wanted, text));
}

template <class Number>
Number parse_number(std::string_view flag, const std::string& text, Number least, Number most,
                    std::string_view wanted) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || !(number >= least && number <= most))
    refuse(flag, text, wanted);
  return number;
}

double parse_with_unit(std::string_view flag, std::string text, const std::vector<Unit>& units,
                       std::string_view wanted) {
  const std::string whole = text;
  double factor = 1;
  for (const Unit& unit : units) {
    if (text.empty() || text.back() != unit.letter) continue;
    factor = unit.factor;
    text.pop_back();
    break;
  }
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || !(number > 0 && number < 1e15))
    refuse(flag, whole, wanted);
  return number * factor;
}

using Reader = std::function<void(const std::string&)>;

// A flag with a value; given twice, the last one counts, so that wrappers can set defaults.
void add(CLI::App& command, const std::string& flag, const std::string& type, const std::string& help, Reader reader) {
  command.add_option_function<std::string>(flag, std::move(reader), help)
      ->type_name(type)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast)
      ->group("Search");
}

void add_budget_flags(CLI::App& command, CommandOptions& options) {
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  CampaignOptions& campaign = options.campaign;
  add(command, "--strategy", "NAME",
      "mixed (default: dpor first, then random, pct and round_robin in turns), random, round_robin, pct, exhaustive, "
      "dpor or priority",
      [&](const std::string& text) {
        if (std::ranges::find(strategies, text) == strategies.end())
          throw UsageError(fmt::format(
              "there is no strategy '{}'{}\n  there are mixed, random, round_robin, pct, exhaustive, dpor and priority",
              text, did_you_mean(text, strategies)));
        campaign.strategy = text;
        options.strategy_given = true;
      });
  add(command, "--seed", "N", "equal seeds give equal executions, on any machine (default 1)",
      [&](const std::string& text) {
        campaign.seed = parse_number<std::uint64_t>("--seed", text, 0, most, "a whole number, for example 42");
      });
  add(command, "--executions", "N",
      "executions a variant (default 2000; for exhaustive and dpor a cap, default 200000)",
      [&](const std::string& text) {
        options.executions = parse_number<std::uint64_t>("--executions", text, 1, most,
                                                         "a whole number of at least 1, for example 2000");
      });
  add(command, "--time", "SECONDS",
      "cap on the time of the whole command; 90, 90s, 5m or 1h. Hitting it is inconclusive",
      [&](const std::string& text) {
        campaign.seconds = parse_with_unit("--time", text, {{'s', 1}, {'m', 60}, {'h', 3600}},
                                           "a time of more than 0 seconds, for example 30 or 5m");
      });
}

void add_execution_flags(CLI::App& command, CommandOptions& options) {
  constexpr std::uint32_t most = std::numeric_limits<std::uint32_t>::max();
  CampaignOptions& campaign = options.campaign;
  add(command, "--steps", "N",
      "scheduling points after which an execution counts as endless (default: what the scenario says, or 100000)",
      [&](const std::string& text) {
        campaign.steps_max = parse_number<Step>("--steps", text, 1, most, "a whole number of at least 1");
      });
  add(command, "--jobs", "N",
      "worker processes (default: one for each processor); 0: none, and a crash ends the command",
      [&](const std::string& text) {
        options.jobs =
            parse_number<std::size_t>("--jobs", text, 0, jobs_max, "a whole number from 0 to 1024, for example 4");
      });
  add(command, "--hang", "SECONDS",
      "processor time without a scheduling point after which a thread counts as hung (default 5; not with --jobs 0)",
      [&](const std::string& text) {
        campaign.hang_seconds =
            parse_with_unit("--hang", text, {{'s', 1}, {'m', 60}}, "a time of more than 0 seconds, for example 10");
      });
  add(command, "--memory", "BYTES",
      "memory that a worker may use beside what it begins with; 4G (default), 512M (not with --jobs 0)",
      [&](const std::string& text) {
        const double bytes = parse_with_unit("--memory", text, {{'M', 1024.0 * 1024}, {'G', 1024.0 * 1024 * 1024}},
                                             "a number of bytes, for example 2G");
        if (bytes < 16.0 * 1024 * 1024) refuse("--memory", text, "at least 16M");
        campaign.memory = static_cast<std::size_t>(bytes);
      });
  add(command, "--stack-size", "BYTES", "stack of each thread: 512K or 1M (default 256K; 8M in unmodified programs)",
      [&](const std::string& text) {
        const double bytes = parse_with_unit("--stack-size", text, {{'K', 1024}, {'M', 1024.0 * 1024}},
                                             "a number of bytes, for example 512K");
        if (bytes < 16 * 1024 || bytes > 1024.0 * 1024 * 1024) refuse("--stack-size", text, "between 16K and 1024M");
        campaign.stack_size = static_cast<std::size_t>(bytes);
      });
  add(command, "--spurious", "N",
      "spurious wake-ups and try_lock failures an execution (default 1; exhaustive and dpor 0)",
      [&](const std::string& text) {
        campaign.spurious_max =
            parse_number<std::uint32_t>("--spurious", text, 0, most, "a whole number, for example 0");
      });
  add(command, "--go-on", "P", "random: how likely a thread goes on at each point, 0 to 1",
      [&](const std::string& text) {
        campaign.go_on = parse_number<double>("--go-on", text, 0, 1, "a probability from 0 to 1, for example 0.9");
      });
  add(command, "--depth", "N", "pct: how many switches the bug needs (default 3)", [&](const std::string& text) {
    options.depth = parse_number<std::uint32_t>("--depth", text, 1, 1000, "a whole number from 1 to 1000");
  });
  add(command, "--points", "WHERE",
      "unmodified programs: where threads may switch: sync (locks, atomics, ...), races (default: also at plain "
      "accesses "
      "that were seen to race) or all (every access)",
      [&](const std::string& text) {
        const auto found = std::ranges::find(points_names, text);
        if (found == points_names.end()) refuse("--points", text, "sync, races or all");
        campaign.points = static_cast<SwitchAt>(found - points_names.begin());
      });
  add(command, "--bound", "N", "exhaustive, dpor: preemptions at most (default: no bound)",
      [&](const std::string& text) {
        campaign.bound = parse_number<std::uint32_t>("--bound", text, 0, most, "a whole number, for example 2");
      });
}

CorpusFolder settle_corpus(const CommandOptions& options, DefaultCorpus corpus) {
  if (options.corpus_off && !options.corpus.empty())
    throw UsageError("--corpus and --no-corpus contradict each other: give one of them");
  if (options.corpus_off) return {};
  if (!options.corpus.empty()) {
    try {
      prepare_corpus(options.corpus);
    } catch (const CorpusError& error) { throw UsageError(error.what()); }
    return {CorpusFolder::Use::all, options.corpus};
  }
  const std::optional<fs::path> found = corpus == DefaultCorpus::none ? std::nullopt : checkout_corpus();
  return found ? CorpusFolder{CorpusFolder::Use::surprises, *found} : CorpusFolder{};
}

// A flag that the strategy does not know would be ignored, and the search would not be the one that was meant.
void check_flags(const CampaignOptions& campaign, std::optional<std::uint32_t> depth) {
  const auto needs = [&](bool given, const char* flag, const std::vector<std::string>& known_to) {
    if (!given || std::ranges::find(known_to, campaign.strategy) != known_to.end()) return;
    throw UsageError(fmt::format("{} means nothing to the strategy {}: leave it out, or give --strategy {}", flag,
                                 campaign.strategy, fmt::join(known_to, " or ")));
  };
  needs(campaign.go_on.has_value(), "--go-on", {"random"});
  needs(depth.has_value(), "--depth", {"pct"});
  needs(campaign.bound.has_value(), "--bound", {"exhaustive", "dpor"});
}

}  // namespace

void add_campaign_flags(CLI::App& command, CommandOptions& options) {
  add_budget_flags(command, options);
  add_execution_flags(command, options);
  command
      .add_flag_callback(
          "--check-determinism", [&] { options.campaign.determinism_every = 1; },
          "run every schedule twice and compare (default: one in 1000)")
      ->group("Search");
  const auto file = [&](const char* flag, std::string& path, const char* help) {
    command.add_option(flag, path, help)
        ->type_name("FILE")
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast)
        ->group("Results");
  };
  file("--junit", options.junit, "write JUnit XML, as GitLab and Jenkins read it");
  file("--json", options.json, "write everything as JSON (docs/json.md)");
  command
      .add_option("--corpus", options.corpus, "remember every finding in this folder, and replay what it holds first")
      ->type_name("DIR")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast)
      ->group("Results");
  command.add_flag("--no-corpus", options.corpus_off, "neither remember failures nor replay them")->group("Results");
  command
      .add_option_function<std::string>(
          "--suppressions",
          [&](const std::string& path) { options.campaign.suppressions = read_known_suppressions(path); },
          "findings not to be told of: lines checker:pattern, data-race:account.* (docs/unmodified.md)")
      ->type_name("FILE")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast)
      ->group("Results");
  command.add_flag("--strict", options.strict, "predicted findings and inconclusive searches fail, too")
      ->group("Results");
}

void add_check_flags(CLI::App& command, CheckBudget& budget, std::size_t& hint) {
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  add(command, "--executions", "N", "executions to sample (default 2000)", [&](const std::string& text) {
    budget.executions =
        parse_number<std::uint64_t>("--executions", text, 1, most, "a whole number of at least 1, for example 2000");
  });
  add(command, "--time,--seconds", "SECONDS", "cap on the search (default 5); 30, 30s or 5m",
      [&](const std::string& text) {
        budget.seconds = parse_with_unit("--time", text, {{'s', 1}, {'m', 60}, {'h', 3600}},
                                         "a time of more than 0 seconds, for example 30 or 5m");
      });
  add(command, "--seed", "N", "equal seeds give equal executions (default 1)", [&](const std::string& text) {
    budget.seed = parse_number<std::uint64_t>("--seed", text, 0, most, "a whole number, for example 42");
  });
  add(command, "--hint", "N", "show this hint of the lesson (the first one comes by itself)",
      [&](const std::string& text) {
        hint = parse_number<std::size_t>("--hint", text, 1, 99, "the number of a hint, for example 2");
      });
}

std::optional<fs::path> checkout_corpus() {
  std::error_code error;
  const fs::path here = fs::current_path(error);
  for (fs::path folder = here; !error; folder = folder.parent_path()) {
    if (fs::exists(folder / ".git", error)) {
      if (!fs::is_directory(folder / "scenarios", error)) return std::nullopt;
      return (folder / "corpus").lexically_proximate(here);
    }
    if (folder == folder.parent_path()) break;
  }
  return std::nullopt;
}

void settle_options(CommandOptions& options, DefaultCorpus corpus) {
  const bool exhaustive = options.campaign.strategy == "exhaustive" || options.campaign.strategy == "dpor";
  options.campaign.executions = options.executions.value_or(exhaustive ? executions_exhaustive : executions_default);
  check_flags(options.campaign, options.depth);
  options.campaign.depth = options.depth.value_or(options.campaign.depth);
  options.campaign.coverage = true;
  options.campaign.jobs = options.jobs ? *options.jobs : default_jobs();
  const auto place = [](const std::string& path) { return fs::weakly_canonical(fs::absolute(path)); };
  if (!options.junit.empty() && !options.json.empty() && place(options.junit) == place(options.json))
    throw UsageError(fmt::format("--junit and --json both name {}: give each a file of its own", options.junit));
  if (!options.junit.empty() || !options.json.empty()) {
    keep_on_without_readers();
    ProgressLine::note_interrupts();  // files that have been begun are to be finished
  }
  if (!options.junit.empty()) begin_file(options.junit, format_unfinished_junit());
  if (!options.json.empty()) begin_file(options.json, format_unfinished_json());
  options.corpus_folder = settle_corpus(options, corpus);
}

}  // namespace snag
