// Broken barriers that are used on: threading::Barrier stays broken until somebody resets it, and whoever waits at it
// gets an exception at once, so that it synchronises nobody any more.
#pragma once

#include "harness/trace/checker.h"

#include <vector>

namespace snag {

/// Reports "broken-barrier", which stops the execution: a thread waits at a barrier that is broken, and knows it (one of
/// its waits has failed, it has aborted it, it has asked), or does not know it and lets the exception leave it. To come
/// too late and to catch the exception is right use: so does who comes after an abort. steps = {what broke it, how the
/// thread came to know it, if it did; the wait}, threads = {who waits, who broke it}, objects = {the barrier}.
class BrokenBarrierChecker : public Checker {
 public:
  BrokenBarrierChecker();
  void begin() override;
  void observe(const Event& event, const Observation& seen, Findings& findings) override;
  void finish(const Outcome&, const Observation&, Findings&) override {}

 private:
  /// A thread that knows that the barrier is broken, and since when.
  struct Knowing {
    ThreadIndex thread;
    Step since;
  };
  struct Barrier {
    ObjectIndex object = no_object;
    Step broken = no_step;         // the event that broke it
    std::uint64_t sent_away = 0;   // how many of its waits fail because of a reset
    std::vector<Knowing> knowing;  // since it broke
  };
  /// A wait that failed at once, and whose thread did not know that it would.
  struct Refused {
    ThreadIndex thread;
    ObjectIndex barrier;
    Step step;
  };
  Barrier& of(ObjectIndex object);
  void break_it(Barrier& barrier, const Event& event);
  void see_enter(const Event& event, const Observation& seen, Findings& findings);
  void see_leave(const Event& event);
  void see_exception(const Event& event, const Observation& seen, Findings& findings);
  static void learn(Barrier& barrier, const Event& event);

  std::vector<Barrier> barriers_;  // those with an event so far: few
  std::vector<Refused> refused_;   // the last one of each thread
};

}  // namespace snag
