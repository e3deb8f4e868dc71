#include "harness/cli/solution_run.h"

#include "checkers/causes.h"
#include "harness/campaign/campaign.h"
#include "harness/campaign/crash.h"
#include "harness/campaign/parallelism.h"
#include "harness/campaign/phases.h"
#include "harness/campaign/recall.h"
#include "harness/campaign/reproduce.h"
#include "harness/campaign/settle.h"
#include "harness/cli/options.h"
#include "harness/cli/plain_solution.h"
#include "harness/cli/result.h"
#include "harness/report/failure.h"
#include "harness/report/sentence.h"
#include "harness/strategies/priority.h"
#include "harness/strategies/round_robin.h"
#include "harness/students/build_solution.h"
#include "harness/students/child_process.h"
#include "harness/students/solution_library.h"
#include "harness/students/watch.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstring>
#include <exception>
#include <fstream>
#include <iostream>
#include <memory>
#include <set>

#include <fcntl.h>
#include <unistd.h>

namespace snag {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t measured_executions = 200;
constexpr std::uint64_t measured_seed = 1;
constexpr std::uint64_t further_seeds = 20;      // campaigns that look for a smaller interleaving
constexpr std::uint64_t executions_least = 100;  // fewer say nothing
constexpr double exhaustive_share = 0.6;         // of the time, where exhausting is known to be possible
constexpr double sampling_share = 0.3;
constexpr double grace_seconds = 60;  // beyond the budget, before the process counts as hung
constexpr std::size_t printed_max = 64UL * 1024;

// What the process is at, where its crash would be told.
constexpr const char* measuring = "measuring";
constexpr const char* loading = "loading";
constexpr const char* running = "running";

// ---- What the process tells the command -----------------------------------------------------------------------

fs::path crash_file;  // of this process: where a crash is told

fs::path crash_file_of(const SolutionJob& job) { return job.result.string() + ".crash"; }

nlohmann::json to_json(const Crash& crash) {
  return {{"name", crash.name},
          {"what", printable(crash.what)},
          {"place", printable(crash.place)},
          {"hint", printable(crash.hint)},
          {"token", crash.token}};
}

void write_crash(const Crash& crash) {
  std::ofstream stream(crash_file, std::ios::binary | std::ios::trunc);
  stream << to_json(crash).dump();
}

// While the library is loaded its global objects are made, outside any execution. What they throw ends in terminate, or
// comes through the loader, as the compiler has it.
[[noreturn]] void end_for_a_global_object() {
  std::string what = "an exception left the constructor of a global object";
  if (const std::exception_ptr current = std::current_exception()) {
    try {
      std::rethrow_exception(current);
    } catch (const std::exception& exception) { what += fmt::format(": {}", exception.what()); } catch (...) {
    }
  }
  write_crash({.name = "global-object",
               .what = what,
               .hint = "let the objects of snag be members or local variables, which each execution makes anew"});
  _exit(1);
}

// ---- Output ---------------------------------------------------------------------------------------------------

void flush_all() {
  std::cout.flush();
  std::cerr.flush();
  std::fflush(nullptr);
}

// What the program prints is kept for one execution, the one that is reported; a campaign's would be endless.
class Output {
 public:
  Output() : file_(dup(STDOUT_FILENO)), nothing_(open("/dev/null", O_WRONLY)) { to(nothing_); }
  void keep() { to(file_); }
  void drop() { to(nothing_); }
  std::string kept() const {
    std::string text(printed_max, '\0');
    const int file = open(fmt::format("/proc/self/fd/{}", file_).c_str(), O_RDONLY);
    const ssize_t count = read(file, text.data(), text.size());
    close(file);
    text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return text;
  }

 private:
  static void to(int file) {
    flush_all();
    dup2(file, STDOUT_FILENO);
    dup2(file, STDERR_FILENO);
  }
  int file_;
  int nothing_;
};

// ---- The search -----------------------------------------------------------------------------------------------

std::uint64_t switches_of(const Trace& trace) {
  std::uint64_t switches = 0;
  ThreadIndex last = no_thread;
  for (const Event& event : trace.events) {
    if (event.phase != Phase::done) continue;
    if (last != no_thread && event.thread != last) ++switches;
    last = event.thread;
  }
  return switches;
}

// One check under way.
class SolutionRun {
 public:
  SolutionRun(const SolutionJob& job, const Scenario* plain) : job_(job), plain_(plain) {
    result_.file = job.file;
    result_.scenario = job.scenario;
  }

