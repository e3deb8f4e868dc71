// The list is read by scenarios/manifest.cmake, too: one name a line.
#include "checkers/finding_names.h"

namespace snag {

const std::vector<std::string>& finding_names() {
  static const std::vector<std::string> names = {
      "lost-update",
      "data-race",
      "wait-cycle",
      "lock-order-cycle",
      "deadlock",
      "lost-wakeup",
      "starvation",
      "priority-inversion",
      "release-unlocked",
      "release-not-owner",
      "semaphore-overflow",
      "wait-unlocked",
      "notify-unlocked",
      "task-done-excess",
      "broken-barrier",
      "broken-promise",
      "destroyed-in-use",
      "lock-leaked",
      "thread-not-joined",
      "join-misuse",
      "use-after-free",
      "double-free",
      "invalid-free",
      "failed-check",
      "failed-expectation",
      "uncaught-exception",
      "exit",
      "abort",
      "failed-assertion",
      "crash",
      "stack-overflow",
      "endless-loop",
      "out-of-memory",
      "livelock",
  };
  return names;
}

}  // namespace snag
