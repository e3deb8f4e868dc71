// Builds traces by hand for checker tests, one call an event, and drives a checker over them in the order in
// which an execution would: the event joins the trace, the clocks take it in, the checker observes it.
// The builder remembers values, counters and phases, so that before and after are right unless a test says otherwise.
#pragma once

#include "harness/trace/checker.h"
#include "harness/trace/finding.h"
#include "harness/trace/happens_before.h"
#include "harness/trace/panel.h"
#include "harness/trace/trace.h"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace snag {

/// A trace under construction. Each operation appends one event and returns its step. `at`, `waiting`, `inside`, `routine` and `fails`
/// apply to the next event only: `trace.at(12).read(t1, count)`, `trace.waiting().lock(t1, a)`.
class TraceBuilder {
 public:
  /// A new thread; the first is T0. Adds no event: see start, spawn and begin.
  ThreadIndex thread(ThreadIndex parent = 0, std::string name = {}) {
    const auto index = static_cast<ThreadIndex>(trace_.threads.size());
    ThreadInfo info;
    info.parent = index == 0 ? no_thread : parent;
    for (const ThreadInfo& other : trace_.threads) info.nth += other.parent == info.parent ? 1U : 0U;
    info.name = std::move(name);
    trace_.threads.push_back(std::move(info));
    return index;
  }
  /// Makes it a threading::Thread.
  void may_be_joined_often(ThreadIndex t) { trace_.threads[t].rejoinable = true; }
  /// A new thread with its spawn and begin events.
  ThreadIndex start(ThreadIndex parent = 0) {
    const ThreadIndex index = thread(parent);
    spawn(parent, index);
    begin(index);
    return index;
  }
  /// A new object. `initial` is the first value or counter; `limit` as in ObjectInfo.
  ObjectIndex object(ObjectKind kind, std::string name = {}, std::uint64_t initial = 0, std::int64_t limit = 0) {
    ObjectInfo info;
    info.kind = kind;
    const bool has_value = kind == ObjectKind::variable || kind == ObjectKind::atomic;
    info.value = has_value ? ValueKind::unsigned_integer : ValueKind::none;
    info.nth = static_cast<std::uint32_t>(trace_.objects.size());
    info.limit = limit;
    info.name = std::move(name);
    trace_.objects.push_back(std::move(info));
    values_.push_back(initial);
    return static_cast<ObjectIndex>(trace_.objects.size() - 1);
  }
  ObjectIndex variable(std::string name, std::uint64_t initial = 0) {
    return object(ObjectKind::variable, std::move(name), initial);
  }
  ObjectIndex atomic(std::string name, std::uint64_t initial = 0) {
    return object(ObjectKind::atomic, std::move(name), initial);
  }
  ObjectIndex mutex(std::string name = {}) { return object(ObjectKind::mutex, std::move(name)); }
  ObjectIndex recursive_mutex(std::string name = {}) { return object(ObjectKind::recursive_mutex, std::move(name)); }
  ObjectIndex shared_mutex(std::string name = {}) { return object(ObjectKind::shared_mutex, std::move(name)); }
  ObjectIndex condition_variable(std::string name = {}) {
    return object(ObjectKind::condition_variable, std::move(name));
  }
  ObjectIndex semaphore(std::string name, std::uint64_t initial, std::int64_t limit) {
    return object(ObjectKind::semaphore, std::move(name), initial, limit);
  }
  ObjectIndex latch(std::string name, std::uint64_t expected) {
    return object(ObjectKind::latch, std::move(name), expected, static_cast<std::int64_t>(expected));
  }
  /// Tests give the phases of a barrier's events themselves.
  ObjectIndex barrier(std::string name, std::int64_t expected) {
    return object(ObjectKind::barrier, std::move(name), 0, expected);
  }

