// Dependence: what an operation may touch, told from what was published and never from how it came out. Two operations
// of different threads depend on each other if they touch the same thing and one of them writes it; all others
// commute. Partial-order reduction rests on this one table.
#pragma once

#include "harness/trace/operation.h"
#include "harness/trace/trace.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace snag {

/// Things that operations touch besides objects.
inline constexpr ObjectIndex clock_place = 0xfffffffe;   ///< virtual time
inline constexpr ObjectIndex lives_place = 0xfffffffd;   ///< which threads are alive
inline constexpr ObjectIndex budget_place = 0xfffffffc;  ///< the spurious wake-ups that are left

/// One thing touched.
struct Access {
  ObjectIndex place;
  bool write;
};

/// All that an operation touches: at most five things, and what it waits to see changed. None: it commutes with everything.
class Accesses {
 public:
  void add(ObjectIndex place, bool write) { accesses_[size_++] = {place, write}; }
  void read(ObjectIndex place) { add(place, false); }
  void write(ObjectIndex place) { add(place, true); }
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  const Access* begin() const { return accesses_.data(); }
  const Access* end() const { return accesses_.data() + size_; }

 private:
  std::array<Access, 9> accesses_{};
  std::size_t size_ = 0;
};

/// What a program observes beyond the values of its objects. What nobody looks at need not be ordered.
struct Observed {
  bool clock = false;     ///< it reads the clock
  bool lives = false;     ///< it asks who is alive (is_alive, count_threads, timed joins)
  bool arrivals = false;  ///< which arrival at a barrier or latch is the last shows: completion functions, or too many
  bool budget = false;    ///< spurious wake-ups are allowed: who has one takes it from the others
  /// Identities of threads that have been seen to join others, where the clock or who is alive is observed. Whether they
  /// had to wait shows then, so what they do has its place among all that others do. Known to searches, not to the table.
  std::vector<std::uint64_t> joiners = {};
  bool operator==(const Observed&) const = default;
};

/// What the operation may touch. Empty for notes, which are no scheduling points, and for what only waits for others
/// or changes nothing for them (join, latch_wait, yield, fence): such an operation can go as soon as it is enabled, as
/// long as nobody can see when. Who looks at the clock or at who is alive can: a thread takes the time for a deadline,
/// begins others or ends right after anything that it does. Then these, too, touch the clock and who is alive.
/// Which thread does it matters to recursive locks only, and they say so (Operation::target).
Accesses accesses_of(const Operation& operation, const Observed& observed = {});

/// Whether the operation may give up at a deadline, and so move the clock.
bool is_timed(const Operation& operation);

/// Whether the operation may fail, or end, for no reason, where spurious wake-ups are allowed.
bool may_be_spurious(const Operation& operation);

/// What an event did to what it touches, told from how it came out: for threads that wait for a change.
enum class Effect : std::uint8_t {
  none,     ///< it looked, or tried in vain, or wrote what was there before
  passing,  ///< it took a lock, or gave it back
  change,
};
Effect effect_of(const Event& event);
/// Whether a thread that has looked at the place may now see something else.
bool changes(const Event& event, ObjectIndex place);

/// What must be taken as observed once this event has been seen.
void observe(Observed& observed, const Operation& operation);

}  // namespace snag
