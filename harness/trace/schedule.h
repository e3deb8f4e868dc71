// The choices of one execution, in order: the input to replay. Each choice carries a check of what it was
// chosen from (the enabled threads and their operations), so that a replay that no longer fits says where.
#pragma once

#include "harness/trace/operation.h"

#include <cstdint>
#include <vector>

namespace snag {

/// One nondeterministic decision with at least two options.
struct Choice {
  enum class Kind : std::uint8_t { thread, value } kind = Kind::thread;
  std::uint32_t check = 0;    ///< digest of the options (threads, operations, identities); 0: unknown
  std::uint32_t chosen = 0;   ///< thread: its index. value: the option's number
  std::uint32_t options = 0;  ///< how many there were
  Step step = 0;              ///< events recorded before it
  bool operator==(const Choice&) const = default;
};

/// When a thread that spins (repeats itself without effect) may go on. Until then it is not offered, as long as somebody
/// else can go. Part of what fixes an execution.
enum class SpinRule : std::uint8_t {
  after_a_step,    ///< of another thread; one that writes, after three rounds' worth of steps
  after_a_change,  ///< of something that it looks at, by another thread
  at_once,         ///< it is never held back: for programs whose loops end by themselves
  after_a_pause,   ///< as after_a_step; but one that writes waits longer or shorter each time
};

/// Which plain accesses of an unmodified program are scheduling points, where it is run so that this is learnt. Part of
/// what fixes an execution.
struct PlainPoints {
  bool all = false;     ///< every one
  bool unseen = false;  ///< none, and nobody is told of them either: but for uses of freed memory
  /// Else those at these places, in order: return addresses, as distances within their modules.
  std::vector<std::uint32_t> places = {};
  bool operator==(const PlainPoints&) const = default;
};

/// All choices of one execution. Forced decisions (one option) are not choices and are not stored.
using Schedule = std::vector<Choice>;

}  // namespace snag