  /// The next event's place is this line. Without it every event has a place of its own.
  TraceBuilder& at(int line) {
    line_ = line;
    return *this;
  }
  /// The next event has Phase::waiting.
  TraceBuilder& waiting() {
    phase_ = Phase::waiting;
    return *this;
  }
  /// The next event has Phase::ready.
  TraceBuilder& ready() {
    phase_ = Phase::ready;
    return *this;
  }
  /// Threads share one processor by priority. Time passes in work and in pass_to; waiting and ready events tell it.
  void schedule(const Scheduling& scheduling) { trace_.scheduling = scheduling; }
  void starve_after_grants(std::uint32_t grants) { trace_.starved_after_grants = grants; }
  void pass_to(std::uint64_t time) { now_ = time; }
  Step work(ThreadIndex t, std::uint64_t duration) {
    const std::uint64_t before = now_;
    now_ += duration;
    return add(t, of(OperationKind::work, no_object, duration), before, now_);
  }
  Step set_priority(ThreadIndex t, ThreadIndex target, int priority) {
    Operation operation = with_target(OperationKind::set_priority, target);
    operation.argument = static_cast<std::uint64_t>(std::int64_t{priority});
    return add(t, operation);
  }
  /// A new thread with this priority.
  ThreadIndex start_with(int priority, ThreadIndex parent = 0) {
    const ThreadIndex index = thread(parent);
    spawn(parent, index);
    set_priority(parent, index, priority);
    begin(index);
    return index;
  }
  /// A mutex with a protocol.
  ObjectIndex priority_mutex(std::string name, LockProtocol protocol, int ceiling = 0) {
    const ObjectIndex index = object(ObjectKind::mutex, std::move(name), 0, ceiling);
    trace_.objects[index].protocol = protocol;
    return index;
  }
  /// The next event tells the lock that its thread took last of those that it holds.
  TraceBuilder& inside(ObjectIndex outer) {
    outer_ = outer;
    return *this;
  }
  /// The next event is told to be routine.
  TraceBuilder& routine() {
    routine_ = true;
    return *this;
  }
  /// The next event has success = false.
  TraceBuilder& fails() {
    success_ = false;
    return *this;
  }

  Step spawn(ThreadIndex t, ThreadIndex child) { return add(t, with_target(OperationKind::spawn, child)); }
  Step begin(ThreadIndex t) { return add(t, of(OperationKind::begin)); }
  Step end(ThreadIndex t) { return add(t, of(OperationKind::end)); }
  Step join(ThreadIndex t, ThreadIndex child) { return add(t, with_target(OperationKind::join, child)); }
  Step join_for(ThreadIndex t, ThreadIndex child, std::uint64_t deadline) {
    Operation operation = with_target(OperationKind::join, child);
    operation.argument = deadline;
    return add(t, operation);
  }
  Step cut_off(ThreadIndex t, ThreadIndex daemon) { return add(t, with_target(OperationKind::cut_off, daemon)); }
  Step detach(ThreadIndex t, ThreadIndex child) { return add(t, with_target(OperationKind::detach, child)); }
  Step yield(ThreadIndex t) { return add(t, of(OperationKind::yield)); }
  Step sleep(ThreadIndex t, std::uint64_t deadline) { return add(t, of(OperationKind::sleep, no_object, deadline)); }

  Step read(ThreadIndex t, ObjectIndex x) { return access(t, of(OperationKind::read, x), values_[x]); }
  Step write(ThreadIndex t, ObjectIndex x, std::uint64_t v) { return access(t, of(OperationKind::write, x), v); }

  Step load(ThreadIndex t, ObjectIndex x, MemoryOrder order = MemoryOrder::seq_cst) {
    return access(t, ordered(OperationKind::load, x, order), values_[x]);
  }
  Step store(ThreadIndex t, ObjectIndex x, std::uint64_t v, MemoryOrder order = MemoryOrder::seq_cst) {
    return access(t, ordered(OperationKind::store, x, order), v);
  }
  Step read_modify_write(ThreadIndex t, ObjectIndex x, std::uint64_t v, MemoryOrder order = MemoryOrder::seq_cst) {
    return access(t, ordered(OperationKind::read_modify_write, x, order), v);
  }
  /// Succeeds if the object holds `expected`.
  Step compare_exchange(ThreadIndex t, ObjectIndex x, std::uint64_t expected, std::uint64_t desired,
                        MemoryOrder order = MemoryOrder::seq_cst, MemoryOrder order_failure = MemoryOrder::seq_cst) {
    Operation operation = ordered(OperationKind::compare_exchange, x, order);
    operation.order_failure = order_failure;
    success_ = success_ && values_[x] == expected;
    return access(t, operation, success_ ? desired : values_[x]);
  }
  /// Waits if the object holds `old`; atomic_resume then follows.
  Step atomic_wait(ThreadIndex t, ObjectIndex x, std::uint64_t old, MemoryOrder order = MemoryOrder::seq_cst) {
    Operation operation = ordered(OperationKind::atomic_wait, x, order);
    operation.argument = old;
    success_ = success_ && values_[x] != old;
    return access(t, operation, values_[x]);
  }
  Step atomic_resume(ThreadIndex t, ObjectIndex x) { return add(t, of(OperationKind::atomic_resume, x)); }
  Step fence(ThreadIndex t, MemoryOrder order) { return add(t, ordered(OperationKind::fence, no_object, order)); }

