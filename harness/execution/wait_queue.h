// Who waits to be notified: the queue of condition variables and atomics. It is a list through the waiting threads' own
// stacks, in order of identity, so that whom a notify wakes depends on no address and on no order of arrival.
#pragma once

#include "harness/execution/thread.h"

#include <cstdint>

namespace snag {
class Execution;
}

namespace snag::detail {

/// One thread in a queue. Lives on its stack while it waits; an abandoned execution leaves it in the queue, and looks
/// at queues no more.
struct Waiter {
  explicit Waiter(const ControlledThread& waiting) : thread(waiting.index), identity(waiting.identity) {}
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  ThreadIndex thread;
  std::uint64_t identity;
  bool notified = false;
  Waiter* next = nullptr;
};

/// A guard whose subject is a Waiter: enabled once it has been notified.
inline bool is_notified(const void* waiter, const ControlledThread&) {
  return static_cast<const Waiter*>(waiter)->notified;
}

/// Those who wait. All but size() is for effects of operations only.
class WaitQueue {
 public:
  void add(Waiter& waiter);
  /// Takes it out, if it is in.
  void remove(Waiter& waiter);
  /// Wakes one of them, a choice, and takes it out; no_thread when there is none. The operation is the notify's.
  ThreadIndex notify_one(Execution& execution, const Operation& operation);
  void notify_all();
  /// How many there are; 0 while the execution is abandoned.
  std::uint32_t size(const Execution& execution) const;

 private:
  Waiter* first_ = nullptr;
};

}  // namespace snag::detail