  CheckResult run() {
    if (plain_ == nullptr)
      measure_suite();
    else
      result_.concurrency = job_.measured;
    watch_solution({}, job_.kind);
    if (plain_ == nullptr)
      load();
    else
      scenario_ = *plain_;
    write_crash({.name = running});
    try {
      if (job_.replay)
        replay_only();
      else
        search();
    } catch (const NondeterminismError& error) {
      fail("not-deterministic", error.what(), "");
    } catch (const UsageError& error) { fail("misuse-of-snag", error.what(), ""); }
    return std::move(result_);
  }

 private:
  void fail(const std::string& finding, const std::string& sentence, const std::string& mend) {
    result_.conclusion = Conclusion::wrong;
    result_.finding = finding;
    result_.sentence = sentence;
    result_.mend = mend;
  }

  // The suite's own variants first: the solution cannot have touched anything yet.
  void measure_suite() {
    Concurrency measured;
    double before = 0;
    for (const Scenario& scenario : job_.broken)
      before = std::max(before, measure_parallelism(scenario, measured_seed, measured_executions).average);
    if (before > 0) measured.before = before;
    for (const Scenario& scenario : job_.right) {
      const Parallelism right = measure_parallelism(scenario, measured_seed, measured_executions);
      measured.references.push_back({scenario.name.substr(scenario.name.find('/') + 1), right.average});
      untested_by_right_ones_ = std::max(untested_by_right_ones_, right.untested);
      data_seen_in_right_ones_ = data_seen_in_right_ones_ || right.data_seen;
    }
    result_.concurrency = std::move(measured);
  }

  void load() {
    write_crash({.name = loading});
    const std::terminate_handler before = std::set_terminate(&end_for_a_global_object);
    scenario_ = job_.conditions;
    try {
      scenario_.body = load_solution(job_.built);
    } catch (const MissingDefinition&) { throw; } catch (...) {
      end_for_a_global_object();
    }
    std::set_terminate(before);
  }

  // ---- Replaying

  // What failed before, in this program, is looked at first.
  void replay_failures_remembered() {
    if (job_.corpus.empty()) return;
    for (const Recalled& recalled : replay_remembered(scenario_, job_.corpus)) {
      ++result_.remembered;
      switch (recalled.verdict) {
        case RecallVerdict::stale:
        case RecallVerdict::unreadable: ++result_.stale; break;
        case RecallVerdict::passes: ++passing_; break;
        case RecallVerdict::fails:
        case RecallVerdict::fails_in_another: add_failing(recalled.stored.entry); break;
      }
    }
  }

  void add_failing(const CorpusEntry& entry) {
    if (entry.status == EntryStatus::fixed)
      result_.notes.push_back(fmt::format("a {} that was marked fixed is back", entry.finding));
    const std::unique_ptr<Strategy> rest = keep_within(scenario_.scheduling, std::make_unique<RoundRobinStrategy>());
    const Reproduction reproduction = reproduce(scenario_, entry.token, Detail::trace_only, rest.get());
    for (const Finding& finding : reproduction.narrative.findings) {
      if (finding.certainty != Certainty::happened) continue;
      Bug bug;
      bug.finding = finding;
      bug.trace = reproduction.narrative.trace;
      bug.token = entry.token;
      bug.token.schedule = reproduction.narrative.schedule;
      bug.token.trace_digest = trace_digest(bug.trace);
      bug.fingerprint = fingerprint_of(finding, bug.trace);
      bugs_.push_back(std::move(bug));
    }
  }

  // In place of what it was before the program was changed, if that is remembered.
  void remember_failure(const Bug& bug, const Narrative& narrative) {
    if (job_.corpus.empty()) return;
    try {
      CampaignOptions options;
      options.seed = job_.budget.seed;
      const CorpusEntry entry = remember(scenario_, bug, narrative, result_.sentence, options);
      const fs::path file = store_entry(job_.corpus, entry);
      for (const Recalled& old : replay_remembered(scenario_, job_.corpus)) {
        const CorpusEntry& remembered = old.stored.entry;
        const bool alike = remembered.finding == entry.finding && remembered.objects == entry.objects;
        if (old.stored.file != file && old.verdict == RecallVerdict::stale && alike &&
            remembered.status == EntryStatus::open)
          remove_entry(job_.corpus, old.stored.file);
      }
    } catch (const CorpusError& error) { result_.notes.emplace_back(error.what()); }
  }

