// pthread_rwlock_t: many readers or one writer; writers that wait do not hold readers back, as by default in glibc.
#include "harness/instrument/clocks.h"
#include "harness/instrument/real.h"
#include "harness/instrument/runtime.h"

#include <cerrno>

namespace snag::instrument {

namespace {

SyncObject& rwlock_at(Execution& execution, const pthread_rwlock_t* lock) {
  return objects().sync(execution, lock, Use::rwlock, [](SyncObject&) { return ObjectKind::shared_mutex; });
}

// The two ways to hold it.
struct Way {
  OperationKind lock;
  OperationKind try_lock;
  Guard may_take;
  void (*take)(SyncObject& lock, ThreadIndex thread);
};

constexpr Way as_writer{OperationKind::lock, OperationKind::try_lock,
                        [](const void* lock, const ControlledThread&) {
                          const auto& wanted = *static_cast<const SyncObject*>(lock);
                          return wanted.owner == no_thread && wanted.count == 0;
                        },
                        [](SyncObject& lock, ThreadIndex thread) { lock.owner = thread; }};
constexpr Way as_reader{
    OperationKind::lock_shared, OperationKind::try_lock_shared,
    [](const void* lock, const ControlledThread&) { return static_cast<const SyncObject*>(lock)->owner == no_thread; },
    [](SyncObject& lock, ThreadIndex) { ++lock.count; }};

int lock(pthread_rwlock_t* at, const Way& way, const void* place) {
  const Inside inside;
  SyncObject& wanted = rwlock_at(inside.execution, at);
  if (wanted.owner == inside.execution.running().index) return EDEADLK;
  inside.execution.perform({.operation = {.kind = way.lock, .object = wanted.handle.index, .place = place},
                            .guard = way.may_take,
                            .subject = &wanted},
                           [&](Event& event) { way.take(wanted, event.thread); });
  return 0;
}

int try_lock(pthread_rwlock_t* at, const Way& way, const void* place) {
  const Inside inside;
  SyncObject& wanted = rwlock_at(inside.execution, at);
  bool taken = true;
  inside.execution.perform({.operation = {.kind = way.try_lock, .object = wanted.handle.index, .place = place}},
                           [&](Event& event) {
                             taken = way.may_take(&wanted, inside.execution.running());
                             event.success = taken;
                             if (taken) way.take(wanted, event.thread);
                           });
  return taken ? 0 : EBUSY;
}

template <class Really>
int lock_until(pthread_rwlock_t* at, const Way& way, clockid_t clock, const timespec* point, const void* place,
               Really really) {
  if (!in_program) return really();
  if (!is_time(*point)) return EINVAL;
  const Inside inside;
  Execution& execution = inside.execution;
  SyncObject& wanted = rwlock_at(execution, at);
  if (wanted.owner == execution.running().index) return EDEADLK;
  const std::uint64_t deadline = deadline_at(clock, *point);
  bool taken = true;
  execution.perform(
      {.operation = {.kind = way.try_lock, .object = wanted.handle.index, .argument = deadline, .place = place},
       .guard = way.may_take,
       .subject = &wanted,
       .deadline = deadline},
      [&](Event& event) {
        taken = way.may_take(&wanted, execution.running());
        event.success = taken;
        if (taken)
          way.take(wanted, event.thread);
        else
          execution.pass_time_until(deadline);
      });
  return taken ? 0 : ETIMEDOUT;
}

}  // namespace

}  // namespace snag::instrument

using namespace snag;
using namespace snag::instrument;

extern "C" {

int pthread_rwlock_init(pthread_rwlock_t* lock, const pthread_rwlockattr_t* attributes) noexcept {
  const int error = real::pthread_rwlock_init()(lock, attributes);
  if (!in_program || error != 0) return error;
  const Inside inside;
  objects().forget(lock, Use::rwlock);
  rwlock_at(inside.execution, lock);
  return 0;
}

int pthread_rwlock_destroy(pthread_rwlock_t* lock) noexcept {
  if (!in_program) return real::pthread_rwlock_destroy()(lock);
  const Inside inside;
  const SyncObject* const known = objects().known(lock, Use::rwlock);
  if (known == nullptr) return 0;
  const bool held = known->owner != no_thread || known->count > 0;
  inside.execution.destroy_object(known->handle, held, 0, __builtin_return_address(0));
  objects().forget(lock, Use::rwlock);
  return 0;
}

int pthread_rwlock_rdlock(pthread_rwlock_t* at) noexcept {
  if (!in_program) return real::pthread_rwlock_rdlock()(at);
  return lock(at, as_reader, __builtin_return_address(0));
}

int pthread_rwlock_wrlock(pthread_rwlock_t* at) noexcept {
  if (!in_program) return real::pthread_rwlock_wrlock()(at);
  return lock(at, as_writer, __builtin_return_address(0));
}

int pthread_rwlock_tryrdlock(pthread_rwlock_t* at) noexcept {
  if (!in_program) return real::pthread_rwlock_tryrdlock()(at);
  return try_lock(at, as_reader, __builtin_return_address(0));
}

int pthread_rwlock_trywrlock(pthread_rwlock_t* at) noexcept {
  if (!in_program) return real::pthread_rwlock_trywrlock()(at);
  return try_lock(at, as_writer, __builtin_return_address(0));
}

int pthread_rwlock_timedrdlock(pthread_rwlock_t* at, const timespec* point) noexcept {
  return lock_until(at, as_reader, CLOCK_REALTIME, point, __builtin_return_address(0),
                    [&] { return real::pthread_rwlock_timedrdlock()(at, point); });
}

int pthread_rwlock_timedwrlock(pthread_rwlock_t* at, const timespec* point) noexcept {
  return lock_until(at, as_writer, CLOCK_REALTIME, point, __builtin_return_address(0),
                    [&] { return real::pthread_rwlock_timedwrlock()(at, point); });
}

int pthread_rwlock_clockrdlock(pthread_rwlock_t* at, clockid_t clock, const timespec* point) noexcept {
  return lock_until(at, as_reader, clock, point, __builtin_return_address(0),
                    [&] { return real::pthread_rwlock_clockrdlock()(at, clock, point); });
}

int pthread_rwlock_clockwrlock(pthread_rwlock_t* at, clockid_t clock, const timespec* point) noexcept {
  return lock_until(at, as_writer, clock, point, __builtin_return_address(0),
                    [&] { return real::pthread_rwlock_clockwrlock()(at, clock, point); });
}

int pthread_rwlock_unlock(pthread_rwlock_t* at) noexcept {
  if (!in_program) return real::pthread_rwlock_unlock()(at);
  const Inside inside;
  SyncObject& held = rwlock_at(inside.execution, at);
  const bool shared = held.owner == no_thread && held.count > 0;
  inside.execution.perform({.operation = {.kind = shared ? OperationKind::unlock_shared : OperationKind::unlock,
                                          .object = held.handle.index,
                                          .place = __builtin_return_address(0)}},
                           [&](Event&) {
                             if (shared)
                               --held.count;
                             else
                               held.owner = no_thread;
                           });
  return 0;
}
}
