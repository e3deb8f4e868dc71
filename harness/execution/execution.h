// One controlled run of a scenario, and the one place where it is decided who goes next. Primitives publish
// what they are about to do through perform(); the execution gathers the threads that can go, asks the
// strategy once, and switches straight to the chosen fiber. An Execution object is used for one run after
// another and keeps its fibers, stacks and buffers.
#pragma once

#include "harness/execution/journal.h"
#include "harness/execution/processor.h"
#include "harness/execution/thread.h"
#include "harness/execution/wait_queue.h"
#include "harness/strategies/strategy.h"
#include "harness/trace/checker.h"
#include "harness/trace/panel.h"
#include "harness/trace/scenario.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#define SNAG_ALWAYS_INLINE [[gnu::always_inline]] inline

namespace snag {

struct OwnProcess;

/// A user's mistake. what() tells the mend. Caught once, in main.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Thrown through a thread's stack when its execution is abandoned. Derived from nothing: programs do not catch it by accident.
struct Abandoned {};

/// How to run.
struct ExecutionOptions {
  Step steps_max = 100'000;                     ///< scheduling points before an execution counts as endless
  std::uint32_t spurious_max = 0;               ///< spurious wake-ups and try_lock failures allowed in one execution
  std::size_t stack_size = stack_size_default;  ///< bytes for each thread
  SpinRule spinning = SpinRule::after_a_pause;
  PlainPoints plain_points = {};
};

/// Watches one execution in detail for a report: stacks and values in words. Slow; never used in campaigns.
class Narrator {
 public:
  Narrator() = default;
  Narrator(const Narrator&) = delete;
  Narrator& operator=(const Narrator&) = delete;
  virtual ~Narrator() = default;
  /// A thread is about to publish an operation; called on its own stack, so that it can be unwound.
  virtual void publish(ThreadIndex thread) = 0;
  /// An event was recorded.
  virtual void record(const Event& event) = 0;
  /// The values of the event recorded next, in the program's own words.
  virtual void describe(std::string before, std::string after) = 0;
};

/// What came of one run. The trace and the schedule stay with the Execution until its next run.
struct ExecutionResult {
  Verdict verdict = Verdict::passed;
  bool diverged = false;       ///< the strategy refused to answer (a replay that no longer fits)
  Step points = 0;             ///< scheduling points
  std::uint32_t parked = 0;    ///< threads abandoned in noexcept frames
  std::uint32_t untested = 0;  ///< threads other than T0 that ended without a scheduling point
  /// A thread was held back while it polled, and then went on although nothing had changed: a bounded loop. The
  /// interleavings in which it goes through its loop in one go were not offered.
  bool polled_in_vain = false;
  Findings findings = {};
};

/// Names an object of one execution. Stale handles (of an execution before) are told apart by the serial.
struct ObjectHandle {
  ObjectIndex index = no_object;
  std::uint32_t serial = 0;
};

/// An object that stands for an address: all that refer to it share its queue.
struct ObjectAtAddress {
  ObjectHandle handle;
  detail::WaitQueue waiters;
};

/// One controlled run after another. Each leaves the processor's control of floating point (rounding, flushing to zero) as
/// it was when the Execution was made, so that the next one begins with the same.
class Execution {
 public:
  explicit Execution(const ExecutionOptions& options = {});
  Execution(const Execution&) = delete;
  Execution& operator=(const Execution&) = delete;
  ~Execution();

  /// Runs the scenario's body (and invariant) once. Checkers see every event; narrator may be null.
  /// Throws UsageError when called inside an execution or when the program misuses snag itself.
  ExecutionResult run(const Scenario& scenario, Strategy& strategy, std::span<const std::unique_ptr<Checker>> checkers,
                      Narrator* narrator = nullptr);

  /// From the next run on, each choice is written here before it is acted on; null: nowhere.
  void keep_journal(ChoiceJournal* journal) { journal_ = journal; }

  const Trace& trace() const { return trace_; }
  const Schedule& schedule() const { return schedule_; }
  /// What the last run was made with, and the next will be, unless its strategy asks for another rule of spinning.
  ExecutionOptions& options() { return run_with_; }
  const ExecutionOptions& options() const { return run_with_; }