  void replay_only() {
    result_.concurrency.reset();
    result_.executions = 1;
    Token token = *job_.replay;
    output_.keep();
    const WatchPause pause;
    const Reproduction reproduction = reproduce(scenario_, token, Detail::with_source);
    output_.drop();
    if (reproduction.divergence)
      throw ReplayDiverged(fmt::format("this token does not fit the program any more: at step {} (choice {}): {}",
                                       reproduction.divergence->step, reproduction.divergence->choice + 1,
                                       reproduction.divergence->what));
    const auto happened = [](const Finding& finding) { return finding.certainty == Certainty::happened; };
    const auto& findings = reproduction.narrative.findings;
    const auto found = std::ranges::find_if(findings, happened);
    if (found == findings.end()) {
      result_.conclusion = Conclusion::undecided;
      result_.notes.emplace_back("no finding in this execution; one execution proves nothing: check without --replay");
      return;
    }
    result_.printed = output_.kept();
    tell(*found, reproduction.narrative, token, "replayed");
  }

  // ---- Exploring

  void search() {
    replay_failures_remembered();
    if (!bugs_.empty()) result_.notes.emplace_back("a failure that was remembered has happened again");
    const Verified reachable = job_.reachable;
    if (reachable != Verified::no) exhaust(exhaustive_share);
    sample(reachable == Verified::no ? exhaustive_share + sampling_share : sampling_share);
    if (!bugs_.empty()) {
      look_for_smaller_ones();
      report_smallest();
      return;
    }
    conclude();
  }

  void exhaust(double share) {
    CampaignOptions options;
    options.executions = executions_exhaustive;
    options.seconds = job_.budget.seconds * share;
    const CampaignResult campaign = explore_all(scenario_, options);
    take_in(campaign);
    if (!bugs_.empty()) return;
    if (const std::string words = covered(campaign); !words.empty()) {
      result_.covered = {fmt::format("verified: {}; {}", words, memory_model_words)};
      verified_ = true;
    } else if (campaign.time_capped) {
      result_.notes.push_back(fmt::format("{} were tried one by one, and not all interleavings in the time (--time)",
                                          counted(campaign.executions, "execution")));
    }
  }

  void sample(double share) {
    CampaignOptions options;
    options.mixed = MixedSearch::sampling_only;
    options.seed = job_.budget.seed;
    options.executions = job_.budget.executions;
    options.seconds = job_.budget.seconds * share;
    options.stop_at_first = false;
    const CampaignResult campaign = explore(scenario_, options);
    take_in(campaign);
    if (!bugs_.empty()) return;
    result_.covered.push_back(fmt::format("no finding in {} (strategy {}, seed {}){}",
                                          counted(campaign.executions, "execution"), strategy_for(scenario_, options),
                                          options.seed, verified_ ? "" : "; not a proof"));
    for (const std::string& gap : gaps_of(to_result(scenario_, options, campaign)))
      if (!gap.starts_with("the time cap") || !verified_) result_.notes.push_back(gap);
    points_ = campaign.points;
    untested_ = campaign.untested;
    const bool too_few = campaign.executions - campaign.inconclusive < std::min(executions_least, options.executions);
    undecided_ = too_few && !verified_;
  }

  void look_for_smaller_ones() {
    for (std::uint64_t i = 1; i <= further_seeds; ++i) {
      CampaignOptions options;
      options.mixed = MixedSearch::sampling_only;
      options.seed = job_.budget.seed + i;
      options.executions = job_.budget.executions;
      options.seconds = job_.budget.seconds * (1 - exhaustive_share - sampling_share) / further_seeds;
      take_in(explore(scenario_, options));
    }
  }

  void take_in(const CampaignResult& campaign) {
    result_.executions += campaign.executions;
    for (const Bug& bug : campaign.bugs) {
      if (bug.finding.certainty == Certainty::happened)
        bugs_.push_back(bug);
      else
        predicted_.push_back(bug);
    }
  }

  // ---- Telling

  // One bug, one finding: what another one of them explains is a symptom.
  void keep_causes_only() {
    std::vector<Bug> kept;
    for (const Bug& bug : bugs_) {
      const bool explained = std::ranges::any_of(bugs_, [&](const Bug& other) {
        return other.finding.checker != bug.finding.checker &&
               explains(other.finding, other.trace, bug.finding, bug.trace);
      });
      if (!explained) kept.push_back(bug);
    }
    if (!kept.empty()) bugs_ = std::move(kept);
  }

