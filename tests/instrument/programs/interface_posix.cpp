// POSIX semaphores, barriers, spin locks, keys, and what a thread knows of itself.
#include "interface.h"

#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <sys/sysinfo.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <string>
#include <thread>

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

timespec in_milliseconds(clockid_t clock, long milliseconds) {
  timespec point;
  clock_gettime(clock, &point);
  point.tv_nsec += milliseconds * 1'000'000;
  point.tv_sec += point.tv_nsec / 1'000'000'000;
  point.tv_nsec %= 1'000'000'000;
  return point;
}

struct Shared {
  sem_t semaphore;
  pthread_barrier_t barrier;
  pthread_spinlock_t spinlock;
  int value = 0;
  std::atomic<int> serials{0};
};

void* posts(void* argument) {
  auto& shared = *static_cast<Shared*>(argument);
  shared.value = 5;
  sem_post(&shared.semaphore);
  return nullptr;
}

void* takes(void* argument) {
  sem_wait(&static_cast<Shared*>(argument)->semaphore);
  return nullptr;
}

void* meets(void* argument) {
  auto& shared = *static_cast<Shared*>(argument);
  for (int i = 0; i < 2; ++i)
    if (pthread_barrier_wait(&shared.barrier) == PTHREAD_BARRIER_SERIAL_THREAD) ++shared.serials;
  return nullptr;
}

void* meets_and_destroys(void* argument) {
  pthread_barrier_t& barrier = static_cast<Shared*>(argument)->barrier;
  if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD) pthread_barrier_destroy(&barrier);
  return nullptr;
}

void* posts_and_meets(void* argument) {
  auto& shared = *static_cast<Shared*>(argument);
  sem_post(&shared.semaphore);
  pthread_barrier_wait(&shared.barrier);
  return nullptr;
}

void* counts_under_spinlock(void* argument) {
  auto& shared = *static_cast<Shared*>(argument);
  pthread_spin_lock(&shared.spinlock);
  ++shared.value;
  pthread_spin_unlock(&shared.spinlock);
  return nullptr;
}

pthread_key_t key;
pthread_key_t chained;
std::atomic<int> destroyed{0};

void destroy(void* value) {
  destroyed += *static_cast<int*>(value);
  delete static_cast<int*>(value);
}

// Sets its own value anew, twice: destructors are called again.
void destroy_thrice(void* value) {
  const auto left = reinterpret_cast<std::uintptr_t>(value);
  ++destroyed;
  if (left > 1) pthread_setspecific(chained, reinterpret_cast<void*>(left - 1));
}

void* sets_values(void* argument) {
  require(pthread_getspecific(key) == nullptr && pthread_getspecific(chained) == nullptr,
          "a thread begins with another's values");
  auto* const mine = new int(*static_cast<int*>(argument));
  pthread_setspecific(key, mine);
  sched_yield();
  require(pthread_getspecific(key) == mine, "a value was changed by another thread");
  pthread_setspecific(chained, reinterpret_cast<void*>(3));
  return nullptr;
}

void* knows_its_stack_and_name(void*) {
  pthread_attr_t attributes;
  require(pthread_getattr_np(pthread_self(), &attributes) == 0, "pthread_getattr_np failed");
  void* begin = nullptr;
  std::size_t size = 0;
  pthread_attr_getstack(&attributes, &begin, &size);
  pthread_attr_destroy(&attributes);
  const char here = 0;
  require(&here >= begin && &here < static_cast<char*>(begin) + size, "a local variable is not on the stack");
  require(pthread_setname_np(pthread_self(), "a name that is too long") == ERANGE, "the name is short enough");
  require(pthread_setname_np(pthread_self(), "worker") == 0, "pthread_setname_np failed");
  char name[16];
  require(pthread_getname_np(pthread_self(), name, sizeof name) == 0 && name == std::string("worker"),
          "it has another name");
  return nullptr;
}

void* holds_for_long(void* argument) {
  usleep(1000);
  return argument;
}

std::FILE* stream = nullptr;

void* writes_two_words(void* argument) {
  auto& words = *static_cast<std::string*>(argument);
  flockfile(stream);
  words += "one ";
  sched_yield();
  words += "two ";
  funlockfile(stream);
  return nullptr;
}

pthread_mutex_t* make_robust(pthread_mutex_t& mutex) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  pthread_mutex_init(&mutex, &attributes);
  pthread_mutexattr_destroy(&attributes);
  return &mutex;
}

}  // namespace

void waits_for_a_posix_semaphore() {
  Shared shared;
  sem_init(&shared.semaphore, 0, 0);
  const pthread_t poster = start(&posts, &shared);
  require(sem_wait(&shared.semaphore) == 0 && shared.value == 5, "the wait ended too soon");
  join(poster);
  int value = 7;
  require(sem_getvalue(&shared.semaphore, &value) == 0 && value == 0, "it has another value");
  require(sem_trywait(&shared.semaphore) == -1 && errno == EAGAIN, "there was one to take");
  sem_destroy(&shared.semaphore);
}

