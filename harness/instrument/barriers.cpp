// pthread_barrier_t: an arrival and a wait for the phase to be complete, as in the typed front end.
#include "harness/instrument/real.h"
#include "harness/instrument/runtime.h"

#include <pthread.h>

namespace snag::instrument {

namespace {

// What glibc's own initialisation has put in first but one: how many it is for.
std::uint32_t expected_of(const pthread_barrier_t* barrier) {
  return reinterpret_cast<const std::uint32_t*>(barrier)[2];
}

SyncObject& barrier_at(Execution& execution, const pthread_barrier_t* barrier) {
  SyncObject& known = objects().sync(execution, barrier, Use::barrier, [&](SyncObject& made) {
    made.expected = made.count = expected_of(barrier);
    return ObjectKind::barrier;
  });
  execution.set_limit(known.handle, known.expected);
  return known;
}

struct PhaseOf {
  const SyncObject* barrier;
  std::uint64_t number;
};

bool is_complete(const void* phase, const ControlledThread&) {
  const auto* const waited = static_cast<const PhaseOf*>(phase);
  return waited->barrier->phase > waited->number;
}

// Whether a thread is in a phase that is not complete, or about to arrive. One whose phase is complete has only to
// return: POSIX lets the others destroy the barrier meanwhile, as soon as one has returned.
bool is_in_use(Execution& execution, const SyncObject& barrier) {
  if (barrier.count < barrier.expected) return true;
  const auto threads = static_cast<ThreadIndex>(execution.trace().threads.size());
  for (ThreadIndex index = 0; index < threads; ++index) {
    const ControlledThread& thread = execution.thread(index);
    if (thread.state != ControlledThread::State::live || &thread == &execution.running()) continue;
    const Operation& next = thread.request.operation;
    if (next.object == barrier.handle.index && next.kind != OperationKind::barrier_wait) return true;
  }
  return false;
}

}  // namespace

}  // namespace snag::instrument

using namespace snag;
using namespace snag::instrument;

extern "C" {

int pthread_barrier_init(pthread_barrier_t* at, const pthread_barrierattr_t* attributes, unsigned count) noexcept {
  const int error = real::pthread_barrier_init()(at, attributes, count);
  if (!in_program || error != 0) return error;
  const Inside inside;
  objects().forget(at, Use::barrier);
  barrier_at(inside.execution, at);
  return 0;
}

int pthread_barrier_destroy(pthread_barrier_t* at) noexcept {
  if (!in_program) return real::pthread_barrier_destroy()(at);
  const Inside inside;
  const SyncObject* const known = objects().known(at, Use::barrier);
  if (known == nullptr) return 0;
  const std::uint32_t waiting = known->expected - known->count;
  if (is_in_use(inside.execution, *known))
    inside.execution.destroy_object(known->handle, waiting > 0, waiting, __builtin_return_address(0));
  objects().forget(at, Use::barrier);
  return 0;
}

int pthread_barrier_wait(pthread_barrier_t* at) noexcept {
  if (!in_program) return real::pthread_barrier_wait()(at);
  const Inside inside;
  Execution& execution = inside.execution;
  const void* const place = __builtin_return_address(0);
  SyncObject& barrier = barrier_at(execution, at);
  bool last = false;
  PhaseOf waited{&barrier, barrier.phase};
  const bool arrived = execution.perform(
      {.operation = {.kind = OperationKind::arrive, .object = barrier.handle.index, .argument = 1, .place = place}},
      [&](Event& event) {
        event.before = waited.number = barrier.phase;
        last = --barrier.count == 0;
        if (last) {
          ++barrier.phase;
          barrier.count = barrier.expected;
        }
        event.after = barrier.phase;
      });
  if (!arrived) return 0;
  execution.perform({.operation = {.kind = OperationKind::barrier_wait,
                                   .object = barrier.handle.index,
                                   .argument = waited.number,
                                   .place = place},
                     .guard = &is_complete,
                     .subject = &waited},
                    [](Event&) {});
  return last ? PTHREAD_BARRIER_SERIAL_THREAD : 0;
}
}
