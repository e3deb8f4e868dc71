// Data races by happens-before: two accesses to a plain variable, one of them a write, that nothing orders.
// FastTrack (Flanagan and Freund, PLDI 2009): one write epoch a variable, one read epoch that becomes one a thread
// only while reads are unordered. Where we differ: an epoch names a single event, and each mark keeps its step, so
// that a finding can show both accesses.
#pragma once

#include "harness/trace/checker.h"

#include <cstdint>
#include <vector>

namespace snag {

/// Finds "data-race" (Certainty::happened; the execution goes on). One finding for each variable and unordered pair
/// of places. steps = {earlier access, later access}, threads in the same order, objects = {the variable}. Like
/// FastTrack it is sure to tell the first race on a variable; of later ones it may miss some, since a write
/// takes the place of the accesses before it.
class DataRace : public Checker {
 public:
  DataRace();
  void begin() override;
  void observe(const Event& event, const Observation& seen, Findings& findings) override;
  void finish(const Outcome& outcome, const Observation& seen, Findings& findings) override;

 private:
  struct Access {
    Epoch epoch;
    Step step = no_step;
  };
  struct Variable {
    std::uint64_t execution = 0;  // the execution that the rest belongs to
    Access written;               // the last write; count 0: none
    std::vector<Access> reads;    // since the last write: the last read of all, or while unordered one a thread
  };
  struct Reported {
    ObjectIndex object;
    const void* places[2];  // in address order
  };
  Variable& of(ObjectIndex object);
  void read(Variable& variable, const Event& event, const Observation& seen, Findings& findings);
  void write(Variable& variable, const Event& event, const Observation& seen, Findings& findings);
  void check(const Access& earlier, const Event& event, const Observation& seen, Findings& findings);

  std::vector<Variable> variables_;  // by object
  std::vector<Reported> reported_;
  std::uint64_t execution_ = 0;
};

}  // namespace snag
