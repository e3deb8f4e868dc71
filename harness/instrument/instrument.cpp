#include "harness/instrument/instrument.h"

#include "harness/execution/front_end.h"
#include "harness/instrument/contexts.h"
#include "harness/instrument/descriptors.h"
#include "harness/instrument/shared_harness.h"
#include "harness/instrument/thread_state.h"
#include "harness/instrument/threads.h"
#include "harness/instrument/whole_program.h"

#include <atomic>
#include <utility>

namespace snag {

namespace {

using instrument::Points;

// What the runtime keeps is kept once for the process.
constinit std::atomic<bool> under_way = false;

template <Points where>
void begin(Execution& execution) {
  if (under_way.exchange(true))
    throw UsageError(
        "an unmodified program was started on two threads at a time: run such scenarios one after another, or in "
        "several processes (--jobs)");
  try {
    instrument::points = where;
    instrument::objects().begin();
    instrument::begin_execution_state();
    instrument::contexts().begin(execution);
  } catch (...) {
    under_way = false;
    throw;
  }
}

void end(Execution& execution) {
  instrument::contexts().end(execution);
  under_way = false;
}

constexpr FrontEnd at_synchronisation{&begin<Points::sync>, &end, nullptr, &instrument::wait_for_world};
constexpr FrontEnd at_all_accesses{&begin<Points::all>, &end, nullptr, &instrument::wait_for_world};
constexpr FrontEnd of_whole_at_synchronisation{&begin<Points::sync>, &end, &instrument::own_process,
                                               &instrument::wait_for_world};
constexpr FrontEnd of_whole_at_all_accesses{&begin<Points::all>, &end, &instrument::own_process,
                                            &instrument::wait_for_world};

}  // namespace

Scenario unmodified(std::string name, std::function<void()> body, Points points) {
  instrument::require_thread_pointers();
  Scenario scenario{.name = std::move(name),
                    .body = [body = std::move(body)] { instrument::run_body(body); },
                    .front_end = points == Points::all ? &at_all_accesses : &at_synchronisation};
  return scenario;
}

Scenario whole_program(std::string name, const instrument::Main& main, Points points) {
  instrument::require_thread_pointers();
  instrument::whole_program = true;
  return {.name = std::move(name),
          .body = [main] { instrument::run_whole(main); },
          .front_end = points == Points::all ? &of_whole_at_all_accesses : &of_whole_at_synchronisation};
}

}  // namespace snag
