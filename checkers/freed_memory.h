// Memory that is used after it was freed, freed twice, or freed although nobody ever allocated it. The runtime of
// unmodified programs holds freed blocks back, so that it knows them when they are touched; who allocated and who freed
// one is told here from the events before.
#pragma once

#include "harness/trace/checker.h"

#include <vector>

namespace snag {

/// Reports, with objects = {the block} and steps {its allocation, the free, the event}, as far as they are known:
/// - use-after-free: a block is read or written that has been freed;
/// - double-free: a block is freed that has been freed;
/// - invalid-free: what is freed is not the begin of a block (no step of a free before; objects may be empty).
/// All happened, and stop the execution.
class FreedMemoryChecker : public Checker {
 public:
  FreedMemoryChecker();
  void begin() override {}
  void observe(const Event& event, const Observation& seen, Findings& findings) override;
  void finish(const Outcome& outcome, const Observation& seen, Findings& findings) override;
};

}  // namespace snag
