#include "harness/instrument/thread_state.h"

#include "harness/instrument/accesses.h"
#include "harness/instrument/descriptors.h"
#include "harness/instrument/futex.h"
#include "harness/instrument/keys.h"
#include "harness/instrument/random.h"
#include "harness/instrument/threads.h"

// Whether the C library may leave out what only several threads need: shared_ptr would count without atomics. Defined in
// place of the C library's own, which it sets when it begins.
extern "C" char __libc_single_threaded;
char __libc_single_threaded = 0;

namespace snag::instrument {

namespace {

[[gnu::constructor]] void say_that_there_are_threads() { __libc_single_threaded = 0; }

}  // namespace

void begin_execution_state() {
  __libc_single_threaded = 0;
  futex_queues().begin();
  forget_keys();
  begin_random();
  forget_descriptors();
}

void begin_thread_state() {
  spin = {};
  accesses_ignored = 0;
  begin_random_of_thread();
  forget_values();
  forget_cleanups();
}

}  // namespace snag::instrument
