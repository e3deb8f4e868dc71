#include "harness/instrument/instrument.h"

#include "harness/execution/front_end.h"
#include "harness/instrument/contexts.h"
#include "harness/instrument/heap.h"
#include "harness/instrument/memory.h"
#include "harness/instrument/plain_accesses.h"
#include "harness/instrument/threads.h"

#include <atomic>
#include <cstdlib>
#include <exception>
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

template <Points where>
void begin(Execution& execution) {
  if (under_way.exchange(true))
    throw UsageError(
        "an unmodified program was started on two threads at a time: run such scenarios one after another, or in "
        "several processes (--jobs)");
  try {
    instrument::points = where;
    instrument::make_heap();
    instrument::find_c_library();
    instrument::heap().begin();
    instrument::plain_accesses().begin(execution.options().plain_points);
    instrument::objects().begin();
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

constexpr FrontEnd at_synchronisation{&begin<Points::sync>, &end, false, &instrument::static_address};
constexpr FrontEnd at_races{&begin<Points::races>, &end, true, &instrument::static_address};
constexpr FrontEnd at_all_accesses{&begin<Points::all>, &end, false, &instrument::static_address};

const FrontEnd* front_end_for(Points points) {
  switch (points) {
    case Points::sync: return &at_synchronisation;
    case Points::races: return &at_races;
    case Points::all: break;
  }
  return &at_all_accesses;
}

}  // namespace

Scenario unmodified(std::string name, std::function<void()> body, Points points) {
  instrument::require_thread_pointers();
  Scenario scenario{.name = std::move(name),
                    .body = [body = std::move(body)] { instrument::run_body(body); },
                    .front_end = front_end_for(points)};
  return scenario;
}

}  // namespace snag
