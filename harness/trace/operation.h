// What a thread is about to do, as plain values: the vocabulary that every other folder shares.
// A thread publishes an Operation before it does it; strategies and checkers see nothing else of a program.
// The kinds and what each field holds for them stand in one table here, so that nobody has to guess.
#pragma once

#include <cstdint>

namespace snag {

/// Number of a thread within one execution, in creation order; T0 runs the scenario's body.
using ThreadIndex = std::uint16_t;
/// Number of an object within one execution, in creation order (depends on the schedule: never an identity).
using ObjectIndex = std::uint32_t;
/// Number of an event within one execution, counted from 0.
using Step = std::uint32_t;

inline constexpr ThreadIndex no_thread = 0xffff;
inline constexpr ObjectIndex no_object = 0xffffffff;
inline constexpr Step no_step = 0xffffffff;

/// What kind of thing an operation is done to. Tokens depend on the numbers: new kinds come at the end.
enum class ObjectKind : std::uint8_t {
  variable,  ///< shared<T>: a plain variable under watch
  atomic,
  mutex,
  recursive_mutex,
  condition_variable,
  semaphore,
  latch,
  barrier,
  once_flag,
  stop_state,
  shared_mutex,
  future,             ///< the state that a promise and its futures share
  lock,               ///< threading::Lock: as a mutex, but any thread may release it
  event,              ///< threading::Event
  breakable_barrier,  ///< threading::Barrier
  queue,              ///< queue::Queue and its kin
  block,              ///< memory that an unmodified program allocated
};

/// The kinds of operation. In brackets: [object; second; target; argument] as far as the kind uses them,
/// then what the event's before/after/success hold. Values are 64-bit digests (see Event). Tokens depend on the numbers:
/// new kinds come at the end, with a word on where they belong.
enum class OperationKind : std::uint8_t {
  // Threads.
  spawn,       ///< [target = the new thread]
  begin,       ///< first event of a thread
  end,         ///< last event of a thread
  join,        ///< [target = the joined thread; argument = deadline of a timed one, else 0] waits until it has ended;
               ///< success = it has (false: timed out)
  detach,      ///< [target]
  yield,       ///< gives way
  sleep,       ///< [argument = deadline in virtual ns]; the event sets the clock to at least the deadline
  read_clock,  ///< [] after = virtual ns
  work,  ///< [argument = virtual ns asked for] uses the processor; before/after = the clock when it began and ended
  set_priority,   ///< [target = the thread; argument = its priority, sign-extended] before/after = old and new
  is_alive,       ///< [target] after = 1: it has begun and not ended
  count_threads,  ///< [] after = threads alive
  cut_off,        ///< [target = a daemon thread] the program ended while it was alive
  // Plain variables: shared<T>.
  read,   ///< [variable] before = after = value read
  write,  ///< [variable] before = old value, after = new value
  // Atomics; Operation::order is the memory order.
  load,               ///< [atomic] before = after = value read
  store,              ///< [atomic] before = old, after = new
  read_modify_write,  ///< [atomic] exchange, fetch_add, ...: before = old, after = new
  compare_exchange,  ///< [atomic] before = value found, after = value left; success = exchanged; order_failure used when not
  fence,             ///< [] atomic_thread_fence with Operation::order
  atomic_wait,  ///< [atomic; argument = digest of the old value] before = after = value read; success = it is another one.
                ///< Else the thread enqueues in the same event, and atomic_resume follows
  atomic_resume,  ///< [atomic; argument = deadline or 0] waits until notified (notify_one, notify_all); success = notified.
                  ///< Without a deadline another atomic_wait follows, unless the program waits by itself
  // Mutexes (plain, recursive and shared) and threading::Lock. target = the thread itself: it holds the recursive mutex
  // before and after, whatever the others do.
  lock,         ///< [mutex] waits until free (or owned by the caller, if recursive)
  try_lock,     ///< [mutex; argument = deadline of a timed one, else 0] success = taken
  unlock,       ///< [mutex]; misuse is the checkers' business: the event is recorded even when the caller owns nothing
  lock_shared,  ///< [shared_mutex] waits until nobody holds it exclusively (scenario option: nor waits to)
  try_lock_shared,  ///< [shared_mutex; argument = deadline of a timed one, else 0] success = taken
  unlock_shared,    ///< [shared_mutex]
  line_up,  ///< [shared_mutex] a writer begins to wait: readers are held back until its lock, or timed try_lock, is done
            ///< (an event only where the scenario says that waiting writers hold readers back)
  // Condition variables. A wait is two or three events: wait, then reacquire (untimed) or resume and lock (timed, spurious).
  wait,       ///< [condition_variable; second = mutex] releases the mutex and enqueues, as one event; before/after =
              ///< levels of an RLock, which threading::Condition releases wholly (see levels_of).
              ///< condition_variable_any: second = no_object, it enqueues only
  reacquire,  ///< [mutex; second = condition_variable] untimed wait goes on: waits until notified and the mutex is free
  resume,     ///< [condition_variable; second = mutex; argument = deadline or ~0] timed or spurious wait, or one of a
              ///< condition_variable_any, leaves the queue; success = notified. A lock event follows
  notify_one,       ///< [condition_variable; target = the thread woken or no_thread] before = waiters
  notify_all,       ///< [condition_variable] before = waiters
  notify_unlocked,  ///< [condition_variable; second = its lock] threading::Condition: notified without holding the lock
  // Semaphores. argument of release = how many; second holds nothing; limit = ObjectInfo::limit.
  acquire,      ///< [semaphore] before/after = count
  try_acquire,  ///< [semaphore] before/after = count, success = taken (also the timed forms)
  release,      ///< [semaphore; argument = how many] before/after = count
  // Latches and barriers.
  count_down,      ///< [latch; argument = how many] before/after = count
  latch_try_wait,  ///< [latch] success = counter is zero
  latch_wait,      ///< [latch] waits until the counter is zero
  arrive,  ///< [barrier; argument = how many] before = phase, after = phase after (one more if this arrival completed it)
  barrier_wait,     ///< [barrier; argument = phase waited for] waits until that phase is complete
  arrive_and_drop,  ///< [barrier] as arrive, one fewer expected from the next phase on
  // call_once.
  once_enter,  ///< [once_flag] waits while another runs the function; after = 1: this thread runs it, 0: already done
  once_leave,  ///< [once_flag] success = function returned (done), false = it threw (another may try)
  // Stop tokens.
  request_stop,    ///< [stop_state] success = this call was the first
  stop_requested,  ///< [stop_state] after = 1 if stop was requested
  // Futures: the state shared by promise, packaged_task or async and their futures. A result is 0: a value,
  // 1: an exception, 2: none, the promise is gone (broken). A deferred function is entered and left as by call_once.
  set_result,   ///< [future] after = the result, or 3: kept, another event publishes it when the thread ends;
                ///< success = false: there was one already
  future_wait,  ///< [future; target = the thread that computes it, if known] waits until there is a result; after = it
  future_try_wait,  ///< [future; target; argument = deadline, 0: at once] success = there is a result; after = it
  // threading::Event. A wait is one event, or two when the flag is not set.
  event_set,     ///< [event] before/after = flag; wakes all that wait
  event_clear,   ///< [event] before/after = flag
  event_is_set,  ///< [event] after = flag
  event_wait,  ///< [event; argument = deadline or 0] success = the flag is set. Else it enqueues, and event_resume follows
  event_resume,  ///< [event; argument = deadline or 0] waits until woken; success = woken, false: timed out
  // threading::Barrier. A wait is enter and leave; the last to enter runs the action between them.
  barrier_enter,  ///< [breakable_barrier; argument = 1: there is an action] waits while the round before drains;
                  ///< before/after = threads inside; success = false: it is broken
  barrier_open,   ///< [breakable_barrier] the action is done: the round may leave
  barrier_leave,  ///< [breakable_barrier; argument = deadline or 0] waits until the round is complete or broken;
                  ///< success = complete. A time-out breaks it
  barrier_reset,  ///< [breakable_barrier] before = threads inside: the wait of each fails
  barrier_abort,  ///< [breakable_barrier] before = threads inside: the wait of each fails, and all later ones
  // queue::Queue, LifoQueue, PriorityQueue, SimpleQueue. before/after = items in it; limit = room (0: no bound).
  put,             ///< [queue] waits for room; success = false: it was shut down
  try_put,         ///< [queue; argument = deadline of a timed one, else 0] success = put
  get,             ///< [queue] waits for an item; success = false: it was shut down
  try_get,         ///< [queue; argument = deadline of a timed one, else 0] success = got
  queue_size,      ///< [queue] qsize, empty, full: after = items
  task_done,       ///< [queue] before/after = unfinished tasks; before = 0 is misuse
  queue_join,      ///< [queue] waits until there are no unfinished tasks
  queue_shutdown,  ///< [queue; argument = 1: at once, items are dropped]
  // Values.
  choose,       ///< [argument = number of options] after = the option taken
  check,        ///< [] success = the condition held; only failed checks are events. Text in Trace::texts[argument]
  expectation,  ///< [] an expectation of a test framework failed (success = false). Text in Trace::texts[argument].
                ///< The framework may hold locks of its own: the execution ends at the event that comes next
  // Objects and their ends, misuse and what ends a thread badly.
  destroy,             ///< [any object; target = a thread about to use it, or no_thread] end of life;
                       ///< argument = number of threads that wait in it (condition variables)
  thread_destroyed,    ///< [target = the thread] a joinable thread object was destroyed or assigned to
  join_misused,        ///< [target or no_thread] join or detach of a thread that is not joinable
  wait_unlocked,       ///< [condition_variable; second = mutex or no_object] wait called without holding the lock
  uncaught_exception,  ///< an exception left a thread; text in Trace::texts[argument]
  // Looks at threading::Lock and threading::Barrier.
  is_locked,      ///< [lock, recursive_mutex] after = 1: somebody has acquired it
  barrier_state,  ///< [breakable_barrier] n_waiting, broken: before = threads that wait, after = 1: it is broken
  // Memory of unmodified programs.
  allocate,  ///< [block; argument = bytes]
  free,      ///< [block, or no_object; argument = bytes from its begin] success = it is the begin of a block that was
             ///< allocated; false: it has been freed before (argument = 0), or nobody ever allocated what begins there
  touch_freed,  ///< [block; argument = bytes from its begin] a block is used that has been freed: after = 1: it is written
  program_failed,  ///< [] the whole program ends: before = why, an Execution::Failure; text in Trace::texts[argument]
};

/// Memory orders, as in <atomic>.
enum class MemoryOrder : std::uint8_t { relaxed, consume, acquire, release, acq_rel, seq_cst };

/// What a thread is about to do. Published before the decision; the event repeats it unchanged
/// (except target of notify_one, which is known afterwards).
struct Operation {
  OperationKind kind = OperationKind::begin;
  MemoryOrder order = MemoryOrder::seq_cst;
  MemoryOrder order_failure = MemoryOrder::seq_cst;
  std::uint8_t padding = 0;  // by name, as below: so the compiler writes what lies around it in one piece
  ThreadIndex target = no_thread;
  std::uint16_t padding_after_target = 0;
  ObjectIndex object = no_object;
  ObjectIndex second = no_object;
  std::uint64_t argument = 0;
  const void* place = nullptr;  ///< return address in the program's code; symbolised only for reports
};

/// The name of a kind in reports, tokens and files ("lock", "read_modify_write").
const char* name_of(OperationKind kind);
/// The name of an object kind in reports ("mutex", "atomic").
const char* name_of(ObjectKind kind);

}  // namespace snag