  // ---- For front ends ------------------------------------------------------------------------------------------

  /// The OS thread's own stack.
  Fiber& home() { return home_; }
  /// Where current() is kept, for who gives each controlled thread thread-locals of its own: to be equal in all of them.
  static Execution*& current_here() { return current_; }

  /// The program ends here, on the running thread, as when T0's body returns; what other threads are about to do is
  /// not done any more. Does not return. Only where executions have processes of their own.
  [[noreturn]] void end_program();
  /// The program ends here with a failure, which the operation tells: a finding, and the end of the execution.
  enum class Failure : std::uint8_t {
    exit_code,
    abort,
    assertion,
    signal,
    stack_overflow,
    endless_loop,
    out_of_memory
  };
  [[noreturn]] void fail_program(Failure failure, std::string text, const void* place);
  /// The same in the middle of anything, as a signal handler finds it: the thread is not unwound.
  [[noreturn]] void crash_program(Failure failure, std::string text, const void* place);
  /// Whether one of the two has been called in this execution.
  bool is_failing() const { return failing_; }
  /// Whether the program runs in a process of its own, which a failure of the program leaves without a loss.
  bool is_apart() const { return apart_; }
  /// Waits until no thread but the running one is left, daemons included.
  void wait_for_others();

  // ---- For primitives ----------------------------------------------------------------------------------------

  /// The execution that runs on this OS thread, or null.
  static Execution* current() { return current_; }
  /// The same; throws UsageError naming `what` outside an execution.
  SNAG_ALWAYS_INLINE static Execution& require(const char* what) {
    if (current_ == nullptr) [[unlikely]]
      refuse_outside(what);
    return *current_;
  }
  /// The same for an operation on an object; throws UsageError if it belongs to another execution.
  SNAG_ALWAYS_INLINE static Execution& require(const char* what, const ObjectHandle& handle) {
    Execution& execution = require(what);
    if (handle.serial != execution.serial_) [[unlikely]]
      refuse_stale(what);
    return execution;
  }

  /// Publishes an operation, lets the strategy decide, and when the calling thread goes on lets effect(Event&)
  /// carry it out and fill in the event's values. False, without effect, while the execution is abandoned.
  template <class Effect>
  SNAG_ALWAYS_INLINE bool perform(const Request& request, Effect&& effect) {
    // Field by field, straight to its place: a copy from a fresh temporary would stall on its narrow stores.
    running_->request = request;
    ControlledThread& self = *running_;
    if (Fiber* const next = arrive()) Fiber::complete_switch(self.fiber, *next);
    if (abandoning_) [[unlikely]]
      return refuse(self);
    // From the request that was given, field by field: to copy the published one in wide pieces would stall, too.
    Event& event = record(request.operation);
    event.operation.place = self.request.operation.place;
    effect(event);
    commit(event);
    return true;
  }
  /// perform() in two steps, for a front end whose program carries the operation out by itself: publishes and decides...
  SNAG_ALWAYS_INLINE bool publish_next(const Request& request) {
    running_->request = request;
    ControlledThread& self = *running_;
    if (Fiber* const next = arrive()) Fiber::complete_switch(self.fiber, *next);
    if (abandoning_) [[unlikely]]
      return refuse(self);
    return true;
  }
  /// ... and records, before the thread does anything else with the execution, what came of it.
  template <class Effect>
  void record_published(const Operation& operation, Effect&& effect) {
    if (abandoning_) return;
    Event& event = record(operation);
    effect(event);
    commit(event);
  }
  /// The same for an operation that was no scheduling point, and that the narrator has been told of.
  template <class Effect>
  void note_published(const Operation& operation, Effect&& effect) {
    if (abandoning_) return;
    Event& event = record(operation);
    effect(event);
    if (watched_) show(event);
  }
  /// Records an operation that commutes with all but what it enables: an event, but no choice. The operation
  /// brings its own place.
  template <class Effect>
  SNAG_ALWAYS_INLINE bool note(const Operation& operation, Effect&& effect) {
    if (watched_ || abandoning_) {
      if (!admit()) return false;
    }
    Event& event = record(operation);
    effect(event);
    if (watched_) show(event);
    return true;
  }
  SNAG_ALWAYS_INLINE bool note(const Operation& operation) {
    return note(operation, [](Event&) {});
  }

