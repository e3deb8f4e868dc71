// Lost updates: a thread read a value, another thread changed it, and the first wrote without having read it again.
// Each write is held against its thread's own last read of the object, locks or no locks. Events do not show that
// the value written came from the value read, so all are candidates, for the campaign to confirm: it runs the
// two serialised and sees whether the first thread then writes something else.
#pragma once

#include "harness/trace/checker.h"

#include <cstdint>
#include <vector>

namespace snag {

/// Finds "lost-update" (Certainty::candidate; the execution goes on) on variables and atomics. One finding for each
/// object and triple of places. steps = {T1's read, the last foreign change before the write, T1's write}, threads =
/// {T1, T2}, objects = {the object}, step = T1's write. No candidates are:
/// - a read-modify-write or successful compare-exchange (it reads afresh; one that fails is a fresh read);
/// - a blind write: the thread has not read the object since it last wrote it;
/// - a write over a value equal to the one read, however often it changed in between: had the thread read again just
///   before it wrote, it would have read the same, so nothing was lost.
class LostUpdate : public Checker {
 public:
  LostUpdate();
  void begin() override;
  void observe(const Event& event, const Observation& seen, Findings& findings) override;
  void finish(const Outcome& outcome, const Observation& seen, Findings& findings) override;

 private:
  struct Read {
    ThreadIndex thread = no_thread;
    Step step = no_step;  // no_step: none since the thread's last write
    std::uint64_t value = 0;
  };
  struct Object {
    std::uint64_t execution = 0;  // the execution that the rest belongs to
    Step changed = no_step;       // the last write, by anyone, that left another value
    std::vector<Read> reads;      // the last one of each thread
  };
  struct Reported {
    ObjectIndex object;
    const void* places[3];  // of steps
    bool operator==(const Reported&) const = default;
  };
  Object& of(ObjectIndex object);
  void check(const Object& object, const Read& read, const Event& event, const Observation& seen, Findings& findings);

  std::vector<Object> objects_;
  std::vector<Reported> reported_;
  std::uint64_t execution_ = 0;
};

}  // namespace snag
