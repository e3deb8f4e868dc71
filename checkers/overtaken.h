// Starvation whatever the scheduling: a thread that was unable to go on, or whose tries failed, through so many grants of
// what it wants to threads that asked later. A thread that could have gone on and was not chosen is not starved: that is
// the strategy's doing. So who waits for a plain mutex never is (each release gives it a chance), a writer kept out by
// readers that take turns is, and so is one that only tries.
#pragma once

#include "harness/trace/checker.h"

#include <vector>

namespace snag {

/// Reports "starvation", once a thread and object. How many grants are too many is Trace::starved_after_grants. A try
/// counts once for each time that it fails after another such grant. Steps: where the thread asked first, the first
/// grant to each of the others, and, if it tries, its last try.
class OvertakenChecker : public Checker {
 public:
  OvertakenChecker();
  void begin() override;
  void observe(const Event& event, const Observation& seen, Findings& findings) override;
  void finish(const Outcome&, const Observation&, Findings&) override {}

 private:
  // One that got what the thread wants.
  struct Grant {
    Rival rival;
    Step first;
  };
  struct Request {
    ThreadIndex thread;
    Step asked;  // its waiting event, or its first try
    enum class How : std::uint8_t { waits, tries } how;
    std::uint32_t count = 0;         // grants that it could not but let pass, or tries that failed after one
    bool granted_since_try = false;  // tries: somebody got it since the last one
    std::vector<Grant> grants = {};
    bool told = false;
  };
  void take_in(const Event& event, const Observation& seen, Findings& findings);
  std::vector<Request>& requests_for(ObjectIndex object);
  Step& waits_since(ThreadIndex thread);
  void see_waiting(const Event& event, const Trace& trace);
  void see_failed_try(const Event& event, const Trace& trace, Findings& findings);
  void see_grant(const Event& event, const Trace& trace, Findings& findings);
  void forgive(ObjectIndex object, const Waits& waits);
  void tell(Request& request, const Event& event, const Trace& trace, Findings& findings);

  std::vector<std::vector<Request>> requests_;  // by object; those that have been answered are taken out
  std::vector<Step> waits_since_;               // by thread: its waiting event, or no_step
  bool caught_up_ = false;                      // with what came before the first event that it was shown
};

}  // namespace snag
