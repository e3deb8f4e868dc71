// The runtime that unmodified programs link: all of snag in one shared library. Started by snag's command, a program
// runs the command in place of main; started by itself, it runs as if snag were not there.
#include "harness/campaign/crash.h"
#include "harness/campaign/debug_information.h"
#include "harness/campaign/symbols.h"
#include "harness/campaign/watchdog.h"
#include "harness/cli/commands.h"
#include "harness/cli/googletest.h"
#include "harness/cli/inline_assembly.h"
#include "harness/cli/late_libraries.h"
#include "harness/cli/launch.h"
#include "harness/cli/output.h"
#include "harness/cli/plain_solution.h"
#include "harness/cli/replay_line.h"
#include "harness/cli/run_command.h"
#include "harness/instrument/instrument.h"
#include "harness/instrument/shared_harness.h"
#include "harness/instrument/uncontrolled.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <exception>
#include <filesystem>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>

namespace snag {

namespace {

struct Command {
  instrument::Main main;
  Launched launched;
  TestList tests = {};
  // What the main of each of tests.all is called with. GoogleTest takes its flags out of them: so they must not lie in
  // the harness's memory, where the next execution would miss them.
  std::vector<std::vector<std::string>> arguments = {};
  std::vector<std::vector<char*>> pointers = {};
};

std::string name_of(const std::vector<std::string>& under_test) {
  return std::filesystem::path(under_test.front()).filename().string();
}

// Whether each test is to be run by itself, or one that was is to be replayed.
bool takes_tests_apart(const Launched& launched) {
  const std::vector<std::string>& arguments = launched.arguments;
  if (!launched.has_tests || arguments.size() < 2) return false;
  if (arguments[1] == "run") return std::ranges::find(arguments, together_flag) == arguments.end();
  for (std::size_t i = 2; i < arguments.size(); ++i) {
    if (arguments[i].starts_with("-")) continue;
    try {
      return read_argument(arguments[i]).token.scenario != name_of(launched.under_test);
    } catch (const UsageError&) { return false; }  // told when the command is carried out
  }
  return false;
}

void take_tests_apart(Command& command) {
  const std::vector<std::string>& under_test = command.launched.under_test;
  command.tests = list_tests(under_test, [&](int count, char** arguments) {
    return command.main.function(count, arguments, command.main.environment);
  });
  forget_shards();
  for (const std::string& test : command.tests.all) {
    std::vector<std::string>& words = command.arguments.emplace_back(arguments_for(test, under_test));
    std::vector<char*>& pointers = command.pointers.emplace_back();
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
  }
}

ProgramUnderTest program_of(const Command& command) {
  const std::vector<std::string>& under_test = command.launched.under_test;
  ProgramUnderTest program{.call = under_test,
                           .scenarios = {whole_program(name_of(under_test), command.main)},
                           .tests = command.tests.wanted};
  if (command.tests.all.empty()) return program;
  program.call = without_filter(under_test);  // a token names its test
  for (std::size_t i = 0; i < command.tests.all.size(); ++i) {
    instrument::Main main = command.main;
    main.count = static_cast<int>(command.arguments[i].size());
    main.arguments = const_cast<char**>(command.pointers[i].data());
    program.scenarios.push_back(whole_program(command.tests.all[i], main));
  }
  return program;
}

// What the program does that is not controlled, met in whichever process: said once, at the end.
struct Uncontrolled {
  std::array<std::atomic<const void*>, 3> places;  // by instrument::Uncontrolled
};
Uncontrolled* uncontrolled = nullptr;  // shared by all processes

void note_uncontrolled(instrument::Uncontrolled what, const void* place) {
  const void* nowhere = nullptr;
  uncontrolled->places.at(static_cast<std::size_t>(what)).compare_exchange_strong(nowhere, place);
}

void listen_for_uncontrolled() {
  void* const memory = mmap(nullptr, sizeof(Uncontrolled), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return;
  uncontrolled = new (memory) Uncontrolled{};
  instrument::tell_uncontrolled = &note_uncontrolled;
}

void say_what_is_not_controlled() {
  for (std::size_t i = 0; uncontrolled != nullptr && i < uncontrolled->places.size(); ++i) {
    const void* const place = uncontrolled->places[i];
    if (place == nullptr) continue;
    const std::vector<SourcePlace> frames = programs_frames({place});
    const std::string where = frames.empty() ? "" : fmt::format(" ({}:{})", frames[0].file, frames[0].line);
    complain(fmt::format("note: {}{}", words_for(static_cast<instrument::Uncontrolled>(i)), where));
  }
  constexpr std::size_t code_max = std::size_t{4} << 20;  // bytes: a second's work
  const InlineAssembly assembly = load_late_libraries() ? find_inline_assembly(code_max) : InlineAssembly{};
  if (const std::string words = in_words(assembly); !words.empty()) complain(fmt::format("note: {}", words));
}

int run(void* argument) {
  const auto& command = *static_cast<const Command*>(argument);
  try {
    listen_for_uncontrolled();
    const int code = run_command_for_program(command.launched.arguments, program_of(command));
    say_what_is_not_controlled();
    return code;
  } catch (const std::exception& error) {
    complain(fmt::format("snag: {}", error.what()));
    return exit_harness;
  }
}

// ---- A student's solution ----------------------------------------------------------------------------------------

// In one process with the check, a copy of it would go on with the check, too.
void refuse_processes(instrument::Uncontrolled what, const void*) {
  if (what == instrument::Uncontrolled::fork)
    end_in_crash("not-controlled", "starts a process", "a scenario runs in one process: use std::thread", nullptr);
}

int run_check(const instrument::Main& main) {
  try {
    static const SolutionJob job = take_plain_job();
    catch_crashes(job.replay_prefix.c_str());
    instrument::tell_uncontrolled = &refuse_processes;
    const auto body = [main] { main.function(main.count, main.arguments, main.environment); };
    Scenario solution = unmodified(job.conditions.name, body);
    solution.time = job.conditions.time;
    solution.starved_after_grants = job.conditions.starved_after_grants;
    solution.waiting_writer = job.conditions.waiting_writer;
    solution.steps_max = job.conditions.steps_max;
    run_solution_here(job, &solution);
    return 0;
  } catch (const std::exception& error) {
    complain(fmt::format("snag: {}", error.what()));
    return exit_harness;
  }
}

// ---- Which of them -----------------------------------------------------------------------------------------------

int run_as_told(const instrument::Main& main) {
  if (is_started_by_check()) _exit(run_check(main));
  Launched launched = take_launched();
  if (launched.arguments.empty() || launched.under_test.empty()) return instrument::nothing_to_do;
  const std::string called = launched.arguments.front();
  try {
    Command command{.main = instrument::with_strings_apart(main), .launched = std::move(launched)};
    if (takes_tests_apart(command.launched)) take_tests_apart(command);
    // Past the program's own handlers of exit: it has not run here.
    using instrument::Debugger;
    _exit(instrument::run_in_shared_memory(&run, &command, is_debugged() ? Debugger::attached : Debugger::none));
  } catch (const UsageError& error) {
    complain(fmt::format("{}: {}", called, error.what()));
    _exit(exit_usage);
  } catch (const std::exception& error) {
    complain(fmt::format("{}: {}", called, error.what()));
    _exit(exit_harness);
  }
}

[[gnu::constructor]] void take_part() {
  instrument::harness_main = &run_as_told;
  instrument::executions_share_process = is_started_by_check();
  debug_information::load_library = &load_late_libraries;
}

}  // namespace

}  // namespace snag
