// Who waits to be notified: the queue of condition variables and atomics. It is a list through the waiting threads' own
// stacks, in order of identity, so that whom a notify wakes depends on no address and on no order of arrival.
#pragma once

#include "harness/execution/thread.h"

#include <cstdint>

namespace snag {
class Execution;
}

namespace snag::detail {

class WaitQueue;

/// One thread in a queue. Lives on its stack while it waits; unwinding takes it out, as when a daemon is cut off.
struct Waiter {
  explicit Waiter(const ControlledThread& waiting) : thread(waiting.index), identity(waiting.identity) {}
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;
  ~Waiter() {
    if (queue != nullptr) leave();
  }

  ThreadIndex thread;
  std::uint64_t identity;
  bool notified = false;
  const ThreadIndex* lock_owner = nullptr;  ///< of the lock that it takes when it has been notified, if that is known
  Waiter* next = nullptr;
  WaitQueue* queue = nullptr;  ///< that it is in

 private:
  void leave();
};

/// What an untimed wait needs to go on: to have been notified, and the mutex.
struct Reacquisition {
  const Waiter* waiter;
  const ThreadIndex* owner;  ///< of the mutex
};

/// A guard whose subject is a Reacquisition.
inline bool may_reacquire(const void* subject, const ControlledThread&) {
  const auto* const wanted = static_cast<const Reacquisition*>(subject);
  return wanted->waiter->notified && *wanted->owner == no_thread;
}

/// A guard whose subject is a Waiter: enabled once it has been notified.
inline bool is_notified(const void* waiter, const ControlledThread&) {
  return static_cast<const Waiter*>(waiter)->notified;
}

/// Those who wait. All but size() and empty() is for effects of operations only.
class WaitQueue {
 public:
  WaitQueue() = default;
  WaitQueue(const WaitQueue&) = delete;
  WaitQueue& operator=(const WaitQueue&) = delete;
  /// Those who are still in it go on without it: it is gone by mistake, or their execution is over.
  ~WaitQueue() {
    if (first_ != nullptr) release();
  }
  void add(Waiter& waiter);
  /// Takes it out, if it is in.
  void remove(Waiter& waiter);
  /// Wakes one of them, a choice, and takes it out; no_thread when there is none. The operation is the notify's.
  ThreadIndex notify_one(Execution& execution, const Operation& operation);
  /// The same as the effect of a notify: fills in the event.
  void notify_one(Execution& execution, const Operation& operation, Event& event);
  void notify_all();
  /// How many there are; 0 while the execution is abandoned.
  std::uint32_t size(const Execution& execution) const;
  bool empty() const { return first_ == nullptr; }

 private:
  Waiter* wake_one(Execution& execution, const Operation& operation);
  void release();

  Waiter* first_ = nullptr;
  std::uint32_t serial_ = 0;  // of the execution that those in it belong to
};

}  // namespace snag::detail
