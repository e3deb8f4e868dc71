// The runtime that unmodified programs link: all of snag in one shared library. Started by snag's command, a program
// runs the command in place of main; started by itself, it runs as if snag were not there.
#include "harness/cli/commands.h"
#include "harness/cli/launch.h"
#include "harness/cli/output.h"
#include "harness/cli/run_command.h"
#include "harness/instrument/instrument.h"
#include "harness/instrument/shared_harness.h"

#include <fmt/format.h>

#include <exception>
#include <filesystem>

#include <unistd.h>

namespace snag {

namespace {

struct Command {
  const instrument::Main& main;
  Launched launched;
};

int run(void* argument) {
  const auto& command = *static_cast<const Command*>(argument);
  const std::string name = std::filesystem::path(command.launched.under_test.front()).filename().string();
  try {
    Scenario program = whole_program(name, command.main);
    return run_command_for_program(command.launched.arguments, command.launched.under_test, std::move(program));
  } catch (const std::exception& error) {
    complain(fmt::format("snag: {}", error.what()));
    return exit_harness;
  }
}

int run_as_told(const instrument::Main& main) {
  Launched launched = take_launched();
  if (launched.arguments.empty() || launched.under_test.empty()) return instrument::nothing_to_do;
  Command command{main, std::move(launched)};
  try {
    // Past the program's own handlers of exit: it has not run here.
    _exit(instrument::run_in_shared_memory(&run, &command));
  } catch (const std::exception& error) {
    complain(fmt::format("snag: {}", error.what()));
    _exit(exit_harness);
  }
}

[[gnu::constructor]] void take_part() { instrument::harness_main = &run_as_told; }

}  // namespace

}  // namespace snag