  /// One choice between values, below options. 0 when there is but one.
  std::uint32_t choose_value(const Operation& operation, std::uint32_t options);
  /// Whether one more spurious wake-up happens here: a choice, as long as the budget lasts.
  bool choose_spurious(const Operation& operation);

  ObjectHandle create_object(ObjectKind kind, ValueKind value = ValueKind::none, std::int64_t limit = 0);
  /// The same for one whose identity the caller gives: the creator, and a number among what that thread creates.
  ObjectHandle create_object_of(ThreadIndex creator, std::uint32_t nth, ObjectKind kind,
                                ValueKind value = ValueKind::none);
  /// The object of this execution that stands for the address; created by who asks for it first, with a number of its
  /// own among that thread's such objects. Valid until the next run begins.
  ObjectAtAddress& object_at(const void* address, ObjectKind kind, ValueKind value);
  void set_name(const ObjectHandle& object, std::string_view name);
  /// Ends an object's life: recorded when it is in use (held, or waited for), for the checkers.
  void destroy_object(const ObjectHandle& object, bool in_use, std::uint64_t waiters, const void* place);

  /// Makes a thread; the caller gives it what it runs (invoke, discard, callable) before it is spawned.
  ControlledThread& create_thread();
  /// Records the spawn and lets the thread go. no_thread while abandoned (the callable is discarded).
  ThreadIndex spawn(ControlledThread& thread, const void* place);
  /// Remembers what the running thread is to do when it ends, on its own fiber, before its end event. In an execution
  /// that is abandoned the action is destroyed instead.
  void at_thread_exit(ExitStage stage, std::function<void()> action);
  ControlledThread& thread(ThreadIndex index) { return *threads_[index]; }
  ControlledThread& running() { return *running_; }
  const ControlledThread& running() const { return *running_; }
  /// What the trace says of a thread: its name may be changed.
  ThreadInfo& info(ThreadIndex index) { return trace_.threads[index]; }
  /// The threads that have been spawned and not ended, in thread order; T0 is one of them until the program ends.
  std::vector<ThreadIndex> threads_alive() const;
  const ObjectInfo& object(ObjectIndex index) const { return trace_.objects[index]; }
  /// What the values of a variable or atomic turn out to be.
  void set_value_kind(ObjectIndex index, ValueKind value) { trace_.objects[index].value = value; }
  /// ObjectInfo::limit of an object that was made without one.
  void set_limit(const ObjectHandle& object, std::int64_t limit) { trace_.objects[object.index].limit = limit; }

  std::uint64_t now() const { return now_; }  ///< virtual ns since the execution began
  void pass_time_until(std::uint64_t deadline) {
    if (deadline > now_) now_ = deadline;
  }
  /// Scheduling by priority, where the scenario asks for it: see processor.h. Elsewhere work is done in one go, and
  /// priorities are kept but mean nothing.
  /// Does as much of the work that is left as may be done before somebody else could be preferred. Returns how much.
  std::uint64_t work(std::uint64_t left);
  /// What the lock does to its holder's priority; to be told before it is first held.
  void set_protocol(const ObjectHandle& lock, LockProtocol protocol, int ceiling);
  void hold(const ObjectHandle& lock);
  /// Follows the locks that the running thread holds, for Event::routine and Event::outer. Kinds of locks that do not
  /// say so once; from then on no lock of the execution is routine.
  SNAG_ALWAYS_INLINE void take_lock(Event& event) {
    ControlledThread& self = *running_;
    const std::uint32_t held = self.locks_held++;
    if (held < locks_told) self.locks[held] = event.operation.object;
    if (held == 0)
      event.routine = all_locks_count_;
    else
      nest_lock(event, held);
  }
  SNAG_ALWAYS_INLINE void give_lock(Event& event, ThreadIndex owner) {
    event.routine = owner == event.thread;
    if (owner == no_thread) return;
    ControlledThread& holder = *threads_[owner];
    if (--holder.locks_held > 0) forget_lock(holder, event);
  }
  void let_go(const ObjectHandle& lock);
  std::uint32_t serial() const { return serial_; }
  bool abandoning() const { return abandoning_; }
  Narrator* narrator() { return narrator_; }
  /// Remembers a text for an event's argument.
  std::uint64_t add_text(std::string text);
  /// The scenario that runs, or ran last.
  const Scenario* scenario() const { return scenario_; }

