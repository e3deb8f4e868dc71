// What a spinning thread waits for: the things that its round of operations looks at. Told from its last events, so it
// is the same in all executions that differ in the order of independent operations only.
#pragma once

#include "harness/trace/trace.h"

#include <cstdint>
#include <optional>

namespace snag {

/// What came of looking at the thread's last round.
struct FoundAwait {
  Await await;
  bool changed;  ///< something that it looks at has changed since it looked
};

/// The thread's last `period` events repeat those before and change nothing, and it is about to do `next`. Nothing if it
/// had better wait at another operation of its round (where it holds no lock), or looks at too many things.
std::optional<FoundAwait> find_await(const Trace& trace, ThreadIndex thread, std::uint32_t period,
                                     const Operation& next);

/// Whether the event may end the wait.
bool ends_await(const Await& await, const Event& event);

}  // namespace snag
