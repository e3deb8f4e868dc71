// The command line itself: which command, its flags, and the one place where errors become messages and exit codes.
#include "harness/cli/run_command.h"

#include "harness/campaign/crash.h"
#include "harness/cli/commands.h"
#include "harness/cli/corpus.h"
#include "harness/cli/launch.h"
#include "harness/cli/output.h"
#include "harness/cli/select.h"
#include "harness/drivers/driver.h"
#include "harness/report/json.h"
#include "harness/report/junit.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <utility>

#include <unistd.h>

namespace snag {

namespace {

constexpr const char* version = "0.1.0";  // the project's, in CMakeLists.txt

constexpr const char* patterns_help =
    "variants: a name (withdraw/broken), a part of one (withdraw), a group (races) or a quoted glob ('*/broken*')";

// The commands, their flags and what was said in them.
class CommandLine {
 public:
  CommandLine(const std::vector<Scenario>& catalogue, ReplayLine replay, const std::vector<std::string>& tests)
      : app_("Runs concurrent programs under many interleavings and names the bug that one of them shows."),
        program_(std::filesystem::path(replay.program()).filename().string()),
        catalogue_(catalogue),
        tests_(tests),
        replay_(std::move(replay)) {
    app_.name(program_);
    app_.set_version_flag("--version", fmt::format("snag {}", version));
    app_.require_subcommand(1);
    app_.footer(fmt::format(
        "For example\n  {0} list races\n  {0} run --junit report.xml\n  {0} explore withdraw/broken --seed 7\n"
        "Exit codes: 0 clean, 1 a finding or a surprise, 2 a mistake in the command, 3 an error of the\n"
        "harness itself, a replay that does not fit any more, or nothing ran; 130 interrupted.",
        program_));
    add_list();
    add_run();
    add_explore();
    add_replay();
    add_corpus();
    add_new();
    add_check();
    add_drivers();
  }

  int run(int argc, char** argv) {
    std::string help = "--help";
    if (argc == 2 && std::string_view(argv[1]) == "help") argv[1] = help.data();
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      if (error.get_exit_code() == 0) return app_.exit(error);  // --help, --version
      throw UsageError(explain(error, argc, argv));
    }
    if (!run_->parsed() && !explore_->parsed()) return command_();
    const bool of_suite = run_->parsed() && !is_for_program();
    settle_options(options_, of_suite ? DefaultCorpus::of_checkout : DefaultCorpus::none);
    return command_();
  }

  // Whether one whole program is what there is to run.
  bool is_for_program() const { return !replay_.after_token().empty(); }

 private:
  void add_list() {
    CLI::App* const list = app_.add_subcommand("list", "names the variants, what they do and what they must give");
    list->add_option("PATTERN", patterns_, patterns_help)->type_name("");
    list->add_flag("--json", as_json_, "as JSON");
    list->callback([this] {
      command_ = [this] {
        return list_command(catalogue_, patterns_, as_json_ ? ListFormat::json : ListFormat::table);
      };
    });
  }

  void add_run() {
    run_ = app_.add_subcommand("run",
                               "runs variants and holds each against the findings that it declares; or, behind --, "
                               "searches a whole program for bugs");
    run_->add_option("PATTERN", patterns_, patterns_help)->type_name("");
    add_campaign_flags(*run_, options_);
    run_->footer(fmt::format(
        "Exit code 0: each variant gave exactly its findings; 1: there was a surprise.\nFor example\n"
        "  {0} run\n  {0} run races --seed 7\n  {0} run 'withdraw/*' --executions 20000 --junit report.xml\n"
        "In a checkout (a folder with .git and scenarios/) surprises are remembered in corpus/, and what it\n"
        "holds is replayed first; --corpus DIR remembers every finding in DIR.\n"
        "A whole program, built with `{0} c++` or `{0} cc` (docs/unmodified.md):\n"
        "  {0} run --executions 10000 -- ./program its arguments\n"
        "  {0} replay TOKEN -- ./program its arguments\n"
        "  {0} run --suppressions snag.supp -- ./program      lines checker:pattern, data-race:third_party/*\n"
        "  {0} run -- ./tests --gtest_filter='Queue.*'        each test of GoogleTest by itself\n"
        "Exit code 0: no finding; 1: a finding.",
        program_));
    run_->add_flag("--all", options_.all, "whole programs: go on after the first finding")->group("Search");
    run_->add_flag("--together", options_.together,
                   "whole programs: run all tests of GoogleTest as one scenario, not each by itself")
        ->group("Search");
    run_->callback([this] { command_ = [this] { return run(); }; });
  }

