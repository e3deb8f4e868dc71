// The runtime that unmodified programs link: all of snag in one shared library. Started by snag's command, a program
// runs the command in place of main; started by itself, it runs as if snag were not there.
#include "harness/campaign/debug_information.h"
#include "harness/campaign/symbols.h"
#include "harness/campaign/watchdog.h"
#include "harness/cli/commands.h"
#include "harness/cli/inline_assembly.h"
#include "harness/cli/late_libraries.h"
#include "harness/cli/launch.h"
#include "harness/cli/output.h"
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
  constexpr std::size_t code_max = std::size_t{4} << 20;  // bytes: a second's work
  const InlineAssembly assembly = load_late_libraries() ? find_inline_assembly(code_max) : InlineAssembly{};
  if (const std::string words = in_words(assembly); !words.empty()) complain(fmt::format("note: {}", words));
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

int run_as_told(const instrument::Main& main) {
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
  debug_information::load_library = &load_late_libraries;
}

}  // namespace

}  // namespace snag