  void report_smallest() {
    keep_causes_only();
    const auto size = [](const Bug& bug) { return std::pair(switches_of(bug.trace), bug.trace.events.size()); };
    const auto smallest = std::ranges::min_element(bugs_, {}, size);
    result_.failing = bugs_.size();
    result_.switches = size(*smallest).first;
    for (const Bug& bug : bugs_) {
      const std::string& name = bug.finding.checker;
      if (name != smallest->finding.checker && std::ranges::find(result_.others, name) == result_.others.end())
        result_.others.push_back(name);
    }
    output_.keep();
    const auto [bug, narrative] = [&] {
      const WatchPause pause;
      return narrate(scenario_, *smallest);
    }();
    output_.drop();
    result_.printed = output_.kept();
    tell(bug.finding, narrative, bug.token,
         fmt::format("switches from thread to thread: {}", grouped(result_.switches)));
    remember_failure(bug, narrative);
  }

  void tell(const Finding& finding, const Narrative& narrative, const Token& token, const std::string& remark) {
    const FileNames files(narrative);
    fail(finding.checker, render_alone(finding.sentence, narrative, files), "");
    result_.token = format_token(token);
    result_.replay_command = job_.replay_prefix + result_.token;
    result_.report = format_failure({finding, narrative, scenario_.name, result_.replay_command, remark}, job_.style);
  }

  void conclude() {
    note_predictions();
    if (passing_ > 0) result_.notes.push_back(fmt::format("failures remembered that pass now: {}", grouped(passing_)));
    const Parallelism measured = measure_parallelism(scenario_, measured_seed, measured_executions);
    if (measured.threads == 0) return refuse_untested("it never started a thread");
    if (result_.concurrency) {
      result_.concurrency->threads = measured.threads;
      result_.concurrency->solution = measured.average;
    }
    // Of a plain one all accesses are seen.
    if (plain_ == nullptr && (points_ == 0 || untested_ > untested_by_right_ones_))
      return refuse_untested(fmt::format("{} of its {} never reached a scheduling point", grouped(untested_),
                                         counted(measured.threads, "thread")));
    if (undecided_) {
      result_.conclusion = Conclusion::undecided;
      return;
    }
    result_.conclusion = Conclusion::right;
    if (data_seen_in_right_ones_ && !measured.data_seen)
      result_.notes.emplace_back(
          "no thread touched a snag::shared or a snag::atomic: whether plain variables are used safely was not tested");
    if (!result_.concurrency) return;
    double least = measured.average;
    if (!result_.concurrency->references.empty())
      least = std::ranges::min(result_.concurrency->references, {}, &Concurrency::Reference::parallelism).parallelism;
    // On one processor, or with one thread, or when nothing of what they do is seen, there is nothing to compare.
    if (scenario_.scheduling || measured.threads < 2 || measured.average == 0)
      result_.concurrency.reset();
    else if (is_serialised(measured.average, least))
      result_.conclusion = Conclusion::serialised;
  }

  // One note a kind: what might happen, and could not be made to.
  void note_predictions() {
    std::set<std::string> told;
    for (const Bug& predicted : predicted_) {
      if (!told.insert(predicted.finding.checker).second) continue;
      const WatchPause pause;
      const auto [bug, narrative] = narrate(scenario_, predicted);
      result_.notes.push_back(fmt::format("predicted, not confirmed: {}: {}", bug.finding.checker,
                                          render_alone(bug.finding.sentence, narrative, FileNames(narrative))));
    }
  }

  void refuse_untested(const std::string& why) {
    result_.conclusion = Conclusion::untested;
    result_.finding = "untested";
    result_.sentence = why;
    result_.mend =
        plain_ != nullptr
            ? "The threads are what is checked: let it do its work on them."
            : "What threads share has to be snag::shared, snag::atomic or under a lock of snag: only there can they be "
              "interleaved.";
    result_.covered.clear();
    result_.notes.clear();
    result_.concurrency.reset();
  }

