// pthread_once, which std::call_once ends in, and the guards of static local variables. The program's own memory says
// what has been done, as without snag; who is at it is kept here. What shared libraries do once for the whole process
// is left to the real functions: it happens in the first execution only.
#include "harness/instrument/real.h"
#include "harness/instrument/runtime.h"

#include <cstdint>

extern "C" void __tsan_atomic8_store(volatile std::uint8_t* at, std::uint8_t value, int order);

namespace snag::instrument {

namespace {

bool nobody_runs_it(const void* once, const ControlledThread&) {
  return static_cast<const SyncObject*>(once)->owner == no_thread;
}

/// Waits while another runs the function. True when the caller is to run it; is_done() is asked when it goes on.
template <class IsDone>
bool enter(const void* address, const void* place, IsDone is_done) {
  const Inside inside;
  SyncObject& once =
      objects().sync(inside.execution, address, Use::once, [](SyncObject&) { return ObjectKind::once_flag; });
  bool runs = false;
  inside.execution.perform(
      {.operation = {.kind = OperationKind::once_enter, .object = once.handle.index, .place = place},
       .guard = &nobody_runs_it,
       .subject = &once},
      [&](Event& event) {
        runs = !is_done();
        if (runs) once.owner = event.thread;
        event.after = runs ? 1 : 0;
      });
  return runs;
}

enum class Ended : std::uint8_t { returned, threw };

/// The function has come to its end; done() notes it in the program's memory.
template <class Done>
void leave(const void* address, const void* place, Ended ended, Done done) {
  const Inside inside;
  SyncObject* const once = objects().known(address, Use::once);
  if (once == nullptr) return;
  inside.execution.perform(
      {.operation = {.kind = OperationKind::once_leave, .object = once->handle.index, .place = place}},
      [&](Event& event) {
        once->owner = no_thread;
        event.success = ended == Ended::returned;
        if (event.success) done();
      });
}

using Guard = std::int64_t;
constexpr int once_done = 2;  // as glibc has it

}  // namespace

}  // namespace snag::instrument

using namespace snag::instrument;

extern "C" {

int pthread_once(pthread_once_t* control, void (*function)(void)) {
  const void* const place = __builtin_return_address(0);
  if (!in_program || !is_of_program(place)) return real::pthread_once()(control, function);
  if (!enter(control, place, [&] { return *control == once_done; })) return 0;
  try {
    function();
  } catch (...) {
    leave(control, place, Ended::threw, [] {});
    throw;
  }
  leave(control, place, Ended::returned, [&] { *control = once_done; });
  return 0;
}

// The compiler looks at the first byte and calls these only while it is 0.
int __cxa_guard_acquire(Guard* guard) {
  const void* const place = __builtin_return_address(0);
  if (!in_program || !is_of_program(place)) return real::guard_acquire()(guard);
  const auto* const done = reinterpret_cast<const char*>(guard);
  return enter(guard, place, [&] { return *done != 0; }) ? 1 : 0;
}

void __cxa_guard_release(Guard* guard) {
  const void* const place = __builtin_return_address(0);
  if (!in_program || !is_of_program(place)) return real::guard_release()(guard);
  // What others look at, by an atomic load, before they call anything: so what has been made is published by it.
  __tsan_atomic8_store(reinterpret_cast<volatile std::uint8_t*>(guard), 1, __ATOMIC_RELEASE);
  leave(guard, place, Ended::returned, [] {});
}

void __cxa_guard_abort(Guard* guard) {
  const void* const place = __builtin_return_address(0);
  if (!in_program || !is_of_program(place)) return real::guard_abort()(guard);
  leave(guard, place, Ended::threw, [] {});
}
}