  int run() {
    if (options_.together && !is_for_program())
      throw UsageError("--together is for whole programs: leave it out, or name a program behind --");
    if (!is_for_program()) return run_suite_command(catalogue_, patterns_, options_, replay_);
    if (!patterns_.empty())
      throw UsageError(fmt::format("'{}' is one argument too many: what is to be run stands behind --", patterns_[0]));
    if (!tests_.empty()) return run_tests_command(catalogue_, tests_, options_, replay_);
    return explore_command(catalogue_, catalogue_.front().name, options_, replay_);
  }

  void add_explore() {
    explore_ = app_.add_subcommand("explore", "searches one variant for bugs and reports what it finds");
    explore_->add_option("VARIANT", variant_, "its name, or a pattern that fits only one")->type_name("")->required();
    add_campaign_flags(*explore_, options_);
    explore_->add_flag("--all", options_.all, "go on after the first finding")->group("Search");
    explore_->footer(
        fmt::format("Exit code 0: no finding; 1: a finding.\nFor example\n  {0} explore withdraw/broken\n"
                    "  {0} explore withdraw/fixed_lock --strategy exhaustive\n"
                    "  {0} explore withdraw/broken --corpus corpus",
                    program_));
    explore_->callback(
        [this] { command_ = [this] { return explore_command(catalogue_, variant_, options_, replay_); }; });
  }

  void add_replay() {
    CLI::App* const replay = app_.add_subcommand("replay", "runs one failing execution again, step by step");
    replay->add_option("TOKEN", token_, "the token that a report printed, or a file that holds one")
        ->type_name("")
        ->required();
    replay->add_flag("--no-source", no_source_, "do not look up source lines: faster");
    replay->footer(fmt::format(
        "Exit code 1: the finding is there again; 0: nothing was found; 3: the token does not fit any more.\n"
        "Under a debugger: gdb --args {} replay TOKEN",
        program_));
    replay->callback([this] {
      command_ = [this] {
        return replay_command(catalogue_, token_, no_source_ ? Source::left_out : Source::shown, replay_);
      };
    });
  }

  void add_new() {
    new_ = app_.add_subcommand("new", "makes a folder to work in: a broken solution to mend, and its lesson");
    new_->add_option("SCENARIO", student_.scenario, "a scenario's name, such as withdraw")->type_name("")->required();
    new_->add_option("DIR", folder_, "the folder to make")->type_name("")->required();
    new_->add_flag_callback(
        "--plain", [this] { kind_ = SolutionKind::plain; }, "in plain standard C++: std::thread, std::mutex, ...");
    new_->footer(
        fmt::format("The folder may exist if it is empty.\nFor example\n  {0} new withdraw mine\n"
                    "  {0} new withdraw mine --plain\n"
                    "  {0} new bounded-buffer/broken_one_condition mine",
                    program_));
    new_->callback([this] {
      command_ = [this] { return new_command(catalogue_, student_.scenario, folder_, kind_, replay_.program()); };
    });
  }

  void add_check() {
    check_ = app_.add_subcommand("check", "builds a student's solution, searches it for bugs and says what it is");
    check_->add_option("SCENARIO", student_.scenario, "the scenario that it solves")->type_name("")->required();
    check_->add_option("FILE", student_.file, "the solution: one C++ file")->type_name("")->required();
    add_check_flags(*check_, student_.budget, student_.hint);
    check_->add_option("--compiler", student_.compiler, "the compiler (default: $CXX, else the one that built snag)")
        ->type_name("COMMAND")
        ->group("Search");
    check_
        ->add_option("--corpus", student_.corpus, "failures remembered (default: corpus/ beside FILE, if it is there)")
        ->type_name("DIR")
        ->group("Search");
    check_->add_option("--replay", student_.replay, "only run the execution of this token again")
        ->type_name("TOKEN")
        ->group("Search");
    check_->add_flag_callback(
        "--json", [this] { student_.format = CheckFormat::json; }, "print one JSON document (docs/students.md)");
    check_->footer(fmt::format(
        "The solution is built against the scenario's own interface.h and driver. It is run in a process of\n"
        "its own, so that it may crash or loop, but with all your rights: check only code that you trust.\n"
        "(Sandboxed grading of strangers' code comes later.)\n"
        "Exit code 0: right, also when serialised; 1: still wrong, or nothing was tested; 2: a mistake in\n"
        "the command; 3: an error of snag itself.\n"
        "For example\n  {0} check withdraw mine/solution.cpp\n  {0} check withdraw mine/solution.cpp --hint 2\n"
        "  {0} check withdraw mine/solution.cpp --time 30 --seed 7 --json",
        program_));
    check_->callback([this] { command_ = [this] { return check_command(catalogue_, student_, replay_.program()); }; });
  }

