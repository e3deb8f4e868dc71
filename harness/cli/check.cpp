// `check`: builds a student's solution against the scenario's driver, runs it apart, and says what it is.
#include "harness/campaign/corpus.h"
#include "harness/cli/commands.h"
#include "harness/cli/family.h"
#include "harness/cli/output.h"
#include "harness/cli/plain_solution.h"
#include "harness/cli/solution_run.h"
#include "harness/execution/execution.h"
#include "harness/students/build_solution.h"
#include "harness/students/child_process.h"
#include "harness/students/lesson.h"
#include "harness/students/temporary_folder.h"
#include "harness/students/working_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

#include <unistd.h>

namespace snag {

namespace fs = std::filesystem;

namespace {

void refuse_file(const std::string& file) {
  std::error_code error;
  if (fs::is_directory(file, error))
    throw UsageError(
        fmt::format("{} is a folder: name the file, for example {}", file, (fs::path(file) / "solution.cpp").string()));
  if (!fs::exists(file, error))
    throw UsageError(fmt::format("there is no file {}; `snag new` makes a folder with one to begin with", file));
  if (!std::ifstream(file)) throw UsageError(fmt::format("cannot read {}: {}", file, std::strerror(errno)));
  if (!fs::is_regular_file(file, error)) throw UsageError(fmt::format("{} is no regular file", file));
}

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

// --compiler, else $CXX, else the one that snag was built with.
struct Compiler {
  std::vector<std::string> command;
  std::string source;  // of a choice that the user made
};

Compiler choose_compiler(const std::string& flag, const Installation& installation) {
  if (!flag.empty()) return {words_of(flag), "--compiler"};
  if (const char* const variable = std::getenv("CXX"); variable != nullptr && !words_of(variable).empty())
    return {words_of(variable), "CXX in the environment"};
  return {installation.compiler, ""};
}

BuiltSolution build(const BuildJob& job, const Compiler& compiler, const Installation& installation) {
  try {
    return build_solution(job, installation);
  } catch (const std::system_error& error) {
    if (compiler.source.empty()) throw;
    throw UsageError(
        fmt::format("{} (from {}): name a compiler such as g++ or clang++", error.what(), compiler.source));
  }
}

CheckResult tell_build_failure(const BuiltSolution& built) {
  CheckResult result;
  result.conclusion = Conclusion::wrong;
  result.finding = built.linker_messages.empty() ? "compile-error" : "link-error";
  for (const std::string& message : built.linker_messages)
    result.sentence += (result.sentence.empty() ? "" : "\n") + message;
  if (built.diagnostics.own.empty() && built.diagnostics.errors_elsewhere > 0)
    result.sentence = fmt::format("The first error is {}", built.diagnostics.first_elsewhere);
  return result;
}

// One command under way.
class Check {
 public:
  // The installation comes first: without one the scenarios are not those of the suite.
  Check(Installation installation, const std::vector<Scenario>& catalogue, const CheckOptions& options,
        const std::string& program)
      : installation_(std::move(installation)),
        options_(options),
        family_(exercise_of(catalogue, options.scenario)),
        program_(program) {}

  CheckResult run() {
    refuse_file(options_.file);
    const std::optional<Token> replay = token_to_replay();
    const fs::path scenario = installation_.scenarios / family_.group / family_.name;
    folder_ = scenario;
    choose_kind();
    const Lesson lesson = read_lesson(read_text(scenario / "lesson.md"));
    if (options_.hint > lesson.hints.size())
      throw UsageError(
          fmt::format("--hint {}: the lesson of {} has {} hints", options_.hint, family_.name, lesson.hints.size()));
    const Compiler compiler = choose_compiler(options_.compiler, installation_);
    CheckResult result = build_and_run(compiler, replay);
    result.scenario = family_.name;
    result.file = options_.file;
    add_hint(result, lesson);
    note_changed_interface(result);
    return result;
  }

 private:
  // A snag that was built with sanitizers has no front end for plain programs.
  bool takes_plain_solutions() const {
    return has_plain_form(folder_) && std::ranges::none_of(installation_.flags, [](const std::string& flag) {
             return flag.starts_with("-fsanitize=");
           });
  }

  void choose_kind() {
    if (!takes_plain_solutions() || kind_of_solution(read_text(options_.file)) == SolutionKind::typed) return;
    if (!family_.broken.empty() && family_.broken.front().scheduling)
      throw UsageError(
          fmt::format("{} is about priorities, which mean nothing in plain C++: write the solution with "
                      "snag's types",
                      family_.name));
    kind_ = SolutionKind::plain;
    folder_ = plain_form_of(folder_);
  }