  const SolutionJob& job_;
  const Scenario* plain_;  // null: a typed one
  Output output_;
  Scenario scenario_;
  CheckResult result_;
  std::vector<Bug> bugs_;
  std::vector<Bug> predicted_;
  std::uint64_t passing_ = 0;  // of what was remembered
  std::uint64_t points_ = 0;
  std::uint64_t untested_ = 0;
  std::uint32_t untested_by_right_ones_ = 0;
  bool data_seen_in_right_ones_ = false;
  bool verified_ = false;
  bool undecided_ = false;
};

// ---- In the process of its own --------------------------------------------------------------------------------

void write_result(const fs::path& file, const nlohmann::ordered_json& document) {
  std::ofstream stream(file, std::ios::binary | std::ios::trunc);
  stream << document.dump();
  stream.close();
  if (!stream) throw std::runtime_error(fmt::format("cannot write {}: {}", file.string(), std::strerror(errno)));
}

ChildProcess start(const SolutionJob& job, const fs::path& output) {
  if (job.kind == SolutionKind::typed) {
    const auto run = [&] {
      run_solution_here(job, nullptr);
      return 0;
    };
    return ChildProcess::start(run, output);
  }
  crash_file = crash_file_of(job);
  write_crash({.name = loading});
  return start_plain_solution(job, output);
}

// ---- In the command -------------------------------------------------------------------------------------------

std::string how_it_ended(const Ended& ended) {
  if (ended.timed_out) return "it did not end in time and was stopped";
  if (ended.signal != 0) return fmt::format("signal {} ({}) ended it", ended.signal, strsignal(ended.signal));
  return fmt::format("it ended itself with exit code {}", ended.code);
}

std::string as_sentence(std::string text) {
  if (text.empty()) return text;
  text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
  return text + ".";
}

// What is known of a process that left no result.
CheckResult tell_crash(const SolutionJob& job, const Ended& ended) {
  CheckResult result;
  result.conclusion = Conclusion::wrong;
  result.finding = "crash";
  const auto crash = nlohmann::json::parse(read_text(crash_file_of(job)), nullptr, false);
  const std::string name = crash.is_object() ? crash.at("name").get<std::string>() : running;
  if (name == measuring)
    throw std::runtime_error(fmt::format("the suite's own variants could not be measured: {}", how_it_ended(ended)));
  if (name == loading || name == running) {
    result.sentence = fmt::format("The solution's process is gone{}: {}.",
                                  name == loading ? " while its global objects were made" : "", how_it_ended(ended));
    return result;
  }
  result.finding = crash.at("name");
  result.sentence = crash.at("what");
  if (const std::string place = crash.at("place"); !place.empty()) result.sentence += fmt::format(": {}", place);
  result.sentence += ".";
  result.mend = as_sentence(crash.at("hint"));
  result.token = crash.at("token");
  if (!result.token.empty()) result.replay_command = job.replay_prefix + result.token;
  return result;
}

CheckResult tell_missing(const std::string& what) {
  CheckResult result;
  result.conclusion = Conclusion::wrong;
  result.finding = "link-error";
  result.sentence = what;
  return result;
}

}  // namespace

std::string solution_scenario_name(const std::string& scenario) { return scenario + "/solution"; }

void run_solution_here(const SolutionJob& job, const Scenario* plain) {
  try {
    crash_file = crash_file_of(job);
    report_crashes_to(&write_crash);
    write_crash({.name = plain == nullptr ? measuring : loading});
    const std::string text = format_check_json(SolutionRun(job, plain).run());
    write_result(job.result, {{"check", text}});
  } catch (const MissingDefinition& error) {
    write_result(job.result, {{"missing", error.what()}});
  } catch (const ReplayDiverged& error) {
    write_result(job.result, {{"diverged", error.what()}});
  } catch (const std::exception& error) { write_result(job.result, {{"error", error.what()}}); }
}

CheckResult run_solution(const SolutionJob& job) {
  const fs::path output = job.result.string() + ".output";
  const Ended ended = start(job, output).wait(job.budget.seconds + grace_seconds);
  if (!fs::exists(job.result)) return tell_crash(job, ended);
  const auto document = nlohmann::json::parse(read_text(job.result), nullptr, false);
  if (!document.is_object() || document.empty()) return tell_crash(job, ended);
  const std::string text = document.front();
  if (document.contains("check")) return read_check_json(text);
  if (document.contains("missing")) return tell_missing(text);
  if (document.contains("diverged")) throw ReplayDiverged(text);
  throw std::runtime_error(text);
}

}  // namespace snag