  Step allocate(ThreadIndex t, ObjectIndex block, std::uint64_t bytes) {
    return add(t, of(OperationKind::allocate, block, bytes));
  }
  Step free(ThreadIndex t, ObjectIndex block, std::uint64_t offset = 0) {
    return add(t, of(OperationKind::free, block, offset));
  }
  Step touch_freed(ThreadIndex t, ObjectIndex block, std::uint64_t offset, std::uint64_t is_write) {
    return add(t, of(OperationKind::touch_freed, block, offset), 0, is_write);
  }

  Step lock(ThreadIndex t, ObjectIndex m) { return add(t, of(OperationKind::lock, m)); }
  Step try_lock(ThreadIndex t, ObjectIndex m) { return add(t, of(OperationKind::try_lock, m)); }
  Step unlock(ThreadIndex t, ObjectIndex m) { return add(t, of(OperationKind::unlock, m)); }
  Step lock_shared(ThreadIndex t, ObjectIndex m) { return add(t, of(OperationKind::lock_shared, m)); }
  Step try_lock_shared(ThreadIndex t, ObjectIndex m) { return add(t, of(OperationKind::try_lock_shared, m)); }
  Step unlock_shared(ThreadIndex t, ObjectIndex m) { return add(t, of(OperationKind::unlock_shared, m)); }
  Step line_up(ThreadIndex t, ObjectIndex m) { return add(t, of(OperationKind::line_up, m)); }

  Step wait(ThreadIndex t, ObjectIndex c, ObjectIndex m) { return add(t, pair(OperationKind::wait, c, m)); }
  Step reacquire(ThreadIndex t, ObjectIndex m, ObjectIndex c) { return add(t, pair(OperationKind::reacquire, m, c)); }
  Step resume(ThreadIndex t, ObjectIndex c, ObjectIndex m) { return add(t, pair(OperationKind::resume, c, m)); }
  Step wait_unlocked(ThreadIndex t, ObjectIndex c, ObjectIndex m) {
    return add(t, pair(OperationKind::wait_unlocked, c, m));
  }
  /// `woken` = no_thread: nobody was woken. `waiters` is how many waited before.
  Step notify_one(ThreadIndex t, ObjectIndex c, ThreadIndex woken, std::uint64_t waiters) {
    Operation operation = with_target(OperationKind::notify_one, woken);
    operation.object = c;
    return add(t, operation, waiters, waiters);
  }
  Step notify_all(ThreadIndex t, ObjectIndex c, std::uint64_t waiters) {
    return add(t, of(OperationKind::notify_all, c), waiters, waiters);
  }

  Step acquire(ThreadIndex t, ObjectIndex s) { return access(t, of(OperationKind::acquire, s), values_[s] - 1); }
  Step try_acquire(ThreadIndex t, ObjectIndex s) {
    success_ = success_ && values_[s] > 0;
    return access(t, of(OperationKind::try_acquire, s), success_ ? values_[s] - 1 : values_[s]);
  }
  Step release(ThreadIndex t, ObjectIndex s, std::uint64_t n = 1) {
    return access(t, of(OperationKind::release, s, n), values_[s] + n);
  }
  Step count_down(ThreadIndex t, ObjectIndex l, std::uint64_t n = 1) {
    return access(t, of(OperationKind::count_down, l, n), values_[l] - n);
  }
  Step latch_try_wait(ThreadIndex t, ObjectIndex l) {
    success_ = success_ && values_[l] == 0;
    return access(t, of(OperationKind::latch_try_wait, l), values_[l]);
  }
  Step latch_wait(ThreadIndex t, ObjectIndex l) { return access(t, of(OperationKind::latch_wait, l), values_[l]); }
  /// `phase_after` is one more than `phase` if this arrival completed the phase.
  Step arrive(ThreadIndex t, ObjectIndex b, std::uint64_t phase, std::uint64_t phase_after) {
    return add(t, of(OperationKind::arrive, b, 1), phase, phase_after);
  }
  Step arrive_and_drop(ThreadIndex t, ObjectIndex b, std::uint64_t phase, std::uint64_t phase_after) {
    return add(t, of(OperationKind::arrive_and_drop, b, 1), phase, phase_after);
  }
  Step barrier_wait(ThreadIndex t, ObjectIndex b, std::uint64_t phase) {
    return add(t, of(OperationKind::barrier_wait, b, phase));
  }
  /// `runs` = 1: this thread runs the function. 0: it was done already.
  Step once_enter(ThreadIndex t, ObjectIndex o, std::uint64_t runs) {
    return add(t, of(OperationKind::once_enter, o), 0, runs);
  }
  /// `result` as in OperationKind::set_result.
  Step set_result(ThreadIndex t, ObjectIndex f, std::uint64_t result) {
    return add(t, of(OperationKind::set_result, f), 0, result);
  }
  Step future_wait(ThreadIndex t, ObjectIndex f, std::uint64_t result, ThreadIndex computing = no_thread) {
    Operation operation = with_target(OperationKind::future_wait, computing);
    operation.object = f;
    return add(t, operation, 0, result);
  }
  Step future_try_wait(ThreadIndex t, ObjectIndex f, std::uint64_t result) {
    return add(t, of(OperationKind::future_try_wait, f), 0, result);
  }
  Step once_leave(ThreadIndex t, ObjectIndex o) { return add(t, of(OperationKind::once_leave, o)); }
  Step request_stop(ThreadIndex t, ObjectIndex s) { return add(t, of(OperationKind::request_stop, s)); }
  Step stop_requested(ThreadIndex t, ObjectIndex s, std::uint64_t answer) {
    return add(t, of(OperationKind::stop_requested, s), 0, answer);
  }