  /// Whether an address lies in the guard of the running thread's stack.
  bool is_stack_overflow(const void* address) const { return running_ != nullptr && running_->fiber.guards(address); }

 private:
  ExecutionResult run_apart(const OwnProcess& process, const Scenario& scenario, Strategy& strategy,
                            std::span<const std::unique_ptr<Checker>> checkers, Narrator* narrator);
  ExecutionResult run_here(const Scenario& scenario, Strategy& strategy,
                           std::span<const std::unique_ptr<Checker>> checkers, Narrator* narrator);
  void drop_threads();
  [[noreturn]] static void refuse_outside(const char* what);
  [[noreturn]] static void refuse_stale(const char* what);
  [[noreturn]] static void terminated();

  [[gnu::noinline]] Fiber* arrive();
  bool admit();
  void publish(ControlledThread& self);
  [[gnu::noinline, gnu::cold]] bool refuse(ControlledThread& self);
  SNAG_ALWAYS_INLINE Event& record(const Operation& operation) {
    // In place, field by field, and only what a fresh event has not: mostly it is known here what an operation does not use.
    const auto step = static_cast<Step>(trace_.events.size());
    Event& event = trace_.events.emplace_back();
    constexpr Operation fresh;
    Operation& recorded = event.operation;
    recorded.kind = operation.kind;
    recorded.object = operation.object;
    recorded.place = operation.place;
    if (operation.order != fresh.order) recorded.order = operation.order;
    if (operation.order_failure != fresh.order_failure) recorded.order_failure = operation.order_failure;
    if (operation.target != fresh.target) recorded.target = operation.target;
    if (operation.second != fresh.second) recorded.second = operation.second;
    if (operation.argument != fresh.argument) recorded.argument = operation.argument;
    event.thread = running_->index;
    event.step = step;
    return event;
  }
  void commit(const Event& event);
  [[gnu::noinline]] void look_for_spinning(ControlledThread& self, const Event& event);
  std::uint32_t next_pause(ControlledThread& self);
  [[gnu::noinline]] void follow_spinning(ControlledThread& self, const Event& event, bool repeats);
  void show(const Event& event) {
    if (narrator_ != nullptr || panel_.is_concerned(event)) tell(event);
  }
  void tell(const Event& event);
  void observe(const Event& event);
  void nest_lock(Event& event, std::uint32_t held);
  static void forget_lock(ControlledThread& holder, const Event& event);
  [[gnu::noinline]] void stop_here();

  enum class Waiting : std::uint8_t { told, untold };
  ControlledThread* pick();
  [[gnu::noinline]] ControlledThread* pick_from(std::size_t count);
  template <Waiting waiting>
  std::size_t gather_able();
  [[gnu::noinline]] void tell_newly_waiting();
  bool is_offered(const ControlledThread& thread) const;
  ControlledThread* pick_scheduled(std::size_t count);
  std::size_t gather();
  void tell_waiting(ControlledThread& thread);
  void tell_ready(ControlledThread& thread);
  void tell_able(ControlledThread& thread, Phase phase);
  std::optional<ThreadIndex> blocker_of(const ControlledThread& thread) const;
  bool waits_for_a_runner(const ControlledThread& thread) const;
  void follow_readiness();
  ControlledThread* choose_thread(std::size_t count);
  bool wait_for_time();
  bool wait_for_world();
  void wake_spinners();
  void release_spinners(const ControlledThread& self, const Event& event);
  [[gnu::noinline]] void await_change(ControlledThread& self);
  bool woken(const ControlledThread& thread) const;
  void reach_step_limit();
  void cut_short();
  bool enabled(const ControlledThread& thread) const;
  void go_to(ControlledThread& self, ControlledThread* next);
  void go_on_without(ControlledThread& self);

