// POSIX threads, as in C.
#include "programs.h"

#include <pthread.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

namespace programs {

namespace {

pthread_t start(void* (*function)(void*), void* argument) {
  pthread_t thread;
  require(pthread_create(&thread, nullptr, function, argument) == 0, "pthread_create failed");
  return thread;
}

void* join(pthread_t thread) {
  void* result = nullptr;
  require(pthread_join(thread, &result) == 0, "pthread_join failed");
  return result;
}

void* twice(void* argument) { return reinterpret_cast<void*>(2 * reinterpret_cast<std::uintptr_t>(argument)); }

void* exits_early(void* argument) {
  struct Guard {
    int* left;
    ~Guard() { ++*left; }
  } guard{static_cast<int*>(argument)};
  sched_yield();
  pthread_exit(argument);
}

struct Shared {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
  pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
  pthread_t self = {};
  int value = 0;
};

void* notifies(void* argument) {
  auto& shared = *static_cast<Shared*>(argument);
  usleep(1000);
  pthread_mutex_lock(&shared.mutex);
  shared.value = 1;
  pthread_cond_signal(&shared.condition);
  pthread_mutex_unlock(&shared.mutex);
  return nullptr;
}

void* locks_for_long(void* argument) {
  auto& shared = *static_cast<Shared*>(argument);
  pthread_mutex_lock(&shared.mutex);
  sleep(1);
  pthread_mutex_unlock(&shared.mutex);
  return nullptr;
}

void* reads(void* argument) {
  auto& shared = *static_cast<Shared*>(argument);
  pthread_rwlock_rdlock(&shared.rwlock);
  const int seen = shared.value;
  sched_yield();
  require(seen == shared.value, "a writer got in while a reader held the lock");
  pthread_rwlock_unlock(&shared.rwlock);
  return nullptr;
}

void* writes(void* argument) {
  auto& shared = *static_cast<Shared*>(argument);
  pthread_rwlock_wrlock(&shared.rwlock);
  ++shared.value;
  require(pthread_rwlock_tryrdlock(&shared.rwlock) == EBUSY, "a reader got in while a writer held the lock");
  pthread_rwlock_unlock(&shared.rwlock);
  return nullptr;
}

void* says_who_it_is(void* argument) {
  static_cast<Shared*>(argument)->self = pthread_self();
  return nullptr;
}

pthread_once_t once = PTHREAD_ONCE_INIT;
int once_calls = 0;

void* calls_once(void*) {
  pthread_once(&once, [] { ++once_calls; });
  require(once_calls == 1, "pthread_once returned before its function had");
  return nullptr;
}

timespec in_milliseconds(clockid_t clock, long milliseconds) {
  timespec point;
  clock_gettime(clock, &point);
  point.tv_nsec += milliseconds * 1'000'000;
  point.tv_sec += point.tv_nsec / 1'000'000'000;
  point.tv_nsec %= 1'000'000'000;
  return point;
}

pthread_mutex_t mutex_of_type(int type) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_settype(&attributes, type);
  pthread_mutex_t mutex;
  pthread_mutex_init(&mutex, &attributes);
  pthread_mutexattr_destroy(&attributes);
  return mutex;
}

}  // namespace

void returns_results_through_join() {
  Shared shared;
  const pthread_t one = start(&twice, reinterpret_cast<void*>(4));
  const pthread_t other = start(&says_who_it_is, &shared);
  require(pthread_equal(one, other) == 0, "two threads have one pthread_t");
  require(join(one) == reinterpret_cast<void*>(8), "pthread_join has another result");
  join(other);
  require(pthread_equal(shared.self, other) != 0, "pthread_self is not what pthread_create told");
}

void leaves_threads_with_pthread_exit() {
  int left[2] = {};
  const pthread_t one = start(&exits_early, &left[0]);
  const pthread_t other = start(&exits_early, &left[1]);
  require(join(one) == &left[0] && join(other) == &left[1], "pthread_exit has another result");
  require(left[0] == 1 && left[1] == 1, "pthread_exit did not unwind");
}

void uses_all_types_of_mutexes() {
  pthread_mutex_t recursive = mutex_of_type(PTHREAD_MUTEX_RECURSIVE);
  require(pthread_mutex_lock(&recursive) == 0 && pthread_mutex_lock(&recursive) == 0, "it is not recursive");
  require(pthread_mutex_unlock(&recursive) == 0 && pthread_mutex_unlock(&recursive) == 0, "it was held once only");
  require(pthread_mutex_destroy(&recursive) == 0, "it is in use");
  pthread_mutex_t checked = mutex_of_type(PTHREAD_MUTEX_ERRORCHECK);
  require(pthread_mutex_lock(&checked) == 0, "it is not free");
  require(pthread_mutex_lock(&checked) == EDEADLK, "it lets its owner wait for itself");
  require(pthread_mutex_unlock(&checked) == 0, "it was not held");
  pthread_mutex_destroy(&checked);
  pthread_mutex_t plain = mutex_of_type(PTHREAD_MUTEX_NORMAL);
  require(pthread_mutex_trylock(&plain) == 0 && pthread_mutex_trylock(&plain) == EBUSY, "two could take it");
  pthread_mutex_unlock(&plain);
  pthread_mutex_destroy(&plain);
}

void waits_with_time_outs() {
  Shared shared;
  const pthread_t notifier = start(&notifies, &shared);
  const timespec point = in_milliseconds(CLOCK_REALTIME, 5);
  pthread_mutex_lock(&shared.mutex);
  int error = 0;
  while (shared.value == 0 && error == 0) error = pthread_cond_timedwait(&shared.condition, &shared.mutex, &point);
  require(error == 0 || error == ETIMEDOUT, "pthread_cond_timedwait failed");
  timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  const bool late = now.tv_sec > point.tv_sec || (now.tv_sec == point.tv_sec && now.tv_nsec >= point.tv_nsec);
  require(error == 0 || late, "it timed out before its time");
  pthread_mutex_unlock(&shared.mutex);
  join(notifier);
  const pthread_t holder = start(&locks_for_long, &shared);
  const timespec soon = in_milliseconds(CLOCK_MONOTONIC, 1);
  error = pthread_mutex_clocklock(&shared.mutex, CLOCK_MONOTONIC, &soon);
  require(error == 0 || error == ETIMEDOUT, "pthread_mutex_clocklock failed");
  if (error == 0) pthread_mutex_unlock(&shared.mutex);
  join(holder);
  pthread_cond_destroy(&shared.condition);
}

void initialises_once_with_pthread_once() {
  once = PTHREAD_ONCE_INIT;
  once_calls = 0;
  const pthread_t one = start(&calls_once, nullptr);
  const pthread_t other = start(&calls_once, nullptr);
  join(one);
  join(other);
}

void reads_and_writes_under_a_rwlock() {
  Shared shared;
  const pthread_t reader = start(&reads, &shared);
  const pthread_t one = start(&writes, &shared);
  const pthread_t other = start(&writes, &shared);
  join(reader);
  join(one);
  join(other);
  require(shared.value == 2, "a write under the lock got lost");
}

void detaches_a_thread() {
  const pthread_t thread = start(&twice, nullptr);
  require(pthread_detach(thread) == 0, "pthread_detach failed");
}

void joins_a_thread_twice() {
  const pthread_t thread = start(&twice, nullptr);
  join(thread);
  pthread_join(thread, nullptr);
}

}  // namespace programs
