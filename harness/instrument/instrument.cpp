#include "harness/instrument/instrument.h"

#include "harness/execution/front_end.h"
#include "harness/instrument/contexts.h"
#include "harness/instrument/descriptors.h"
#include "harness/instrument/heap.h"
#include "harness/instrument/memory.h"
#include "harness/instrument/plain_accesses.h"
#include "harness/instrument/shared_harness.h"
#include "harness/instrument/statics.h"
#include "harness/instrument/thread_state.h"
#include "harness/instrument/threads.h"
#include "harness/instrument/whole_program.h"

#include <atomic>
#include <cstdlib>
#include <exception>
#include <iomanip>
#include <locale>
#include <sstream>
#include <utility>

namespace snag {

namespace {

using instrument::Points;

// What the runtime keeps is kept once for the process.
constinit std::atomic<bool> under_way = false;

// std::terminate is called by the program, and what is done about it is not the program's doing.
constinit std::terminate_handler terminate_really = nullptr;
[[noreturn]] void terminate_inside() {
  instrument::in_program = false;
  terminate_really();
  std::abort();
}

// What the C++ library's streams look up once for the process must not be left to the first execution that prints: it
// would take other steps than those that follow.
void fill_caches_of_streams() {
  static bool filled = false;
  if (std::exchange(filled, true)) return;
  const auto& characters = std::use_facet<std::ctype<char>>(std::locale::classic());
  const char from = ' ';
  char to = characters.widen(from);
  characters.narrow(&from, &from + 1, '\0', &to);
  std::stringstream stream;
  stream << 1 << ' ' << 0.5 << ' ' << std::setw(9) << true;
  int integer = 0;
  double number = 0;
  stream >> integer >> number;
}

template <Points where>
void begin(Execution& execution) {
  if (under_way.exchange(true))
    throw UsageError(
        "an unmodified program was started on two threads at a time: run such scenarios one after another, or in "
        "several processes (--jobs)");
  try {
    instrument::points = execution.options().plain_points.unseen ? Points::sync : where;
    instrument::make_heap();
    instrument::find_c_library();
    if (!instrument::whole_program) instrument::statics().begin();
    fill_caches_of_streams();
    instrument::heap().begin();
    instrument::plain_accesses().begin(execution.options().plain_points);
    instrument::objects().begin();
    instrument::begin_execution_state();
    instrument::contexts().begin(execution);
    terminate_really = std::set_terminate(&terminate_inside);
  } catch (...) {
    under_way = false;
    throw;
  }
}

void end(Execution& execution) {
  std::set_terminate(terminate_really);
  instrument::contexts().end(execution);
  under_way = false;
}

void complete(Execution& execution, const void* fault) { instrument::Inside::complete_but(execution, fault); }

bool set_program_runs(bool runs) { return std::exchange(instrument::in_program, runs); }

constexpr FrontEnd front_end_at(void (*begin_at)(Execution&), Points points, const OwnProcess* own_process = nullptr) {
  // What they have in life. Where executions share a process, so do their stacks, and count as its memory.
  constexpr std::size_t stack_size_of_whole = 8UL << 20;
  return {.begin = begin_at,
          .end = &end,
          .set_program_runs = &set_program_runs,
          .complete = &complete,
          .learns_points = points == Points::races,
          .static_address = &instrument::static_address,
          .whereabouts = &instrument::whereabouts,
          .own_process = own_process,
          .stack_size = own_process != nullptr ? stack_size_of_whole : stack_size_default,
          .wait_for_world = &instrument::wait_for_world};
}
template <Points where>
constexpr FrontEnd front_end = front_end_at(&begin<where>, where);
// Where a whole program switches each execution's options tell.
constexpr FrontEnd front_end_of_whole = front_end_at(&begin<Points::races>, Points::races, &instrument::own_process);

const FrontEnd* front_end_for(Points points) {
  switch (points) {
    case Points::sync: return &front_end<Points::sync>;
    case Points::races: return &front_end<Points::races>;
    case Points::all: break;
  }
  return &front_end<Points::all>;
}

}  // namespace

Scenario unmodified(std::string name, std::function<void()> body, Points points) {
  instrument::require_thread_pointers();
  Scenario scenario{.name = std::move(name),
                    .body = [body = std::move(body)] { instrument::run_body(body); },
                    .front_end = front_end_for(points)};
  return scenario;
}

Scenario whole_program(std::string name, const instrument::Main& main) {
  instrument::require_thread_pointers();
  instrument::whole_program = true;
  return {.name = std::move(name), .body = [main] { instrument::run_whole(main); }, .front_end = &front_end_of_whole};
}

}  // namespace snag