void waits_for_a_posix_semaphore_in_time() {
  Shared shared;
  sem_init(&shared.semaphore, 0, 0);
  const pthread_t poster = start(&posts, &shared);
  const timespec point = in_milliseconds(CLOCK_REALTIME, 5);
  const timespec later = in_milliseconds(CLOCK_MONOTONIC, 7);
  if (sem_timedwait(&shared.semaphore, &point) == -1) {
    require(errno == ETIMEDOUT, "it failed in another way");
    if (sem_clockwait(&shared.semaphore, CLOCK_MONOTONIC, &later) == -1) {
      require(errno == ETIMEDOUT, "it failed in another way");
      timespec now;
      clock_gettime(CLOCK_MONOTONIC, &now);
      require(now.tv_sec > later.tv_sec || now.tv_nsec >= later.tv_nsec, "it gave up before the time");
    }
  }
  join(poster);
  sem_destroy(&shared.semaphore);
}

void meets_at_a_posix_barrier() {
  Shared shared;
  pthread_barrier_init(&shared.barrier, nullptr, 3);
  const pthread_t one = start(&meets, &shared);
  const pthread_t other = start(&meets, &shared);
  meets(&shared);
  join(one);
  join(other);
  require(shared.serials == 2, "not one thread of each phase is the serial one");
  pthread_barrier_destroy(&shared.barrier);
}

void destroys_a_barrier_that_others_leave() {
  Shared shared;
  pthread_barrier_init(&shared.barrier, nullptr, 3);
  const pthread_t one = start(&meets_and_destroys, &shared);
  const pthread_t other = start(&meets_and_destroys, &shared);
  meets_and_destroys(&shared);
  join(one);
  join(other);
}

void counts_under_a_spin_lock() {
  Shared shared;
  pthread_spin_init(&shared.spinlock, PTHREAD_PROCESS_PRIVATE);
  const pthread_t one = start(&counts_under_spinlock, &shared);
  const pthread_t other = start(&counts_under_spinlock, &shared);
  join(one);
  join(other);
  require(shared.value == 2, "an increment under the lock got lost");
  require(pthread_spin_trylock(&shared.spinlock) == 0 && pthread_spin_trylock(&shared.spinlock) == EBUSY,
          "two could take it");
  pthread_spin_unlock(&shared.spinlock);
  pthread_spin_destroy(&shared.spinlock);
}

void keeps_values_by_keys() {
  destroyed = 0;
  require(pthread_key_create(&key, &destroy) == 0 && pthread_key_create(&chained, &destroy_thrice) == 0,
          "no key could be made");
  int one = 10;
  int other = 20;
  const pthread_t first = start(&sets_values, &one);
  const pthread_t second = start(&sets_values, &other);
  join(first);
  require(destroyed >= 13, "a value outlived its thread");
  join(second);
  require(destroyed == 36, "a value outlived its thread, or was destroyed twice");
  pthread_key_delete(key);  // the other is left to the end of the process
}

void knows_its_thread() {
  join(start(&knows_its_stack_and_name, nullptr));
  require(std::thread::hardware_concurrency() == 4 && get_nprocs() == 4 && sysconf(_SC_NPROCESSORS_ONLN) == 4,
          "the number of processors depends on the machine");
}

void joins_in_time() {
  int value = 0;
  const pthread_t slow = start(&holds_for_long, &value);
  void* result = nullptr;
  int error = pthread_tryjoin_np(slow, &result);
  require(error == 0 || error == EBUSY, "pthread_tryjoin_np failed");
  if (error == 0) return;
  const timespec point = in_milliseconds(CLOCK_REALTIME, 1);
  error = pthread_timedjoin_np(slow, &result, &point);
  require(error == 0 || error == ETIMEDOUT, "pthread_timedjoin_np failed");
  if (error != 0) result = join(slow);
  require(result == &value, "a join has another result");
}

void locks_a_stream() {
  stream = stderr;
  std::string words;
  const pthread_t one = start(&writes_two_words, &words);
  const pthread_t other = start(&writes_two_words, &words);
  join(one);
  join(other);
  require(words == "one two one two ", "two threads had the stream at a time");
  require(ftrylockfile(stream) == 0 && ftrylockfile(stream) == 0, "it is not recursive");
  funlockfile(stream);
  funlockfile(stream);
}

void waits_for_a_post_too_many() {
  Shared shared;
  sem_init(&shared.semaphore, 0, 1);
  const pthread_t one = start(&takes, &shared);
  const pthread_t other = start(&takes, &shared);
  join(one);
  join(other);
}

void meets_at_a_barrier_for_more() {
  Shared shared;
  pthread_barrier_init(&shared.barrier, nullptr, 3);
  const pthread_t one = start(&meets, &shared);
  meets(&shared);
  join(one);
}

void destroys_a_barrier_that_others_wait_at() {
  Shared shared;
  sem_init(&shared.semaphore, 0, 0);
  pthread_barrier_init(&shared.barrier, nullptr, 2);
  const pthread_t other = start(&posts_and_meets, &shared);
  sem_wait(&shared.semaphore);
  pthread_barrier_destroy(&shared.barrier);
  join(other);
}

void takes_a_spin_lock_twice() {
  Shared shared;
  pthread_spin_init(&shared.spinlock, PTHREAD_PROCESS_PRIVATE);
  pthread_spin_lock(&shared.spinlock);
  join(start(&counts_under_spinlock, &shared));
}

void takes_a_robust_mutex() {
  pthread_mutex_t mutex;
  pthread_mutex_lock(make_robust(mutex));
}

}  // namespace programs
