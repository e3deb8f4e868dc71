#include "harness/trace/dependence.h"

namespace snag {

namespace {

// What it touches if nobody looks at the clock, at who is alive, or for spurious wake-ups.
Accesses accesses_to_objects(const Operation& operation, const Observed& observed) {
  Accesses accesses;
  switch (operation.kind) {
    // What only waits for others, and so follows them; what nobody else sees; notes.
    case OperationKind::spawn:
    case OperationKind::begin:
    case OperationKind::end:
    case OperationKind::detach:
    case OperationKind::yield:
    case OperationKind::sleep:
    case OperationKind::work:
    case OperationKind::set_priority:
    case OperationKind::cut_off:
    case OperationKind::fence:
    case OperationKind::latch_wait:
    case OperationKind::barrier_wait:
    case OperationKind::future_wait:
    case OperationKind::notify_unlocked:
    case OperationKind::choose:
    case OperationKind::check:
    case OperationKind::expectation:
    case OperationKind::destroy:
    case OperationKind::thread_destroyed:
    case OperationKind::join_misused:
    case OperationKind::wait_unlocked:
    case OperationKind::allocate:
    case OperationKind::free:
    case OperationKind::touch_freed:
    case OperationKind::program_failed:
    case OperationKind::uncaught_exception: break;
    case OperationKind::join:
      if (operation.argument != 0) accesses.write(lives_place);
      break;
    case OperationKind::read_clock: accesses.read(clock_place); break;
    case OperationKind::is_alive:
    case OperationKind::count_threads: accesses.write(lives_place); break;
    case OperationKind::event_resume:
      if (operation.argument != 0) accesses.read(operation.object);
      break;
    case OperationKind::atomic_resume:  // when the time is up it leaves the queue
      if (operation.argument != 0) accesses.write(operation.object);
      break;

    case OperationKind::read:
    case OperationKind::load:
    case OperationKind::lock_shared:
    case OperationKind::unlock_shared:
    case OperationKind::stop_requested:
    case OperationKind::future_try_wait:
    case OperationKind::event_is_set:
    case OperationKind::event_wait:
    case OperationKind::queue_size:
    case OperationKind::is_locked:
    case OperationKind::barrier_state:
    case OperationKind::queue_join: accesses.read(operation.object); break;

    case OperationKind::count_down:
    case OperationKind::arrive:
    case OperationKind::arrive_and_drop: accesses.add(operation.object, observed.arrivals); break;

    case OperationKind::lock:
    case OperationKind::try_lock:
    case OperationKind::unlock:
      if (operation.target == no_thread) accesses.write(operation.object);
      break;

    case OperationKind::write:
    case OperationKind::store:
    case OperationKind::read_modify_write:
    case OperationKind::compare_exchange:
    case OperationKind::atomic_wait:
    case OperationKind::try_lock_shared:
    case OperationKind::line_up:
    case OperationKind::reacquire:
    case OperationKind::resume:
    case OperationKind::notify_one:
    case OperationKind::notify_all:
    case OperationKind::acquire:
    case OperationKind::try_acquire:
    case OperationKind::release:
    case OperationKind::latch_try_wait:
    case OperationKind::once_enter:
    case OperationKind::once_leave:
    case OperationKind::request_stop:
    case OperationKind::set_result:
    case OperationKind::event_set:
    case OperationKind::event_clear:
    case OperationKind::barrier_enter:
    case OperationKind::barrier_open:
    case OperationKind::barrier_leave:
    case OperationKind::barrier_reset:
    case OperationKind::barrier_abort:
    case OperationKind::put:
    case OperationKind::try_put:
    case OperationKind::get:
    case OperationKind::try_get:
    case OperationKind::task_done:
    case OperationKind::queue_shutdown: accesses.write(operation.object); break;

    case OperationKind::wait:
      accesses.write(operation.second);
      accesses.write(operation.object);
      break;
  }
  return accesses;
}

// Whether a thread that is about to do it may lose the processor first.
bool is_scheduling_point(OperationKind kind) {
  switch (kind) {
    case OperationKind::spawn:
    case OperationKind::begin:
    case OperationKind::end:
    case OperationKind::detach:
    case OperationKind::set_priority:
    case OperationKind::cut_off:
    case OperationKind::notify_unlocked:
    case OperationKind::choose:
    case OperationKind::check:
    case OperationKind::expectation:
    case OperationKind::destroy:
    case OperationKind::thread_destroyed:
    case OperationKind::join_misused:
    case OperationKind::wait_unlocked:
    case OperationKind::allocate:
    case OperationKind::free:
    case OperationKind::touch_freed:
    case OperationKind::program_failed:
    case OperationKind::uncaught_exception: return false;
    default: return true;
  }
}

}  // namespace

bool may_be_spurious(const Operation& operation) {
  switch (operation.kind) {
    case OperationKind::wait:
    case OperationKind::try_lock:
    case OperationKind::try_lock_shared:
    case OperationKind::try_acquire:
    case OperationKind::compare_exchange:
    case OperationKind::atomic_wait: return true;
    default: return false;
  }
}

bool is_timed(const Operation& operation) {
  switch (operation.kind) {
    case OperationKind::sleep:
    case OperationKind::work: return true;
    case OperationKind::join:
    case OperationKind::try_lock:
    case OperationKind::try_lock_shared:
    case OperationKind::resume:
    case OperationKind::try_acquire:
    case OperationKind::future_try_wait:
    case OperationKind::event_resume:
    case OperationKind::atomic_resume:
    case OperationKind::barrier_leave:
    case OperationKind::try_put:
    case OperationKind::try_get: return operation.argument != 0;
    default: return false;
  }
}

Accesses accesses_of(const Operation& operation, const Observed& observed) {
  Accesses accesses = accesses_to_objects(operation, observed);
  if (observed.budget && may_be_spurious(operation)) accesses.write(budget_place);
  if (observed.clock && is_timed(operation)) accesses.write(clock_place);
  // A thread may take the time for a deadline, begin others or end right after anything that it does.
  if ((observed.clock || observed.lives) && is_scheduling_point(operation.kind)) {
    if (observed.clock && operation.kind != OperationKind::read_clock && !is_timed(operation))
      accesses.read(clock_place);
    if (observed.lives && (accesses.empty() || accesses.begin()->place != lives_place)) accesses.read(lives_place);
  }
  return accesses;
}

Effect effect_of(const Event& event) {
  switch (event.operation.kind) {
    case OperationKind::read:
    case OperationKind::load:
    case OperationKind::yield:
    case OperationKind::sleep:
    case OperationKind::work:
    case OperationKind::read_clock:
    case OperationKind::fence:
    case OperationKind::stop_requested:
    case OperationKind::is_alive:
    case OperationKind::count_threads:
    case OperationKind::future_try_wait:
    case OperationKind::event_is_set:
    case OperationKind::queue_size:
    case OperationKind::is_locked:
    case OperationKind::barrier_state:
    case OperationKind::latch_try_wait: return Effect::none;
    case OperationKind::write:
    case OperationKind::store:
    case OperationKind::read_modify_write:
    case OperationKind::compare_exchange: return event.before == event.after ? Effect::none : Effect::change;
    case OperationKind::try_acquire:
    case OperationKind::try_put:
    case OperationKind::try_get:
    case OperationKind::join: return event.success ? Effect::change : Effect::none;
    case OperationKind::try_lock:
    case OperationKind::try_lock_shared: return event.success ? Effect::passing : Effect::none;
    case OperationKind::lock:
    case OperationKind::lock_shared:
    case OperationKind::unlock:
    case OperationKind::unlock_shared:
    case OperationKind::wait:
    case OperationKind::reacquire:
    case OperationKind::resume: return Effect::passing;
    default: return Effect::change;
  }
}

bool changes(const Event& event, ObjectIndex place) {
  if (place == lives_place) return true;
  switch (event.operation.kind) {
    case OperationKind::unlock:
    case OperationKind::unlock_shared: return event.operation.object == place;
    case OperationKind::wait: return event.operation.object == place || event.operation.second == place;
    default: break;
  }
  if (place == clock_place) return is_timed(event.operation);
  if (effect_of(event) != Effect::change) return false;
  for (const Access& access : accesses_of(event.operation))
    if (access.place == place) return true;
  return false;
}

void observe(Observed& observed, const Operation& operation) {
  switch (operation.kind) {
    case OperationKind::read_clock: observed.clock = true; break;
    case OperationKind::is_alive:
    case OperationKind::count_threads: observed.lives = true; break;
    case OperationKind::join: observed.lives = observed.lives || operation.argument != 0; break;
    default: break;
  }
}

}  // namespace snag
