// Locks that are mutexes by other names: pthread_spinlock_t, and the lock that a stream has for flockfile. A spinning
// thread is one that waits. The functions that read and write streams do not ask for the stream's lock here.
#include "harness/instrument/mutexes.h"
#include "harness/instrument/real.h"

#include <pthread.h>

#include <cerrno>
#include <cstdio>

namespace snag::instrument {

namespace {

SyncObject& spinlock_at(Execution& execution, const volatile int* lock) {
  return objects().sync(execution, const_cast<const int*>(lock), Use::spinlock,
                        [](SyncObject&) { return ObjectKind::mutex; });
}

SyncObject& stream_at(Execution& execution, const std::FILE* stream) {
  return objects().sync(execution, stream, Use::file, [](SyncObject& made) {
    made.recursive = true;
    return ObjectKind::recursive_mutex;
  });
}

}  // namespace

}  // namespace snag::instrument

using namespace snag::instrument;

extern "C" {

int pthread_spin_init(pthread_spinlock_t* at, int shared) noexcept {
  const int error = real::pthread_spin_init()(at, shared);
  if (!in_program || error != 0) return error;
  const Inside inside;
  objects().forget(const_cast<const int*>(at), Use::spinlock);
  spinlock_at(inside.execution, at);
  return 0;
}

int pthread_spin_destroy(pthread_spinlock_t* at) noexcept {
  if (!in_program) return real::pthread_spin_destroy()(at);
  const Inside inside;
  const SyncObject* const known = objects().known(const_cast<const int*>(at), Use::spinlock);
  if (known == nullptr) return 0;
  inside.execution.destroy_object(known->handle, known->owner != snag::no_thread, 0, __builtin_return_address(0));
  objects().forget(const_cast<const int*>(at), Use::spinlock);
  return 0;
}

int pthread_spin_lock(pthread_spinlock_t* at) noexcept {
  if (!in_program) return real::pthread_spin_lock()(at);
  const Inside inside;
  return lock(inside.execution, spinlock_at(inside.execution, at), __builtin_return_address(0));
}

int pthread_spin_trylock(pthread_spinlock_t* at) noexcept {
  if (!in_program) return real::pthread_spin_trylock()(at);
  const Inside inside;
  return try_lock(inside.execution, spinlock_at(inside.execution, at), 0, EBUSY, __builtin_return_address(0));
}

int pthread_spin_unlock(pthread_spinlock_t* at) noexcept {
  if (!in_program) return real::pthread_spin_unlock()(at);
  const Inside inside;
  return unlock(inside.execution, spinlock_at(inside.execution, at), __builtin_return_address(0));
}

void flockfile(std::FILE* stream) noexcept {
  if (!in_program) return real::flockfile()(stream);
  const Inside inside;
  lock(inside.execution, stream_at(inside.execution, stream), __builtin_return_address(0));
}

int ftrylockfile(std::FILE* stream) noexcept {
  if (!in_program) return real::ftrylockfile()(stream);
  const Inside inside;
  return try_lock(inside.execution, stream_at(inside.execution, stream), 0, -1, __builtin_return_address(0));
}

void funlockfile(std::FILE* stream) noexcept {
  if (!in_program) return real::funlockfile()(stream);
  const Inside inside;
  unlock(inside.execution, stream_at(inside.execution, stream), __builtin_return_address(0));
}
}
