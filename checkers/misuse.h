// Misuse of locks, condition variables, semaphores and threads: what the standard calls undefined, told at the
// event that does it, with who took or released the thing last. A thread sanitizer that watches real runs sees a few
// of these; here each object's whole history is at hand, and a leaked lock is told even when nobody wants it.
#pragma once

#include "checkers/waits.h"
#include "harness/trace/checker.h"

namespace snag {

/// Reports, with steps {the earlier event that explains it, if any; the event}:
/// - release-unlocked: unlock of a lock that nobody holds, or of a recursive one more often than taken; of a shared
///   mutex also unlock_shared of what one holds exclusively, and unlock of what one only shares;
/// - release-not-owner: unlock of a lock that another thread holds or shares, unlock_shared likewise (a threading::Lock
///   may be released by anybody);
/// - semaphore-overflow: a release that takes the count over the bound;
/// - wait-unlocked: a wait on a condition variable without holding the mutex;
/// - notify-unlocked: a notify on a threading::Condition without holding its lock;
/// - task-done-excess: task_done of a queue whose tasks are all done;
/// - destroyed-in-use: an object destroyed while held, waited in (a condition variable's waiters may have been
///   notified) or about to be used by the event's target, or used by a thread after its destruction;
/// - lock-leaked: a thread ends while it holds a lock, or a share; of a threading::Lock it is told only when the
///   execution ends in a deadlock, others wait for it, and nobody is left who could release it;
/// - thread-not-joined: a joinable thread object destroyed;
/// - join-misuse: a join or detach of what is not joinable, or not any more;
/// - broken-promise: a future waits for a result, and gets none, since its promise was dropped without one.
/// All stop the execution except lock-leaked: who then waits for the lock in vain is worth seeing, and
/// another thread's release of it is the narrower cause.
class MisuseChecker : public Checker {
 public:
  MisuseChecker();
  void begin() override;
  void observe(const Event& event, const Observation& seen, Findings& findings) override;
  void finish(const Outcome& outcome, const Observation& seen, Findings& findings) override;

 private:
  void see_unlock(const Event& event, const Trace& trace, Findings& findings) const;
  void see_unlock_shared(const Event& event, Findings& findings) const;
  void tell_release(const Event& event, const char* releases, Findings& findings) const;
  void see_release(const Event& event, const Trace& trace, Findings& findings) const;
  void see_wait(const Event& event, const Trace& trace, Findings& findings) const;
  void tell_leak(const Event& end, ObjectIndex lock, Findings& findings) const;
  void see_task_done(const Event& event, const Trace& trace, Findings& findings) const;
  void see_destroy(const Event& event, Findings& findings);
  void see_end(const Event& event, const Trace& trace, Findings& findings) const;
  void see_join(const Event& event, const Trace& trace, Findings& findings);
  void see_join_misused(const Event& event, Findings& findings) const;
  void see_thread_destroyed(const Event& event, Findings& findings) const;
  void see_set_result(const Event& event);
  void see_future_wait(const Event& event, Findings& findings) const;
  void see_use(const Event& event, Findings& findings) const;
  Step joined(ThreadIndex thread) const { return thread < joined_.size() ? joined_[thread] : no_step; }
  void say_state(Finding& finding, ObjectIndex lock) const;
  void say_users(Finding& finding, ObjectIndex object) const;

  struct Destruction {
    ObjectIndex object;
    ThreadIndex thread;
    Step step;
  };

  const Waits* waits_ = nullptr;        // as before the event observed
  std::vector<Step> joined_;            // by thread: the join or detach that made its object unjoinable
  std::vector<Destruction> promises_;   // dropped without a result: few
  std::vector<Destruction> destroyed_;  // objects with a destroy event: few
};

}  // namespace snag
