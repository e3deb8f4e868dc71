// sem_t: the count is kept in the object, and begins with what the semaphore's memory holds: sem_init has put it there.
#include "harness/instrument/clocks.h"
#include "harness/instrument/real.h"
#include "harness/instrument/runtime.h"

#include <semaphore.h>

#include <cerrno>
#include <cstring>

namespace snag::instrument {

namespace {

constexpr std::uint32_t count_max = 0x7fffffff;  // SEM_VALUE_MAX

SyncObject& semaphore_at(Execution& execution, const sem_t* semaphore) {
  return objects().sync(execution, semaphore, Use::semaphore, [&](SyncObject& made) {
    std::memcpy(&made.count, semaphore, sizeof made.count);
    return ObjectKind::semaphore;
  });
}

bool has_some(const void* semaphore, const ControlledThread&) {
  return static_cast<const SyncObject*>(semaphore)->count > 0;
}

int fail(int error) {
  errno = error;
  return -1;
}

// Takes one if there is one, at once or, with a deadline, until then.
int try_acquire(sem_t* at, std::uint64_t deadline, int error, const void* place) {
  const Inside inside;
  Execution& execution = inside.execution;
  SyncObject& semaphore = semaphore_at(execution, at);
  Request request{.operation = {.kind = OperationKind::try_acquire, .object = semaphore.handle.index, .place = place}};
  if (deadline != 0) {
    request.operation.argument = request.deadline = deadline;
    request.guard = &has_some;
    request.subject = &semaphore;
  }
  bool taken = true;
  execution.perform(request, [&](Event& event) {
    event.before = event.after = semaphore.count;
    event.success = taken = semaphore.count > 0;
    if (taken)
      event.after = --semaphore.count;
    else if (deadline != 0)
      execution.pass_time_until(deadline);
  });
  return taken ? 0 : fail(error);
}

template <class Really>
int acquire_until(sem_t* at, clockid_t clock, const timespec* point, const void* place, Really really) {
  if (!in_program) return really();
  if (!is_time(*point)) return fail(EINVAL);
  return try_acquire(at, deadline_at(clock, *point), ETIMEDOUT, place);
}

}  // namespace

}  // namespace snag::instrument

using namespace snag;
using namespace snag::instrument;

extern "C" {

int sem_init(sem_t* at, int shared, unsigned value) noexcept {
  const int error = real::sem_init()(at, shared, value);
  if (!in_program || error != 0) return error;
  const Inside inside;
  objects().forget(at, Use::semaphore);
  semaphore_at(inside.execution, at);
  return 0;
}

int sem_destroy(sem_t* at) noexcept {
  if (!in_program) return real::sem_destroy()(at);
  const Inside inside;
  const SyncObject* const known = objects().known(at, Use::semaphore);
  if (known == nullptr) return 0;
  inside.execution.destroy_object(known->handle, false, 0, __builtin_return_address(0));
  objects().forget(at, Use::semaphore);
  return 0;
}

int sem_wait(sem_t* at) {
  if (!in_program) return real::sem_wait()(at);
  const Inside inside;
  SyncObject& semaphore = semaphore_at(inside.execution, at);
  inside.execution.perform({.operation = {.kind = OperationKind::acquire,
                                          .object = semaphore.handle.index,
                                          .place = __builtin_return_address(0)},
                            .guard = &has_some,
                            .subject = &semaphore},
                           [&](Event& event) {
                             event.before = semaphore.count;
                             event.after = --semaphore.count;
                           });
  return 0;
}

int sem_trywait(sem_t* at) noexcept {
  if (!in_program) return real::sem_trywait()(at);
  return try_acquire(at, 0, EAGAIN, __builtin_return_address(0));
}

int sem_timedwait(sem_t* at, const timespec* point) {
  return acquire_until(at, CLOCK_REALTIME, point, __builtin_return_address(0),
                       [&] { return real::sem_timedwait()(at, point); });
}

int sem_clockwait(sem_t* at, clockid_t clock, const timespec* point) {
  return acquire_until(at, clock, point, __builtin_return_address(0),
                       [&] { return real::sem_clockwait()(at, clock, point); });
}

int sem_post(sem_t* at) noexcept {
  if (!in_program) return real::sem_post()(at);
  const Inside inside;
  SyncObject& semaphore = semaphore_at(inside.execution, at);
  bool fits = true;
  inside.execution.perform({.operation = {.kind = OperationKind::release,
                                          .object = semaphore.handle.index,
                                          .argument = 1,
                                          .place = __builtin_return_address(0)}},
                           [&](Event& event) {
                             event.before = semaphore.count;
                             fits = semaphore.count < count_max;
                             if (fits) ++semaphore.count;
                             event.after = semaphore.count;
                           });
  return fits ? 0 : fail(EOVERFLOW);
}

int sem_getvalue(sem_t* at, int* value) noexcept {
  if (!in_program) return real::sem_getvalue()(at, value);
  const Inside inside;
  SyncObject& semaphore = semaphore_at(inside.execution, at);
  // A look of which others' acquire and release make another one: a try that takes nothing.
  inside.execution.perform({.operation = {.kind = OperationKind::try_acquire,
                                          .object = semaphore.handle.index,
                                          .place = __builtin_return_address(0)}},
                           [&](Event& event) {
                             event.before = event.after = semaphore.count;
                             event.success = false;
                           });
  *value = static_cast<int>(semaphore.count);
  return 0;
}
}