  static void fiber_main(void* thread);
  void run_thread(ControlledThread& self);
  void run_body(ControlledThread& self);
  void finish_body(ControlledThread& self);
  void run_exit_actions(ControlledThread& self, ExitStage last);
  void discard_exit_actions(ControlledThread& self);
  void end_body(ControlledThread& self);
  void cut_off_daemons();
  void fail_with_exception(ControlledThread& self, std::string text);
  void end_thread(ControlledThread& self);
  ObjectHandle add_object(ObjectKind kind, ValueKind value, std::int64_t limit, const ControlledThread& creator,
                          std::uint32_t nth);
  void begin(const Scenario& scenario, std::span<const std::unique_ptr<Checker>> checkers);
  void tell_ending();
  void tell_cut_off();
  void abandon();
  void unwind(ControlledThread& thread);
  void restart_parked();
  void note_failure(Failure failure, std::string text, const void* place);
  [[noreturn]] void park();

  static thread_local constinit Execution* current_;
  static thread_local constinit std::uint32_t serials_;  // runs begun, by whichever Execution

  std::size_t stack_size() const;  // of a thread that is made
  ExecutionOptions run_with_;
  std::uint32_t float_control_;
  Trace trace_;
  Schedule schedule_;
  HappensBefore clocks_;  // followed when a checker asks
  Waits waits_;           // the same
  Panel panel_;
  ExecutionResult result_;
  std::vector<std::unique_ptr<ControlledThread>> threads_;  // all ever made; the first thread_count_ belong to this run
  std::vector<ControlledThread*> live_;                     // not ended, in thread order
  std::vector<Option> options_;          // gathered for the choice under way; as long as live_, at least
  std::vector<ControlledThread*> able_;  // likewise: the thread of each option
  std::vector<std::uint64_t> object_identities_;
  std::unordered_map<const void*, ObjectAtAddress> objects_at_;  // only ever looked up, never iterated
  Fiber home_;
  ControlledThread* running_ = nullptr;
  // Whom to leave is a preemption: the last to pass a scheduling point. A newborn on its way to its first is not.
  ControlledThread* last_ = nullptr;
  const ControlledThread* stopped_in_ =
      nullptr;  // ended the run in the middle of its operation: published nothing since
  Strategy* strategy_ = nullptr;
  Narrator* narrator_ = nullptr;
  ChoiceJournal* journal_ = nullptr;
  const Scenario* scenario_ = nullptr;
  std::uint64_t now_ = 0;
  std::uint64_t options_digest_ = 0;
  Processor processor_;
  std::exception_ptr usage_error_;
  std::uint32_t serial_ = 0;
  std::uint32_t thread_count_ = 0;
  std::uint32_t newborns_ = 0;
  std::uint32_t foreground_ = 0;  // live threads that the program's end waits for, T0 not counted
  std::uint32_t spinners_ = 0;
  std::uint32_t spurious_left_ = 0;
  bool abandoning_ = false;
  bool stopping_ = false;
  bool has_unwound_ = false;  // some thread, which may have left things behind
  bool failing_ = false;      // see fail_program
  bool apart_ = false;        // in a process of its own: threads are left where they are, nobody unwinds them
  bool cutting_off_ = false;  // T0 has come home to have the daemons cut off
  bool all_locks_count_ = true;
  bool watched_ = false;    // there are checkers, or a narrator
  bool scheduled_ = false;  // the scenario asks for scheduling: processor_ is in use
};

inline thread_local constinit Execution* Execution::current_ = nullptr;
inline thread_local constinit std::uint32_t Execution::serials_ = 0;

inline bool Execution::enabled(const ControlledThread& thread) const {
  const Request& request = thread.request;
  if (request.guard == nullptr) return *static_cast<const ThreadIndex*>(request.subject) == no_thread;
  return request.guard(request.subject, thread) ||
         (request.deadline != never && (scenario_->time == TimeModel::adversarial || now_ >= request.deadline));
}

}  // namespace snag
