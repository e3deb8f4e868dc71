// A digest of what an execution has come to so far: equal for two beginnings that differ only in the order of independent
// operations, so that whatever can follow one can follow the other. Each event's hash takes in the hashes of the events
// that it directly depends on (its thread's last, and by object the last write or what has read since), and so of all
// that precede it; the sum over the events does not depend on their order.
#pragma once

#include "harness/trace/dependence.h"
#include "harness/trace/trace.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace snag::dpor {

/// What orders events.
enum class Ordering : std::uint8_t {
  dependence,  ///< the table of dependence
  total,       ///< all: where what comes next depends on things that no event touches (priorities, ideal time)
};

/// Follows one execution after another.
class PrefixDigest {
 public:
  /// Another execution starts; its trace grows.
  void begin(const Trace& trace, const Observed& observed, Ordering ordering);
  /// The event under way has chosen a value.
  void choose(std::uint32_t value) { chosen_ = chosen_.value_or(0) * 31 + value + 1; }
  /// Takes in the events before step `until`.
  void follow(snag::Step until);
  /// Of all events taken in.
  std::uint64_t value() const;

 private:
  struct Thread {
    std::uint64_t name = 0;
    std::uint64_t last = 0;  // hash of its last event that touched something
    std::uint32_t events = 0;
    std::uint32_t silent = 0;  // events that touch nothing: nobody else sees when
  };
  struct Place {
    std::uint64_t last_write = 0;
    std::uint64_t reads = 0;  // sum of hashes since
  };
  void take(const Event& event);
  Thread& thread(ThreadIndex index);
  Place& place(ObjectIndex index);

  const Trace* trace_ = nullptr;
  Observed observed_;
  Ordering ordering_ = Ordering::dependence;
  snag::Step next_ = 0;  // dpor::Step is another thing
  std::size_t next_await_ = 0, next_lull_ = 0;
  std::optional<std::uint64_t> chosen_;
  std::uint64_t sum_ = 0;
  std::uint64_t before_lull_ = 0;  // of all that came before the last lull, which everything after follows
  std::vector<Thread> threads_;
  std::vector<std::uint32_t> awaiting_;  // by thread: number in Trace::awaits, if its next event waits
  std::vector<Place> objects_;
  std::vector<Place> others_;  // the clock, ...
};

}  // namespace snag::dpor
