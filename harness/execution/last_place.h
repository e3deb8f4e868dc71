// Where a thread is, as far as its events tell.
#pragma once

#include "harness/execution/execution.h"

#include <algorithm>

namespace snag {

/// Where the running thread did what it did last; null: nothing yet that has a place.
inline const void* last_place(const Execution& execution) {
  const std::vector<Event>& events = execution.trace().events;
  const auto last = std::find_if(events.rbegin(), events.rend(), [&](const Event& event) {
    return event.thread == execution.running().index && event.operation.place != nullptr;
  });
  return last == events.rend() ? nullptr : last->operation.place;
}

}  // namespace snag
