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

/// What kind of thing an operation is done to.
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
};

/// The kinds of operation. In brackets: [object; second; target; argument] as far as the kind uses them,
/// then what the event's before/after/success hold. Values are 64-bit digests (see Event).
enum class OperationKind : std::uint8_t {
  // Threads.
  spawn,       ///< [target = the new thread]
  begin,       ///< first event of a thread
  end,         ///< last event of a thread
  join,        ///< [target = the joined thread]; waits until it has ended
  detach,      ///< [target]
  yield,       ///< gives way
  sleep,       ///< [argument = deadline in virtual ns]; the event sets the clock to at least the deadline
  read_clock,  ///< [] after = virtual ns
  // Plain variables: shared<T>.
  read,   ///< [variable] before = after = value read
  write,  ///< [variable] before = old value, after = new value
  // Atomics; Operation::order is the memory order.
  load,               ///< [atomic] before = after = value read
  store,              ///< [atomic] before = old, after = new
  read_modify_write,  ///< [atomic] exchange, fetch_add, ...: before = old, after = new
  compare_exchange,  ///< [atomic] before = value found, after = value left; success = exchanged; order_failure used when not
  fence,             ///< [] atomic_thread_fence with Operation::order
  // Mutexes (plain and recursive).
  lock,      ///< [mutex] waits until free (or owned by the caller, if recursive)
  try_lock,  ///< [mutex] success = taken
  unlock,    ///< [mutex]; misuse is the checkers' business: the event is recorded even when the caller owns nothing
  // Condition variables. A wait is two or three events: wait, then reacquire (untimed) or resume and lock (timed, spurious).
  wait,       ///< [condition_variable; second = mutex] releases the mutex and enqueues, as one event
  reacquire,  ///< [mutex; second = condition_variable] untimed wait goes on: waits until notified and the mutex is free
  resume,  ///< [condition_variable; second = mutex] timed or spurious wait leaves the queue; success = notified. A lock event follows
  notify_one,  ///< [condition_variable; target = the thread woken or no_thread] before = waiters
  notify_all,  ///< [condition_variable] before = waiters
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
  // Values.
  choose,  ///< [argument = number of options] after = the option taken
  check,   ///< [] success = the condition held; only failed checks are events. Text in Trace::texts[argument]
  // Objects and their ends, misuse and what ends a thread badly.
  destroy,             ///< [any object; target = a thread about to use it, or no_thread] end of life;
                       ///< argument = number of threads that wait in it (condition variables)
  thread_destroyed,    ///< [target = the thread] a joinable thread object was destroyed or assigned to
  join_misused,        ///< [target or no_thread] join or detach of a thread that is not joinable
  wait_unlocked,       ///< [condition_variable; second = mutex or no_object] wait called without holding the lock
  uncaught_exception,  ///< an exception left a thread; text in Trace::texts[argument]
};

/// Memory orders, as in <atomic>.
enum class MemoryOrder : std::uint8_t { relaxed, consume, acquire, release, acq_rel, seq_cst };

/// What a thread is about to do. Published before the decision; the event repeats it unchanged
/// (except target of notify_one, which is known afterwards).
struct Operation {
  OperationKind kind = OperationKind::begin;
  MemoryOrder order = MemoryOrder::seq_cst;
  MemoryOrder order_failure = MemoryOrder::seq_cst;
  ThreadIndex target = no_thread;
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
