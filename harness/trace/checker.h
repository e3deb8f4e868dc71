// The interface of checkers: streaming, values only. A checker knows nothing of executions or strategies.
#pragma once

#include "harness/trace/finding.h"
#include "harness/trace/happens_before.h"
#include "harness/trace/trace.h"

#include <vector>

namespace snag {

/// What a checker may look at while it observes: the trace so far (the event observed is its last) and the
/// threads' clocks, which have taken in that event already.
struct Observation {
  const Trace& trace;
  const HappensBefore& clocks;
};

/// Where findings go.
using Findings = std::vector<Finding>;

/// Watches the events of one execution after another. begin, observe for each event, finish.
class Checker {
 public:
  Checker() = default;
  Checker(const Checker&) = delete;
  Checker& operator=(const Checker&) = delete;
  virtual ~Checker() = default;
  /// Forgets the last execution. Keeps its memory: campaigns run millions.
  virtual void begin() = 0;
  /// Sees the next event; appends what it finds.
  virtual void observe(const Event& event, const Observation& seen, Findings& findings) = 0;
  /// Sees how the execution ended. Not called when it is abandoned because of a finding.
  virtual void finish(const Outcome& outcome, const Observation& seen, Findings& findings) = 0;
};

}  // namespace snag
