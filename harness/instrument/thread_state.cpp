#include "harness/instrument/thread_state.h"

#include "harness/instrument/futex.h"

namespace snag::instrument {

void begin_execution_state() { futex_queues().begin(); }

void begin_thread_state() { spin = {}; }

}  // namespace snag::instrument
