// Starvation under scheduling by priority: a thread stands ready for longer than the scenario's bound while others run.
// Told with who ran instead, how often and how long, when the thread runs at last, when the execution ends, or when it
// has waited ten times the bound: then the execution ends there, since it may go on so for ever.
#pragma once

#include "checkers/timeline.h"
#include "checkers/waits.h"
#include "harness/trace/checker.h"

#include <vector>

namespace snag {

/// Reports "starvation", once a thread. Steps: the event since which it stands ready, the first work of each rival
/// meanwhile, and the event with which it ran at last, if it did.
class StarvationChecker : public Checker {
 public:
  StarvationChecker();
  void begin() override;
  void observe(const Event& event, const Observation& seen, Findings& findings) override;
  void finish(const Outcome& outcome, const Observation& seen, Findings& findings) override;

 private:
  void look_at(ThreadIndex thread, std::uint64_t until, Step ran, const Trace& trace, Findings& findings);
  void lose_patience(const Event& event, const Observation& seen, Findings& findings);

  Timeline timeline_;
  std::vector<bool> told_;  // by thread
};

}  // namespace snag
