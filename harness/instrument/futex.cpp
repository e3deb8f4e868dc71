#include "harness/instrument/futex.h"

#include "harness/instrument/runtime.h"

#include <algorithm>
#include <iterator>
#include <vector>

// Where libstdc++ counts those who wait, for 16 hashes of addresses; null if the program never waits so.
extern "C" [[gnu::weak]] const char snag_waiters[] asm("_ZZNSt8__detail18__waiter_pool_base6_S_forEPKvE3__w");

namespace snag::instrument {

namespace {

constexpr std::size_t pool_size = 128;  // the count, and in a cache line of its own a version
constexpr std::size_t pools = 16;

ObjectIndex object_of(Execution& execution, const volatile void* word) {
  return objects().value(execution, const_cast<const void*>(word), Use::atomic, ValueKind::signed_integer).index;
}

std::uint64_t value_of(const volatile void* word) { return value_at(const_cast<const void*>(word), 4); }

// Until it is woken, or the deadline; an abandoned wait is woken.
FutexWait sleep(Execution& execution, detail::WaitQueue& queue, detail::Waiter& self, const Operation& operation,
                std::uint64_t deadline) {
  execution.perform({.operation = operation, .guard = &detail::is_notified, .subject = &self, .deadline = deadline},
                    [&](Event& event) {
                      event.success = self.notified;
                      if (self.notified) return;
                      queue.remove(self);
                      if (deadline != 0) execution.pass_time_until(deadline);
                    });
  return self.notified || execution.abandoning() ? FutexWait::woken : FutexWait::timed_out;
}

}  // namespace

FutexQueues& futex_queues() {
  static FutexQueues all;
  return all;
}

FutexWait futex_wait(const volatile void* word, std::uint32_t value, std::uint64_t deadline, const void* place) {
  const Inside inside;
  Execution& execution = inside.execution;
  spin.sleep();
  const ObjectIndex object = object_of(execution, word);
  detail::WaitQueue& queue = futex_queues().of(object);
  const std::uint64_t expected = value_at(&value, sizeof value);
  const Operation operation{.kind = OperationKind::atomic_wait, .object = object, .argument = expected, .place = place};
  detail::Waiter self(execution.running());
  bool changed = false;
  bool spurious = false;
  const bool done = execution.perform({.operation = operation}, [&](Event& event) {
    event.before = event.after = value_of(word);
    event.success = changed = event.before != expected;
    if (changed) return;
    spurious = deadline == never && execution.choose_spurious(operation);
    queue.add(self);
  });
  if (!done) return FutexWait::woken;
  if (changed) return FutexWait::changed;
  const Operation resume{.kind = OperationKind::atomic_resume,
                         .object = object,
                         .argument = deadline == never ? 0 : deadline,
                         .place = place};
  if (!spurious) return sleep(execution, queue, self, resume, deadline);
  sleep(execution, queue, self, resume, 0);
  return FutexWait::woken;
}

std::uint32_t futex_wake(const volatile void* word, std::uint32_t count_max, const void* place) {
  const Inside inside;
  Execution& execution = inside.execution;
  const ObjectIndex object = object_of(execution, word);
  detail::WaitQueue& queue = futex_queues().of(object);
  std::uint32_t woken = 0;
  if (count_max >= queue.size(execution) && count_max != 1) {
    execution.perform({.operation = {.kind = OperationKind::notify_all, .object = object, .place = place}},
                      [&](Event& event) {
                        event.before = woken = queue.size(execution);
                        event.routine = woken == 0;
                        queue.notify_all();
                      });
    return woken;
  }
  const Operation operation{.kind = OperationKind::notify_one, .object = object, .place = place};
  for (bool more = true; more && woken < count_max;) {
    more = false;
    execution.perform({.operation = operation}, [&](Event& event) {
      queue.notify_one(execution, operation, event);
      more = event.operation.target != no_thread;
    });
    if (more) ++woken;
  }
  return woken;
}

bool Spin::is_count_of_waiters(const volatile void* atomic) {
  const auto offset = static_cast<std::size_t>(static_cast<const volatile char*>(atomic) - snag_waiters);
  return offset < pools * pool_size && offset % pool_size == 0;
}

bool Spin::look(const volatile void* atomic) {
  const Execution& execution = *Execution::current();
  const std::vector<Event>& events = execution.trace().events;
  const bool alone = std::all_of(events.begin() + std::min<std::ptrdiff_t>(seen_, std::ssize(events)), events.end(),
                                 [&](const Event& event) { return event.thread == execution.running().index; });
  const bool again = last_ == atomic && alone;
  last_ = atomic;
  seen_ = static_cast<Step>(events.size());
  return again;
}

}  // namespace snag::instrument
