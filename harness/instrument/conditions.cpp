// pthread_cond_t: a wait is two or three events, as in the typed front end. A spurious wake-up is
// a choice, as long as the execution's budget for them lasts.
#include "harness/instrument/clocks.h"
#include "harness/instrument/mutexes.h"
#include "harness/instrument/real.h"

#include <cerrno>

namespace snag::instrument {

namespace {

SyncObject& condition_at(Execution& execution, const pthread_cond_t* condition) {
  return objects().sync(execution, condition, Use::condition,
                        [](SyncObject&) { return ObjectKind::condition_variable; });
}

// As its attributes said when it was initialised.
clockid_t clock_of(const pthread_cond_t& condition) {
  constexpr unsigned monotonic = 2;
  return (condition.__data.__wrefs & monotonic) != 0 ? CLOCK_MONOTONIC : CLOCK_REALTIME;
}

// What one thread waits with.
struct Wait {
  Execution& execution;
  SyncObject& condition;
  SyncObject& mutex;
  std::uint64_t deadline;
  const void* place;
  detail::Waiter self;

  Operation on(OperationKind kind) const {
    return {.kind = kind, .object = condition.handle.index, .second = mutex.handle.index, .place = place};
  }
};

// Lets go of a recursive mutex wholly; returns its levels.
std::uint32_t release(Wait& wait, Event& event) {
  if (!wait.mutex.recursive) {
    give(wait.execution, wait.mutex, event);
    return 1;
  }
  const std::uint32_t levels = wait.mutex.count;
  event.before = levels;
  wait.mutex.count = 0;
  wait.mutex.owner = no_thread;
  return levels;
}

void take_again(Wait& wait, std::uint32_t levels, Event& event) {
  take(wait.execution, wait.mutex, event);
  if (wait.mutex.recursive) event.after = wait.mutex.count = levels;
}

// A timed or spurious wait goes on: out of the queue, then for the mutex as anybody. Whether it was notified.
bool leave_queue(Wait& wait, std::uint32_t levels) {
  Operation resume = wait.on(OperationKind::resume);
  resume.argument = wait.deadline;
  const bool left = wait.execution.perform(
      {.operation = resume, .guard = &detail::is_notified, .subject = &wait.self, .deadline = wait.deadline},
      [&](Event& event) {
        event.success = wait.self.notified;
        if (wait.self.notified) return;
        wait.condition.waiters.remove(wait.self);
        wait.execution.pass_time_until(wait.deadline);
      });
  if (!left) return true;
  wait.execution.perform(
      {.operation = {.kind = OperationKind::lock, .object = wait.mutex.handle.index, .place = wait.place},
       .subject = &wait.mutex.owner},
      [&](Event& event) { take_again(wait, levels, event); });
  return wait.self.notified;
}

int wait_for(pthread_cond_t* condition, pthread_mutex_t* mutex, std::uint64_t deadline, const void* place) {
  const Inside inside;
  Execution& execution = inside.execution;
  Wait wait{execution, condition_at(execution, condition), mutex_at(execution, mutex), deadline,
            place,     detail::Waiter(execution.running())};
  if (wait.mutex.owner != execution.running().index) {
    execution.note(wait.on(OperationKind::wait_unlocked));
    return EPERM;
  }
  const bool timed = deadline != never;
  Operation operation = wait.on(OperationKind::wait);
  if (timed)
    operation.argument = deadline;
  else
    wait.self.lock_owner = &wait.mutex.owner;
  bool spurious = false;
  std::uint32_t levels = 1;
  if (!execution.perform({.operation = operation}, [&](Event& event) {
        spurious = !timed && execution.choose_spurious(operation);
        levels = release(wait, event);
        wait.condition.waiters.add(wait.self);
      }))
    return 0;
  if (timed) return leave_queue(wait, levels) ? 0 : ETIMEDOUT;
  if (spurious) {
    wait.deadline = 0;
    leave_queue(wait, levels);
    return 0;
  }
  const detail::Reacquisition wanted{&wait.self, &wait.mutex.owner};
  execution.perform({.operation = {.kind = OperationKind::reacquire,
                                   .object = wait.mutex.handle.index,
                                   .second = wait.condition.handle.index,
                                   .place = place},
                     .guard = &detail::may_reacquire,
                     .subject = &wanted},
                    [&](Event& event) { take_again(wait, levels, event); });
  return 0;
}

template <class Really>
int wait_until(pthread_cond_t* condition, pthread_mutex_t* mutex, clockid_t clock, const timespec* point,
               const void* place, Really really) {
  if (!in_program) return really();
  if (!is_time(*point)) return EINVAL;
  return wait_for(condition, mutex, deadline_at(clock, *point), place);
}

}  // namespace

}  // namespace snag::instrument

using namespace snag;
using namespace snag::instrument;

extern "C" {

int pthread_cond_init(pthread_cond_t* condition, const pthread_condattr_t* attributes) noexcept {
  const int error = real::pthread_cond_init()(condition, attributes);
  if (!in_program || error != 0) return error;
  const Inside inside;
  objects().forget(condition, Use::condition);
  condition_at(inside.execution, condition);
  return 0;
}

// The real one would wait for those who wait; here that is a finding.
int pthread_cond_destroy(pthread_cond_t* condition) noexcept {
  if (!in_program) return real::pthread_cond_destroy()(condition);
  const Inside inside;
  const SyncObject* const known = objects().known(condition, Use::condition);
  if (known == nullptr) return 0;
  const std::uint32_t waiting = known->waiters.size(inside.execution);
  inside.execution.destroy_object(known->handle, waiting > 0, waiting, __builtin_return_address(0));
  objects().forget(condition, Use::condition);
  return 0;
}

int pthread_cond_wait(pthread_cond_t* condition, pthread_mutex_t* mutex) {
  if (!in_program) return real::pthread_cond_wait()(condition, mutex);
  return wait_for(condition, mutex, never, __builtin_return_address(0));
}

int pthread_cond_timedwait(pthread_cond_t* condition, pthread_mutex_t* mutex, const timespec* point) {
  return wait_until(condition, mutex, clock_of(*condition), point, __builtin_return_address(0),
                    [&] { return real::pthread_cond_timedwait()(condition, mutex, point); });
}

int pthread_cond_clockwait(pthread_cond_t* condition, pthread_mutex_t* mutex, clockid_t clock, const timespec* point) {
  return wait_until(condition, mutex, clock, point, __builtin_return_address(0),
                    [&] { return real::pthread_cond_clockwait()(condition, mutex, clock, point); });
}

int pthread_cond_signal(pthread_cond_t* condition) noexcept {
  if (!in_program) return real::pthread_cond_signal()(condition);
  const Inside inside;
  SyncObject& known = condition_at(inside.execution, condition);
  const Operation operation{
      .kind = OperationKind::notify_one, .object = known.handle.index, .place = __builtin_return_address(0)};
  inside.execution.perform({.operation = operation},
                           [&](Event& event) { known.waiters.notify_one(inside.execution, operation, event); });
  return 0;
}

int pthread_cond_broadcast(pthread_cond_t* condition) noexcept {
  if (!in_program) return real::pthread_cond_broadcast()(condition);
  const Inside inside;
  SyncObject& known = condition_at(inside.execution, condition);
  const Operation operation{
      .kind = OperationKind::notify_all, .object = known.handle.index, .place = __builtin_return_address(0)};
  inside.execution.perform({.operation = operation}, [&](Event& event) {
    event.before = known.waiters.size(inside.execution);
    event.routine = event.before == 0;
    known.waiters.notify_all();
  });
  return 0;
}
}
