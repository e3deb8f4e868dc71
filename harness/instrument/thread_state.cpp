#include "harness/instrument/thread_state.h"

#include "harness/instrument/futex.h"
#include "harness/instrument/keys.h"
#include "harness/instrument/threads.h"

namespace snag::instrument {

void begin_execution_state() {
  futex_queues().begin();
  forget_keys();
}

void begin_thread_state() {
  spin = {};
  forget_values();
  forget_cleanups();
}

}  // namespace snag::instrument
