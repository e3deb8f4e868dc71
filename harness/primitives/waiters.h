// The threads that wait to be notified: of a condition or an event.
#pragma once

#include "harness/execution/execution.h"

#include <cstdint>

namespace snag::detail {

/// A list of waiting threads in order of identity, so that offering them as a choice does not depend on the schedule.
/// It runs through the threads themselves: each waits in one such list at most.
class Waiters {
 public:
  /// The thread waits from now on: not notified.
  void enqueue(Execution& execution, ThreadIndex thread);
  /// The thread leaves unnotified. Nothing happens if it is not in the list.
  void dequeue(Execution& execution, ThreadIndex thread);
  std::uint32_t count(Execution& execution) const;
  /// Notifies the nth in the list, and returns who that is.
  ThreadIndex notify(Execution& execution, std::uint32_t nth);
  void notify_all(Execution& execution);

 private:
  ThreadIndex first_ = no_thread;
};

}  // namespace snag::detail
