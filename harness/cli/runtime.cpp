// The runtime that unmodified programs link: all of snag in one shared library. Started by snag's command, a program
// runs the command in place of main; started by itself, it runs as if snag were not there.
#include "harness/campaign/crash.h"
#include "harness/campaign/symbols.h"
#include "harness/campaign/watchdog.h"
#include "harness/cli/commands.h"
#include "harness/cli/launch.h"
#include "harness/cli/output.h"
#include "harness/cli/plain_solution.h"
#include "harness/cli/run_command.h"
#include "harness/instrument/instrument.h"
#include "harness/instrument/shared_harness.h"
#include "harness/instrument/uncontrolled.h"

#include <fmt/format.h>

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
  const instrument::Main& main;
  Launched launched;
};

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
}

int run(void* argument) {
  const auto& command = *static_cast<const Command*>(argument);
  const std::string name = std::filesystem::path(command.launched.under_test.front()).filename().string();
  try {
    listen_for_uncontrolled();
    Scenario program = whole_program(name, command.main);
    const int code =
        run_command_for_program(command.launched.arguments, command.launched.under_test, std::move(program));
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
  Command command{main, std::move(launched)};
  try {
    // Past the program's own handlers of exit: it has not run here.
    using instrument::Debugger;
    _exit(instrument::run_in_shared_memory(&run, &command, is_debugged() ? Debugger::attached : Debugger::none));
  } catch (const std::exception& error) {
    complain(fmt::format("snag: {}", error.what()));
    _exit(exit_harness);
  }
}

[[gnu::constructor]] void take_part() {
  instrument::harness_main = &run_as_told;
  instrument::executions_share_process = is_started_by_check();
}

}  // namespace

}  // namespace snag
