#include "harness/instrument/mutexes.h"

#include "harness/instrument/clocks.h"
#include "harness/instrument/real.h"
#include "harness/instrument/refusal.h"

#include <cerrno>

namespace snag::instrument {

SyncObject& mutex_at(Execution& execution, const pthread_mutex_t* mutex) {
  return objects().sync(execution, mutex, Use::mutex, [&](SyncObject& made) {
    constexpr int robust = 16;
    if ((mutex->__data.__kind & robust) != 0)
      refuse_inside(
          "a robust mutex (PTHREAD_MUTEX_ROBUST) is not controlled: leave pthread_mutexattr_setrobust out, nobody dies "
          "here but with the whole program");
    const int type = mutex->__data.__kind & 3;
    made.recursive = type == PTHREAD_MUTEX_RECURSIVE;
    made.checks_errors = type == PTHREAD_MUTEX_ERRORCHECK;
    return made.recursive ? ObjectKind::recursive_mutex : ObjectKind::mutex;
  });
}

void take(Execution& execution, SyncObject& mutex, Event& event) {
  mutex.owner = event.thread;
  if (!mutex.recursive) return execution.take_lock(event);
  event.before = mutex.count;
  event.after = ++mutex.count;
}

void give(Execution& execution, SyncObject& mutex, Event& event) {
  if (!mutex.recursive) {
    execution.give_lock(event, mutex.owner);
    mutex.owner = no_thread;
    return;
  }
  event.before = mutex.count;
  if (mutex.count > 0 && --mutex.count == 0) mutex.owner = no_thread;
  event.after = mutex.count;
}

bool may_take(const void* subject, const ControlledThread& thread) {
  const auto* const mutex = static_cast<const SyncObject*>(subject);
  return mutex->owner == no_thread || (mutex->recursive && mutex->owner == thread.index);
}

namespace {

// The caller, if it keeps the recursive mutex whatever it does: that concerns nobody else.
ThreadIndex nested(const SyncObject& mutex, ThreadIndex self, std::uint32_t count_min) {
  return mutex.recursive && mutex.owner == self && mutex.count >= count_min ? self : no_thread;
}

Operation on(OperationKind kind, const SyncObject& mutex, ThreadIndex target, const void* place) {
  return {.kind = kind, .target = target, .object = mutex.handle.index, .place = place};
}

}  // namespace

int try_lock(Execution& execution, SyncObject& mutex, std::uint64_t deadline, int error, const void* place) {
  const ThreadIndex self = execution.running().index;
  Request request{.operation = on(OperationKind::try_lock, mutex, nested(mutex, self, 1), place)};
  if (deadline != 0) {
    request.operation.argument = request.deadline = deadline;
    request.guard = &may_take;
    request.subject = &mutex;
  }
  bool taken = true;
  execution.perform(request, [&](Event& event) {
    taken = may_take(&mutex, execution.running());
    event.success = taken;
    event.before = event.after = mutex.count;
    if (taken) return take(execution, mutex, event);
    if (deadline != 0) execution.pass_time_until(deadline);
  });
  return taken ? 0 : error;
}

int lock(Execution& execution, SyncObject& mutex, const void* place) {
  const ThreadIndex self = execution.running().index;
  Request request{.operation = on(OperationKind::lock, mutex, nested(mutex, self, 1), place), .subject = &mutex.owner};
  if (mutex.recursive) {
    request.guard = &may_take;
    request.subject = &mutex;
  }
  execution.perform(request, [&](Event& event) { take(execution, mutex, event); });
  return 0;
}

int unlock(Execution& execution, SyncObject& mutex, const void* place) {
  const ThreadIndex self = execution.running().index;
  const bool refused = (mutex.recursive || mutex.checks_errors) && mutex.owner != self;
  execution.perform({.operation = on(OperationKind::unlock, mutex, nested(mutex, self, 2), place)}, [&](Event& event) {
    if (!refused) give(execution, mutex, event);
  });
  return refused && !execution.abandoning() ? EPERM : 0;
}

namespace {

int lock(pthread_mutex_t* at, std::uint64_t deadline, const void* place) {
  const Inside inside;
  Execution& execution = inside.execution;
  SyncObject& mutex = mutex_at(execution, at);
  const bool relocks = mutex.checks_errors && mutex.owner == execution.running().index;
  if (relocks) return try_lock(execution, mutex, 0, EDEADLK, place);
  if (deadline != never) return try_lock(execution, mutex, deadline, ETIMEDOUT, place);
  return lock(execution, mutex, place);
}

// A deadline that is no time at all is an error; one that has passed is as near as can be.
template <class Really>
int lock_until(pthread_mutex_t* at, clockid_t clock, const timespec* point, const void* place, Really really) {
  if (!in_program) return really();
  if (!is_time(*point)) return EINVAL;
  return lock(at, deadline_at(clock, *point), place);
}

}  // namespace

}  // namespace snag::instrument

using namespace snag::instrument;

extern "C" {

int pthread_mutex_init(pthread_mutex_t* mutex, const pthread_mutexattr_t* attributes) noexcept {
  const int error = real::pthread_mutex_init()(mutex, attributes);
  if (!in_program || error != 0) return error;
  const Inside inside;
  objects().forget(mutex, Use::mutex);
  mutex_at(inside.execution, mutex);
  return 0;
}

int pthread_mutex_destroy(pthread_mutex_t* mutex) noexcept {
  if (!in_program) return real::pthread_mutex_destroy()(mutex);
  const Inside inside;
  const SyncObject* const known = objects().known(mutex, Use::mutex);
  if (known == nullptr) return 0;
  const bool held = known->owner != snag::no_thread;
  inside.execution.destroy_object(known->handle, held, 0, __builtin_return_address(0));
  if (held) return EBUSY;
  objects().forget(mutex, Use::mutex);
  return 0;
}

int pthread_mutex_lock(pthread_mutex_t* mutex) noexcept {
  if (!in_program) return real::pthread_mutex_lock()(mutex);
  return lock(mutex, snag::never, __builtin_return_address(0));
}

int pthread_mutex_trylock(pthread_mutex_t* mutex) noexcept {
  if (!in_program) return real::pthread_mutex_trylock()(mutex);
  const Inside inside;
  return try_lock(inside.execution, mutex_at(inside.execution, mutex), 0, EBUSY, __builtin_return_address(0));
}

int pthread_mutex_timedlock(pthread_mutex_t* mutex, const timespec* point) noexcept {
  return lock_until(mutex, CLOCK_REALTIME, point, __builtin_return_address(0),
                    [&] { return real::pthread_mutex_timedlock()(mutex, point); });
}

int pthread_mutex_clocklock(pthread_mutex_t* mutex, clockid_t clock, const timespec* point) noexcept {
  return lock_until(mutex, clock, point, __builtin_return_address(0),
                    [&] { return real::pthread_mutex_clocklock()(mutex, clock, point); });
}

int pthread_mutex_unlock(pthread_mutex_t* mutex) noexcept {
  if (!in_program) return real::pthread_mutex_unlock()(mutex);
  const Inside inside;
  return unlock(inside.execution, mutex_at(inside.execution, mutex), __builtin_return_address(0));
}
}