  /// A threading::Lock.
  ObjectIndex free_lock(std::string name) { return object(ObjectKind::lock, std::move(name)); }
  ObjectIndex queue(std::string name, std::int64_t limit = 0) {
    return object(ObjectKind::queue, std::move(name), 0, limit);
  }
  /// Tests give the count of unfinished tasks before it themselves.
  Step task_done(ThreadIndex t, ObjectIndex q, std::uint64_t unfinished) {
    return add(t, of(OperationKind::task_done, q), unfinished, unfinished > 0 ? unfinished - 1 : 0);
  }

  Step notify_unlocked(ThreadIndex t, ObjectIndex c, ObjectIndex m) {
    return add(t, pair(OperationKind::notify_unlocked, c, m));
  }
  /// A threading::Condition releases, or acquires again, so many levels of its RLock.
  Step wait_wholly(ThreadIndex t, ObjectIndex c, ObjectIndex m, std::uint64_t levels) {
    return add(t, pair(OperationKind::wait, c, m), levels, 0);
  }
  Step reacquire_wholly(ThreadIndex t, ObjectIndex m, ObjectIndex c, std::uint64_t levels) {
    return add(t, pair(OperationKind::reacquire, m, c), 0, levels);
  }

  /// A failed check with its text.
  Step check(ThreadIndex t, std::string text) {
    success_ = false;
    return add(t, of(OperationKind::check, no_object, add_text(std::move(text))));
  }
  /// A failed expectation with its message.
  Step expectation(ThreadIndex t, std::string text) {
    success_ = false;
    return add(t, of(OperationKind::expectation, no_object, add_text(std::move(text))));
  }
  Step uncaught_exception(ThreadIndex t, std::string text) {
    return add(t, of(OperationKind::uncaught_exception, no_object, add_text(std::move(text))));
  }
  Step destroy(ThreadIndex t, ObjectIndex o, std::uint64_t waiters = 0) {
    return add(t, of(OperationKind::destroy, o, waiters));
  }
  Step thread_destroyed(ThreadIndex t, ThreadIndex child) {
    return add(t, with_target(OperationKind::thread_destroyed, child));
  }
  Step join_misused(ThreadIndex t, ThreadIndex child) {
    return add(t, with_target(OperationKind::join_misused, child));
  }

  /// Any event at all, with the modifiers applied.
  Step add(ThreadIndex t, Operation operation, std::uint64_t before = 0, std::uint64_t after = 0) {
    Event event;
    event.step = static_cast<Step>(trace_.events.size());
    operation.place = line_ > 0 ? place_of_line(line_) : place_of_step(event.step);
    event.operation = operation;
    event.thread = t;
    event.phase = phase_;
    event.success = success_;
    event.outer = outer_;
    event.routine = routine_;
    event.before = before;
    event.after = after;
    if (phase_ != Phase::done && trace_.scheduling) event.before = event.after = now_;
    trace_.events.push_back(event);
    line_ = 0;
    phase_ = Phase::done;
    success_ = true;
    outer_ = no_object;
    routine_ = false;
    return event.step;
  }
  /// The plainest operation, to be completed by the caller and added.
  static Operation of(OperationKind kind, ObjectIndex object = no_object, std::uint64_t argument = 0) {
    Operation operation;
    operation.kind = kind;
    operation.object = object;
    operation.argument = argument;
    return operation;
  }

  const Trace& trace() const { return trace_; }
  /// The place that `at(line)` gives.
  static const void* place_of_line(int line) { return places() + line; }
  /// The line that `at` gave this place, or 0 if it has none.
  static int line_of(const void* place) {
    for (int line = 1; line < lines_max; ++line) {
      if (place_of_line(line) == place) return line;
    }
    return 0;
  }