  void add_corpus() {
    corpus_ = app_.add_subcommand("corpus", "the failures remembered: list, replay, prune or promote them");
    corpus_->require_subcommand(1);
    corpus_->footer(
        fmt::format("For example\n  {0} corpus list\n  {0} corpus replay withdraw\n"
                    "  {0} corpus prune --dry-run\n  {0} corpus promote withdraw/fixed --corpus failures",
                    program_));
    CLI::App* const list = add_corpus_command("list", "names them, with their status");
    list->add_flag("--json", corpus_options_.as_json, "as JSON");
    list->callback([this] { command_ = [this] { return list_corpus(corpus_options_); }; });
    CLI::App* const replay = add_corpus_command("replay", "replays them, and says what each came to");
    replay->add_flag("--json", corpus_options_.as_json, "as JSON");
    replay->footer(
        "Exit code 0: all as remembered, or passing; 1: one that was marked fixed fails, or one fails in\n"
        "another way; 3: one is stale or unreadable, or there was nothing to replay.");
    replay->callback([this] { command_ = [this] { return replay_corpus(catalogue_, corpus_options_); }; });
    CLI::App* const prune = add_corpus_command("prune", "removes stale ones, and those of scenarios that are no more");
    prune->add_flag("--dry-run", corpus_options_.dry_run, "say what would be removed, and remove nothing");
    prune->callback([this] { command_ = [this] { return prune_corpus(catalogue_, corpus_options_); }; });
    CLI::App* const promote = add_corpus_command("promote", "marks as fixed what was open and passes now");
    promote->add_flag("--dry-run", corpus_options_.dry_run, "say what would be marked, and mark nothing");
    promote->callback([this] { command_ = [this] { return promote_corpus(catalogue_, corpus_options_); }; });
  }

  CLI::App* add_corpus_command(const std::string& name, const std::string& help) {
    CLI::App* const command = corpus_->add_subcommand(name, help);
    command
        ->add_option("PATTERN", corpus_options_.patterns,
                     "which: a part of the scenario's name, of the file's name, a finding, or a quoted glob")
        ->type_name("");
    command
        ->add_option("--corpus", corpus_options_.folder,
                     "the folder (default: corpus/ of the checkout around the current folder, or in it)")
        ->type_name("DIR");
    return command;
  }

  // For --help only: run_command has taken their calls before.
  void add_drivers() {
    app_.add_subcommand("c++",
                        "the C++ compiler ($SNAG_CXX, else c++) for programs to be run under snag: set it as CXX")
        ->group("Compilers");
    app_.add_subcommand("cc", "the C compiler ($SNAG_CC, else cc) in the same way: set it as CC")->group("Compilers");
  }