  std::optional<Token> token_to_replay() const {
    if (options_.replay.empty()) return std::nullopt;
    Token token = read_argument(options_.replay).token;
    if (token.scenario != solution_scenario_name(family_.name))
      throw UsageError(fmt::format("this token is of {}, not of a check of {}: `snag replay` takes those of the suite",
                                   token.scenario, family_.name));
    return token;
  }

  CheckResult build_and_run(const Compiler& compiler, const std::optional<Token>& replay) const {
    const NotedInterrupts noted;
    const TemporaryFolder work;
    const BuiltSolution built = build(
        {.kind = kind_, .scenario = folder_, .file = options_.file, .work = work.path(), .compiler = compiler.command},
        compiler, installation_);
    CheckResult result = built.built ? run_solution(job(work.path(), built.file, replay)) : tell_build_failure(built);
    result.diagnostics = built.diagnostics;
    for (std::string* const text : {&result.sentence, &result.report}) name_as_given(*text);
    return result;
  }

  // A folder that was asked for is made; one beside the file is used if it is there, as `snag new` makes it.
  fs::path corpus() const {
    std::error_code error;
    if (!options_.corpus.empty()) {
      prepare_corpus(options_.corpus);
      return options_.corpus;
    }
    fs::path beside = fs::path(options_.file).parent_path() / corpus_name;
    return fs::is_directory(beside, error) ? beside : fs::path();
  }

  // Debug information knows the file by its whole path.
  void name_as_given(std::string& text) const {
    const std::string whole = fs::absolute(options_.file).string();
    if (whole == options_.file) return;
    for (std::size_t at = 0; (at = text.find(whole, at)) != std::string::npos; at += options_.file.size())
      text.replace(at, whole.size(), options_.file);
  }

  SolutionJob job(const fs::path& work, const fs::path& built, const std::optional<Token>& replay) const {
    SolutionJob job;
    job.kind = kind_;
    job.built = built;
    job.scenario = family_.name;
    job.file = options_.file;
    job.broken = family_.broken;
    job.right = family_.right;
    job.conditions = family_.right.empty() ? family_.broken.front() : family_.right.front();  // all have the same
    job.conditions.name = solution_scenario_name(family_.name);
    job.conditions.body = nullptr;
    job.conditions.expected.clear();
    for (const Scenario& right : family_.right) job.reachable = std::max(job.reachable, right.verified);
    if (kind_ == SolutionKind::plain) job.measured = read_parallelism(folder_);
    job.budget = options_.budget;
    job.replay = replay;
    job.corpus = corpus();
    job.replay_prefix = fmt::format("{} check {} {} --replay ", quoted_for_shell(program_), family_.name,
                                    quoted_for_shell(options_.file));
    job.style = options_.format == CheckFormat::text ? output_style() : Style::plain;
    job.result = work / "result.json";
    return job;
  }

  // While it is wrong the first one is given away, and any that is asked for.
  void add_hint(CheckResult& result, const Lesson& lesson) const {
    const bool right = result.conclusion == Conclusion::right || result.conclusion == Conclusion::serialised;
    const bool helps = !right && result.finding != "compile-error" && result.finding != "link-error";
    const std::size_t number = options_.hint > 0 ? options_.hint : helps ? 1 : 0;
    if (number == 0 || number > lesson.hints.size()) return;
    result.hint = Hint{number, lesson.hints.size(), lesson.hints[number - 1]};
  }

  void note_changed_interface(CheckResult& result) const {
    const fs::path beside = fs::path(options_.file).parent_path() / "interface.h";
    std::error_code error;
    if (!fs::is_regular_file(beside, error)) return;
    if (read_text(beside) != read_text(folder_ / "interface.h"))
      result.notes.push_back(fmt::format(
          "{} differs from the scenario's own, which is what the solution was built with", beside.string()));
  }

  Installation installation_;
  const CheckOptions& options_;
  Family family_;
  std::string program_;
  SolutionKind kind_ = SolutionKind::typed;
  fs::path folder_;  // of the scenario, or of its plain form
};

int exit_code_of(Conclusion conclusion) {
  return conclusion == Conclusion::right || conclusion == Conclusion::serialised ? exit_clean : exit_finding;
}

}  // namespace

int check_command(const std::vector<Scenario>& catalogue, const CheckOptions& options, const std::string& program) {
  try {
    const CheckResult result = Check(find_installation(), catalogue, options, program).run();
    write_out(options.format == CheckFormat::json ? format_check_json(result) : format_check(result, output_style()));
    return exit_code_of(result.conclusion);
  } catch (const CorpusError& error) { throw UsageError(error.what()); } catch (const Interrupted&) {
    complain(fmt::format("{}: interrupted: nothing is known", program));
    return exit_interrupted;
  }
}

}  // namespace snag
