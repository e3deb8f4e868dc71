// Which plain accesses are scheduling points, and which are events without being one, where only those that race are
// points: each variable's first read and first write by a thread since anything else happened. What a thread does
// between two other events nobody can see in part, so further ones would tell the checkers nothing more than that.
#pragma once

#include "harness/execution/execution.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace snag::instrument {

/// What has been seen of a variable: when it was last read and written, as PlainAccesses counts.
struct Seen {
  std::uint32_t read = 0;
  std::uint32_t written = 0;
  bool by_others = false;        ///< by a thread on whose stack it does not lie
  ThreadIndex last = no_thread;  ///< who has touched it last
};

/// What is to be done about an access.
enum class Access : std::uint8_t { point, event, nothing };

/// What touches many bytes at once is told in pieces.
enum class Part : std::uint8_t { first, another };

/// Of the execution under way.
class PlainAccesses {
 public:
  /// A thread that does nothing but access variables comes to a scheduling point after so many: it may be waiting for
  /// one of them.
  static constexpr std::uint32_t accesses_without_point_max = 2000;
  /// More events than that say little, and take memory.
  static constexpr std::uint32_t events_max = 200'000;

  /// An execution begins.
  void begin(const PlainPoints& points);
  /// Counts an access, but not if it is another piece of the last one: whether it is to be a scheduling point wherever it is.
  SNAG_ALWAYS_INLINE bool is_due(const Execution& execution, Part part) {
    if (execution.trace().events.size() != events_then_) {
      events_then_ = execution.trace().events.size();
      since_ = 0;
      ++now_;
    }
    return part == Part::first && ++since_ >= accesses_without_point_max;
  }
  /// Whether further accesses are nothing, but for those that are points.
  bool has_enough() const { return events_ >= events_max; }
  /// What to do about an access whose place is none of those that are points, and that is not due; seen: the variable's, of
  /// that kind.
  SNAG_ALWAYS_INLINE Access look(std::uint32_t& seen) {
    if (seen == now_ || has_enough()) return Access::nothing;
    seen = now_;
    return Access::event;
  }
  /// The event of one has been recorded.
  SNAG_ALWAYS_INLINE void recorded(const Execution& execution) {
    events_then_ = execution.trace().events.size();
    ++events_;
  }
  bool is_point(const void* place) const {
    if (all_) return true;
    return !places_.empty() && std::binary_search(places_.begin(), places_.end(), place);
  }

 private:
  bool all_ = false;
  std::vector<const void*> places_;    // in order
  std::vector<std::uint32_t> listed_;  // what they were made of
  std::size_t events_then_ = 0;
  std::uint32_t now_ = 0;  // counted on from execution to execution
  std::uint32_t since_ = 0;
  std::uint32_t events_ = 0;
};

PlainAccesses& plain_accesses();

}  // namespace snag::instrument