  // CLI11's errors in a form that tells the mend.
  std::string explain(const CLI::ParseError& error, int argc, char** argv) const {
    const std::vector<CLI::App*> parsed = app_.get_subcommands();
    if (corpus_->parsed()) return explain_corpus(error, argc, argv);
    const std::string command = parsed.empty() ? program_ : fmt::format("{} {}", program_, parsed.front()->get_name());
    const std::string help = fmt::format("\n  {} --help explains", command);
    const std::vector<std::string> commands = {"list", "run",   "explore", "replay", "corpus",
                                               "new",  "check", "c++",     "cc"};
    if (argc < 2)
      return fmt::format("say what to do: list, run, explore, replay, corpus, new, check, c++ or cc{}", help);
    if (parsed.empty()) {
      const std::string first = argv[1];
      return fmt::format("there is no {} '{}'{}{}", first.starts_with("-") ? "flag" : "command", first,
                         did_you_mean(first, commands), help);
    }
    const std::vector<std::string> extra = parsed.front()->remaining();
    if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr && !extra.empty())
      return explain_extra(*parsed.front(), extra.front(), command) + help;
    if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr)
      return fmt::format("{} wants {}{}", command, wanted_by(parsed.front()), help);
    return fmt::format("{}: {}{}", command, error.what(), help);
  }

  const char* wanted_by(const CLI::App* command) const {
    if (command == explore_) return "a VARIANT";
    if (command == new_) return "a SCENARIO and a DIR";
    if (command == check_) return "a SCENARIO and a FILE";
    return "a TOKEN";
  }

  std::string explain_corpus(const CLI::ParseError& error, int argc, char** argv) const {
    const std::vector<CLI::App*> parsed = corpus_->get_subcommands();
    if (parsed.empty()) {
      const std::string help = fmt::format("\n  {} corpus --help explains", program_);
      const std::string word = argc > 2 ? argv[2] : "";
      if (word.empty()) return fmt::format("say what to do with the corpus: list, replay, prune or promote{}", help);
      return fmt::format("there is no '{} corpus {}'{}{}", program_, word,
                         did_you_mean(word, {"list", "replay", "prune", "promote"}), help);
    }
    const std::string command = fmt::format("{} corpus {}", program_, parsed.front()->get_name());
    const std::string help = fmt::format("\n  {} --help explains", command);
    const std::vector<std::string> extra = parsed.front()->remaining();
    if (!extra.empty()) return explain_extra(*parsed.front(), extra.front(), command) + help;
    return fmt::format("{}: {}{}", command, error.what(), help);
  }

  static std::string explain_extra(const CLI::App& command, const std::string& extra, const std::string& name) {
    if (!extra.starts_with("-")) return fmt::format("{}: '{}' is one argument too many", name, extra);
    std::vector<std::string> flags;
    for (const CLI::Option* const option : command.get_options())
      if (const std::string flag = option->get_name(); flag.starts_with("--")) flags.push_back(flag);
    const std::string flag = extra.substr(0, extra.find('='));
    return fmt::format("{} has no flag {}{}", name, flag, did_you_mean(flag, flags));
  }

  CLI::App app_;
  CLI::App* run_ = nullptr;
  CLI::App* explore_ = nullptr;
  CLI::App* corpus_ = nullptr;
  CLI::App* new_ = nullptr;
  CLI::App* check_ = nullptr;
  std::string program_;
  const std::vector<Scenario>& catalogue_;
  const std::vector<std::string>& tests_;  // of the program, those to run each by itself
  ReplayLine replay_;
  CommandOptions options_;
  CorpusOptions corpus_options_;
  std::vector<std::string> patterns_;
  std::string variant_;
  std::string token_;
  CheckOptions student_;
  std::string folder_;
  SolutionKind kind_ = SolutionKind::typed;
  bool as_json_ = false;
  bool no_source_ = false;
  std::function<int()> command_;
};

int run_checked(int argc, char** argv, const std::vector<Scenario>& catalogue, const ReplayLine& replay,
                const std::vector<std::string>& tests) {
  check_catalogue(catalogue);
  const int code = CommandLine(catalogue, replay, tests).run(argc, argv);
  flush_out();
  return code;
}

// The one place where errors become messages and exit codes.
int run_guarded(const ReplayLine& replay, const std::function<int()>& command) {
  const std::string crash_command = quoted_for_shell(replay.program());
  catch_crashes(crash_command.c_str(), replay.after_token());
  try {
    return command();
  } catch (const UsageError& error) {
    complain(fmt::format("{}: {}", replay.program(), error.what()));
    return exit_usage;
  } catch (const std::exception& error) {
    complain(fmt::format("{}: {}", replay.program(), error.what()));
    return exit_harness;
  }
}

}  // namespace

Style output_style() {
  return isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr ? Style::terminal : Style::plain;
}

void write_results(const SuiteResult& suite, const CommandOptions& options) {
  if (!options.junit.empty()) write_file(options.junit, format_junit(suite));
  if (!options.json.empty()) write_file(options.json, format_json(suite));
}

int run_command(int argc, char** argv, std::vector<Scenario> catalogue) {
  // Before all else: it becomes the compiler, and leaves it signals and streams as they were.
  if (const std::optional<DriverCall> call = driver_call({argv, argv + argc})) return run_driver(*call);
  const std::string program = argc > 0 && argv[0] != nullptr && *argv[0] != '\0' ? argv[0] : "snag";
  return run_guarded(ReplayLine(program), [&] {
    launch_program(argc, argv);
    return run_checked(argc, argv, catalogue, ReplayLine(program), {});
  });
}

int run_command_for_program(const std::vector<std::string>& arguments, ProgramUnderTest program) {
  const ReplayLine replay(arguments.front(), std::move(program.call));
  std::vector<std::string> words = arguments;
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return run_guarded(replay, [&] {
    return run_checked(static_cast<int>(words.size()), pointers.data(), program.scenarios, replay, program.tests);
  });
}

}  // namespace snag
