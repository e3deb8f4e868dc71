// What happened in one execution: its events in order, and who the threads and objects in them were.
// Plain values, buildable by hand: checkers are tested with traces that no scheduler ever ran.
#pragma once

#include "harness/trace/operation.h"
#include "harness/trace/schedule.h"
#include "harness/trace/scheduling.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace snag {

/// Whether an event says that the thread did its operation, or what it was found able to do.
enum class Phase : std::uint8_t {
  done,     ///< the operation took effect
  waiting,  ///< the published operation is not enabled: told once, at the decision that first saw it, to checkers only
  ready,    ///< it is enabled again after it had been told waiting; only where the scenario asks for scheduling.
            ///< There both tell virtual time as before and after
};

/// What a thread did. before/after are digests of values: integers, enumerations, characters, booleans sign-
/// or zero-extended, floating point as bits, pointers as addresses, anything else a hash of it.
struct Event {
  Operation operation;
  ThreadIndex thread = 0;
  Phase phase = Phase::done;
  bool success = true;
  Step step = 0;
  std::uint64_t before = 0;
  std::uint64_t after = 0;
  /// Told by who does it: checkers of locks would find nothing in it. A lock or unlock without nesting, by the holder; a
  /// wait that leads to one who does not wait; a notify that makes nobody wait for one who waits; an end without locks
  /// held; a join of what is joined once; a write to a variable that nobody else has touched, whose values are left out
  /// of a trace's digest.
  bool routine = false;
  /// A lock that was taken while others were held: that of them which the thread took last. no_object: not told.
  ObjectIndex outer = no_object;
};

/// How many levels of a lock an event takes or gives back: one, or all of a recursive lock that a wait on a
/// threading::Condition releases and restores.
inline std::uint32_t levels_of(const Event& event) {
  const std::uint64_t levels = event.before > event.after ? event.before - event.after : event.after - event.before;
  return levels > 1 ? static_cast<std::uint32_t>(levels) : 1;
}

/// Where a thread comes from. (parent, nth) is its identity whatever the schedule.
struct ThreadInfo {
  ThreadIndex parent = no_thread;  ///< no_thread for T0
  std::uint32_t nth = 0;           ///< the parent's nth spawn, from 0
  std::string name = {};           ///< given by the program, or empty
  bool rejoinable = false;         ///< may be joined any number of times (threading::Thread)
  bool daemon = false;             ///< the program's end cuts it off
};

/// How a value's digest is shown in reports.
enum class ValueKind : std::uint8_t {
  none,
  signed_integer,
  unsigned_integer,
  boolean,
  character,
  real32,
  real64,
  pointer,
  opaque
};

/// Where an object comes from. (creator, nth) is its identity whatever the schedule.
struct ObjectInfo {
  ObjectKind kind = ObjectKind::variable;
  ValueKind value = ValueKind::none;  ///< variables and atomics
  ThreadIndex creator = 0;
  std::uint32_t nth = 0;   ///< the creator's nth creation, from 0
  std::int64_t limit = 0;  ///< semaphore: its maximum; latch, barrier: threads expected; mutex: its ceiling
  std::string name = {};   ///< given by the program, or empty
  LockProtocol protocol = LockProtocol::none;  ///< mutex
};

/// A thread that spins is about to go round again: from here on it waits until another thread changes something that it
/// looks at. (SpinRule::after_a_change only.)
struct Await {
  static constexpr std::uint8_t places_max = 4;
  ThreadIndex thread;
  Step step;                                        ///< events before; the thread's next event is the one that waits
  std::uint8_t count = 0;                           ///< of places; 0: it looks at nothing, and waits for any step
  std::array<ObjectIndex, places_max> places = {};  ///< as Access::place
};
/// What stands before the operation's words: "", "waits to " or "is ready to ".
const char* words_before(Phase phase);

/// One execution as checkers and reports see it.
struct Trace {
  std::vector<Event> events;
  std::vector<ThreadInfo> threads;
  std::vector<ObjectInfo> objects;
  std::vector<std::string> texts;  ///< messages of failed checks and of exceptions, by Operation::argument
  std::vector<Await> awaits;       ///< in order of step
  std::vector<Step> lulls;         ///< before these events nobody could go who did not spin or sleep, and
                                   ///< time passed
  Step body_ended = no_step;       ///< before this event the body ended, and nobody else was left: no join tells
                                   ///< that, as it does where others are waited for or cut off
  /// Some thread's pause was of another length than the first: under SpinRule::after_a_step this would be another
  /// execution.
  bool paused = false;
  std::optional<Scheduling> scheduling = {};  ///< as the scenario asks for
  std::uint32_t starved_after_grants = 100;   ///< the same: see Scenario
  /// What reports call objects that have no name: by object, empty where that is their number. Found out for reports
  /// only, and never a part of what an object is known by.
  std::vector<std::string> labels = {};
};

/// The rule by which threads that spin were held back in an execution that was run under the one given: the plainest that
/// makes the same of it. What tokens hold.
SpinRule rule_followed(const Trace& trace, SpinRule rule);

/// What one execution came to.
enum class Verdict : std::uint8_t { passed, finding, deadlock, crash, step_limit };
const char* name_of(Verdict verdict);

/// How an execution ended, for Checker::finish.
struct Outcome {
  Verdict verdict = Verdict::passed;
  Step steps = 0;
};

/// The name people see for a thread: "T2", or "T2 (teller)" when the program named it.
std::string display_name(const Trace& trace, ThreadIndex thread);
/// The name people see for an object: what the program called it, its label, else kind and number ("mutex#2"), numbered
/// from 1 within its kind in order of identity.
std::string display_name(const Trace& trace, ObjectIndex object);
/// The same without labels: what objects of two executions are compared by, and bugs are remembered by.
std::string lasting_name(const Trace& trace, ObjectIndex object);
/// Virtual ns in the largest unit that is no larger: "1.5ms".
std::string display_time(std::uint64_t nanoseconds);
/// A digest as text by the object's ValueKind. Pointers become "nullptr" or "pointer".
std::string display_value(ValueKind kind, std::uint64_t digest);
/// The operation in words, without the source line: "lock mutex#1", "read count", "join T2".
std::string display_operation(const Trace& trace, const Operation& operation);

}  // namespace snag
