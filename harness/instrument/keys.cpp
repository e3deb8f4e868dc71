#include "harness/instrument/keys.h"

#include "harness/instrument/real.h"
#include "harness/instrument/runtime.h"

#include <limits.h>
#include <pthread.h>

#include <array>
#include <atomic>

namespace snag::instrument {

namespace {

using Destructor = void (*)(void*);

struct Key {
  std::atomic<Destructor> destructor;
  std::atomic<bool> of_execution;  // made by the program in the one under way
};

constinit std::array<Key, PTHREAD_KEYS_MAX> keys{};
constinit std::atomic<pthread_key_t> keys_end = 0;  // no greater one has ever been made

thread_local constinit bool destructors_will_run = false;

const pthread_t main_thread = pthread_self();

void note(pthread_key_t key, Destructor destructor, bool of_execution) {
  keys[key].destructor = destructor;
  keys[key].of_execution = of_execution;
  pthread_key_t end = keys_end;
  while (end <= key && !keys_end.compare_exchange_weak(end, key + 1)) {}
}

// Whether any destructor has been called.
bool run_destructors_once() {
  bool any = false;
  for (pthread_key_t key = 0; key < keys_end; ++key) {
    void* const value = real::pthread_getspecific()(key);
    if (value == nullptr) continue;
    real::pthread_setspecific()(key, nullptr);
    const Destructor destructor = keys[key].destructor;
    if (destructor == nullptr) continue;
    any = true;
    const Program program;
    destructor(value);
    Inside::complete();
  }
  return any;
}

void run_destructors() {
  for (int round = 0; round < PTHREAD_DESTRUCTOR_ITERATIONS; ++round)
    if (!run_destructors_once()) return;
}

}  // namespace

void forget_keys() {
  for (pthread_key_t key = 0; key < keys_end; ++key)
    if (keys[key].of_execution.exchange(false)) {
      keys[key].destructor = nullptr;
      real::pthread_key_delete()(key);
    }
}

void forget_values() {
  destructors_will_run = false;
  if (pthread_equal(pthread_self(), main_thread) != 0) return;
  for (pthread_key_t key = 0; key < keys_end; ++key)
    if (real::pthread_getspecific()(key) != nullptr) real::pthread_setspecific()(key, nullptr);
}

}  // namespace snag::instrument

using namespace snag::instrument;

extern "C" {

int pthread_key_create(pthread_key_t* key, void (*destructor)(void*)) noexcept {
  const int error = real::pthread_key_create()(key, destructor);
  if (error == 0) note(*key, destructor, in_program && is_of_program(__builtin_return_address(0)));
  return error;
}

int pthread_key_delete(pthread_key_t key) noexcept {
  const int error = real::pthread_key_delete()(key);
  if (error == 0) note(key, nullptr, false);
  return error;
}

// It may ask for memory, which must outlast the execution.
int pthread_setspecific(pthread_key_t key, const void* value) noexcept {
  if (!in_program) return real::pthread_setspecific()(key, value);
  const Inside inside;
  snag::Execution& execution = inside.execution;
  // As in life, those of T0 do not run: the program ends with it.
  if (value != nullptr && !destructors_will_run && execution.running().index != 0 && !execution.abandoning()) {
    destructors_will_run = true;
    execution.at_thread_exit(snag::ExitStage::notices, &run_destructors);
  }
  return real::pthread_setspecific()(key, value);
}
}
