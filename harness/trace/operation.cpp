// The names of operation and object kinds, as reports, tokens and files spell them: those of the enumerators.
// A switch without a default, so that the compiler tells when a new kind has no name.
#include "harness/trace/operation.h"

namespace snag {

const char* name_of(OperationKind kind) {
  switch (kind) {
    case OperationKind::spawn: return "spawn";
    case OperationKind::begin: return "begin";
    case OperationKind::end: return "end";
    case OperationKind::join: return "join";
    case OperationKind::detach: return "detach";
    case OperationKind::yield: return "yield";
    case OperationKind::sleep: return "sleep";
    case OperationKind::read_clock: return "read_clock";
    case OperationKind::work: return "work";
    case OperationKind::set_priority: return "set_priority";
    case OperationKind::is_alive: return "is_alive";
    case OperationKind::count_threads: return "count_threads";
    case OperationKind::cut_off: return "cut_off";
    case OperationKind::read: return "read";
    case OperationKind::write: return "write";
    case OperationKind::load: return "load";
    case OperationKind::store: return "store";
    case OperationKind::read_modify_write: return "read_modify_write";
    case OperationKind::compare_exchange: return "compare_exchange";
    case OperationKind::fence: return "fence";
    case OperationKind::atomic_wait: return "atomic_wait";
    case OperationKind::atomic_resume: return "atomic_resume";
    case OperationKind::lock: return "lock";
    case OperationKind::try_lock: return "try_lock";
    case OperationKind::unlock: return "unlock";
    case OperationKind::lock_shared: return "lock_shared";
    case OperationKind::try_lock_shared: return "try_lock_shared";
    case OperationKind::unlock_shared: return "unlock_shared";
    case OperationKind::line_up: return "line_up";
    case OperationKind::wait: return "wait";
    case OperationKind::reacquire: return "reacquire";
    case OperationKind::resume: return "resume";
    case OperationKind::notify_one: return "notify_one";
    case OperationKind::notify_all: return "notify_all";
    case OperationKind::notify_unlocked: return "notify_unlocked";
    case OperationKind::acquire: return "acquire";
    case OperationKind::try_acquire: return "try_acquire";
    case OperationKind::release: return "release";
    case OperationKind::count_down: return "count_down";
    case OperationKind::latch_try_wait: return "latch_try_wait";
    case OperationKind::latch_wait: return "latch_wait";
    case OperationKind::arrive: return "arrive";
    case OperationKind::barrier_wait: return "barrier_wait";
    case OperationKind::arrive_and_drop: return "arrive_and_drop";
    case OperationKind::once_enter: return "once_enter";
    case OperationKind::once_leave: return "once_leave";
    case OperationKind::request_stop: return "request_stop";
    case OperationKind::stop_requested: return "stop_requested";
    case OperationKind::set_result: return "set_result";
    case OperationKind::future_wait: return "future_wait";
    case OperationKind::future_try_wait: return "future_try_wait";
    case OperationKind::event_set: return "event_set";
    case OperationKind::event_clear: return "event_clear";
    case OperationKind::event_is_set: return "event_is_set";
    case OperationKind::event_wait: return "event_wait";
    case OperationKind::event_resume: return "event_resume";
    case OperationKind::barrier_enter: return "barrier_enter";
    case OperationKind::barrier_open: return "barrier_open";
    case OperationKind::barrier_leave: return "barrier_leave";
    case OperationKind::barrier_reset: return "barrier_reset";
    case OperationKind::barrier_abort: return "barrier_abort";
    case OperationKind::put: return "put";
    case OperationKind::try_put: return "try_put";
    case OperationKind::get: return "get";
    case OperationKind::try_get: return "try_get";
    case OperationKind::queue_size: return "queue_size";
    case OperationKind::task_done: return "task_done";
    case OperationKind::queue_join: return "queue_join";
    case OperationKind::queue_shutdown: return "queue_shutdown";
    case OperationKind::choose: return "choose";
    case OperationKind::check: return "check";
    case OperationKind::expectation: return "expectation";
    case OperationKind::destroy: return "destroy";
    case OperationKind::thread_destroyed: return "thread_destroyed";
    case OperationKind::join_misused: return "join_misused";
    case OperationKind::wait_unlocked: return "wait_unlocked";
    case OperationKind::uncaught_exception: return "uncaught_exception";
    case OperationKind::is_locked: return "is_locked";
    case OperationKind::barrier_state: return "barrier_state";
    case OperationKind::allocate: return "allocate";
    case OperationKind::free: return "free";
    case OperationKind::touch_freed: return "touch_freed";
    case OperationKind::program_failed: return "program_failed";
  }
  return "unknown";
}

const char* name_of(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::variable: return "variable";
    case ObjectKind::atomic: return "atomic";
    case ObjectKind::mutex: return "mutex";
    case ObjectKind::recursive_mutex: return "recursive_mutex";
    case ObjectKind::condition_variable: return "condition_variable";
    case ObjectKind::semaphore: return "semaphore";
    case ObjectKind::latch: return "latch";
    case ObjectKind::barrier: return "barrier";
    case ObjectKind::once_flag: return "once_flag";
    case ObjectKind::stop_state: return "stop_state";
    case ObjectKind::shared_mutex: return "shared_mutex";
    case ObjectKind::future: return "future";
    case ObjectKind::lock: return "lock";
    case ObjectKind::event: return "event";
    case ObjectKind::breakable_barrier: return "breakable_barrier";
    case ObjectKind::queue: return "queue";
    case ObjectKind::block: return "block";
  }
  return "unknown";
}

}  // namespace snag
