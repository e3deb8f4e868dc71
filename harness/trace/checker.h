// The interface of checkers: streaming, values only. A checker knows nothing of executions or strategies. It says once
// which events concern it, and is shown no others: most executions have nothing for most checkers.
#pragma once

#include "harness/trace/finding.h"
#include "harness/trace/happens_before.h"
#include "harness/trace/operation_kinds.h"
#include "harness/trace/trace.h"
#include "harness/trace/waits.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace snag {

/// What a checker may look at while it observes: the trace so far (the event observed is its last), the threads' clocks
/// and the wait-for graph. These two are kept once for all checkers, and brought up to date when somebody asks.
class Observation {
 public:
  Observation(const Trace& trace_so_far, HappensBefore& clocks, Waits& waits)
      : trace(trace_so_far), clocks_(clocks), waits_(waits) {}

  const Trace& trace;
  /// The clocks, which have taken in the event observed.
  const HappensBefore& clocks(const Event& event) const {
    clocks_.follow(trace, event.step + 1);
    return clocks_;
  }
  /// The graph as before the event observed; not after one of the other two has been asked for.
  const Waits& waits_before(const Event& event) const {
    waits_.follow(trace, event.step);
    return waits_;
  }
  const Waits& waits_after(const Event& event) const {
    waits_.follow(trace, event.step + 1);
    return waits_;
  }
  /// The graph as it is in the end.
  const Waits& waits() const {
    waits_.follow(trace, static_cast<Step>(trace.events.size()));
    return waits_;
  }

 private:
  HappensBefore& clocks_;
  Waits& waits_;
};

/// Where findings go.
using Findings = std::vector<Finding>;

/// Which events a checker is to be shown. The default is all.
struct Interest {
  enum class Executions : std::uint8_t {
    all,
    scheduled,  ///< those of scenarios that ask for scheduling by priority
  };
  enum class Routine : std::uint8_t { shown, skipped };
  enum class Ends : std::uint8_t {
    seen,       ///< of executions in which it was shown an event
    deadlocks,  ///< of those that end in a deadlock
    none,
  };

  Executions executions = Executions::all;
  OperationKinds done = OperationKinds::all();     ///< events of Phase::done
  OperationKinds waiting = OperationKinds::all();  ///< events of the other phases
  Routine routine = Routine::shown;                ///< of these, those with Event::routine
  Ends ends = Ends::seen;                          ///< where finish is called
  /// These, of those done, wake it, and so does an object of this kind: from then on it sees more, until the execution
  /// ends, routine or not. Of what came before it finds in the trace what it needs.
  OperationKinds wakes = {};
  std::optional<ObjectKind> wakes_with = {};
  OperationKinds done_awake = {};
  OperationKinds waiting_awake = {};
};

/// Watches the events of one execution after another. begin, observe for each event that concerns it, finish.
class Checker {
 public:
  /// The interest is to live as long as the program.
  explicit Checker(const Interest& interest = everything) : interest_(&interest) {}
  Checker(const Checker&) = delete;
  Checker& operator=(const Checker&) = delete;
  virtual ~Checker() = default;
  const Interest& interest() const { return *interest_; }
  /// Forgets the last execution. Keeps its memory: campaigns run millions. Called before the first event that it is shown
  /// of an execution; not at all if there is none.
  virtual void begin() = 0;
  /// Sees the next event; appends what it finds.
  virtual void observe(const Event& event, const Observation& seen, Findings& findings) = 0;
  /// Sees how the execution ended. Not called when it is abandoned because of a finding.
  virtual void finish(const Outcome& outcome, const Observation& seen, Findings& findings) = 0;

 private:
  static constexpr Interest everything{};
  const Interest* interest_;
};

}  // namespace snag