 private:
  static constexpr int lines_max = 1000;  // places below are lines, those above are of unnamed events
  static constexpr int places_max = 100000;
  static const char* places() {
    static const std::vector<char> storage(places_max);
    return storage.data();
  }
  static const void* place_of_step(Step step) { return places() + lines_max + static_cast<int>(step); }
  static Operation with_target(OperationKind kind, ThreadIndex target) {
    Operation operation = of(kind);
    operation.target = target;
    return operation;
  }
  static Operation pair(OperationKind kind, ObjectIndex object, ObjectIndex second) {
    Operation operation = of(kind, object);
    operation.second = second;
    return operation;
  }
  static Operation ordered(OperationKind kind, ObjectIndex object, MemoryOrder order) {
    Operation operation = of(kind, object);
    operation.order = order;
    return operation;
  }
  // An operation on an object's value or counter; one that only waits leaves it alone.
  Step access(ThreadIndex t, const Operation& operation, std::uint64_t after) {
    std::uint64_t& value = values_[operation.object];
    const std::uint64_t before = value;
    if (phase_ == Phase::done) value = after;
    return add(t, operation, before, after);
  }
  std::uint64_t add_text(std::string text) {
    trace_.texts.push_back(std::move(text));
    return trace_.texts.size() - 1;
  }

  Trace trace_;
  std::vector<std::uint64_t> values_;  // by object
  std::uint64_t now_ = 0;
  int line_ = 0;
  Phase phase_ = Phase::done;
  bool success_ = true;
  ObjectIndex outer_ = no_object;
  bool routine_ = false;
};

/// Whether an execution has come to its end.
enum class EndOfThread { reached, not_yet };

/// Drives the checker over the trace as an execution would, from begin to finish. An execution that a finding
/// stops ends there, without finish; so does one that goes on beyond the trace.
inline Findings run(Checker& checker, const Trace& trace, Verdict verdict = Verdict::passed,
                    EndOfThread ending = EndOfThread::reached) {
  Trace seen;
  seen.threads = trace.threads;
  seen.objects = trace.objects;
  seen.texts = trace.texts;
  seen.scheduling = trace.scheduling;
  seen.starved_after_grants = trace.starved_after_grants;
  HappensBefore clocks;
  Waits waits;
  clocks.begin();
  waits.begin();
  const Observation observation(seen, clocks, waits);
  Findings findings;
  // A panel, so that what the checker says of its interest is tested, too. It does not own the checker.
  std::array<std::unique_ptr<Checker>, 1> checkers{std::unique_ptr<Checker>(&checker)};
  Panel panel;
  panel.begin(checkers, trace.scheduling ? Interest::Executions::scheduled : Interest::Executions::all);
  static_cast<void>(checkers.front().release());
  for (const ObjectInfo& object : trace.objects) panel.meet(object.kind);
  for (const Event& event : trace.events) {
    seen.events.push_back(event);
    if (panel.is_concerned(event)) panel.show(event, observation, findings);
    for (const Finding& finding : findings) {
      if (finding.stops_execution) return findings;
    }
  }
  if (ending == EndOfThread::reached)
    panel.finish({verdict, static_cast<Step>(trace.events.size())}, observation, findings);
  for (Finding& finding : findings) put_into_words(finding, seen);
  return findings;
}

/// A sentence as tests compare it: "T1", the object's name, ":12" for a place given by `at(12)` and ":?" for any
/// other, digests as numbers, operations as "event 7".
inline std::string text_of(const Trace& trace, const Sentence& sentence) {
  std::string text;
  for (const Sentence::Part& part : sentence.parts()) {
    std::visit(
        [&](const auto& piece) {
          using Piece = std::decay_t<decltype(piece)>;
          if constexpr (std::is_same_v<Piece, std::string>) {
            text += piece;
          } else if constexpr (std::is_same_v<Piece, ThreadRef>) {
            text += "T" + std::to_string(piece.thread);
          } else if constexpr (std::is_same_v<Piece, ObjectRef>) {
            text += trace.objects[piece.object].name;
          } else if constexpr (std::is_same_v<Piece, PlaceRef>) {
            const int line = TraceBuilder::line_of(trace.events[piece.step].operation.place);
            text += line > 0 ? ":" + std::to_string(line) : ":?";
          } else if constexpr (std::is_same_v<Piece, OperationRef>) {
            text += "event " + std::to_string(piece.step);
          } else {
            text += std::to_string(piece.digest);
          }
        },
        part);
  }
  return text;
}

}  // namespace snag
