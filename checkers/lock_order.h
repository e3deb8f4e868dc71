// Lock-order cycles: threads that nest the same locks in different orders may block one another for ever, though
// in this execution none did. Goodlock (Havelund 2000) for cycles of any length, with gate locks and start/join
// order as in Bensalem and Havelund (2005). Where we differ: edges are matched as they arise, so that an abandoned
// execution still tells its cycles, and start/join order is kept by a vector clock in place of segments. Nothing of this
// is done before the locks alone, whoever took them, form a cycle: in most programs they never do.
#pragma once

#include "harness/trace/checker.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace snag {

/// Finds "lock-order-cycle" (Certainty::predicted; the execution goes on). One finding for each set of locks and
/// threads. For a cycle of threads t1, t2, ..., each of which wants what the next one holds, from the lowest thread on:
/// threads = {t1, t2, ...}, objects = {lock held by t1, by t2, ...}, steps = {t1 took its lock, t1 took the next
/// one's, t2 took its lock, ...}, relations = {t1 holds, t1 wants, t2 holds, ...}.
/// A try_lock waits for nothing, so it adds no edge; what it took counts as held. A share is held and wanted like a
/// lock, but two shares of one lock are not in each other's way. Excused are cycles whose states cannot be at once: a
/// lock held at two of the edges, by one of the two exclusively (a gate), or one acquisition always before another by
/// spawn and join; and a threading::Lock that somebody has released who had not taken it: it is no lock around anything.
/// Cycles of more than `threads_max` threads are not looked for, nor those that only a waiting writer closes by holding
/// readers back.
class LockOrder : public Checker {
 public:
  static constexpr std::size_t threads_max = 8;

  LockOrder();
  void begin() override;
  void observe(const Event& event, const Observation& seen, Findings& findings) override;
  void finish(const Outcome& outcome, const Observation& seen, Findings& findings) override;

 private:
  void forget();

  using EdgeIndex = std::uint32_t;
  static constexpr EdgeIndex no_edge = 0xffffffff;

  enum class Mode : std::uint8_t { exclusive, shared };
  struct Taken {
    ObjectIndex object;
    Mode mode;
    bool operator==(const Taken&) const = default;
  };
  struct Held {
    ObjectIndex object;
    Mode mode;
    Step step;            // of the outermost acquisition
    std::uint32_t depth;  // recursive mutexes: how often
  };
  // `thread` took `to` while it held `from`.
  struct Edge {
    ThreadIndex thread = no_thread;
    ObjectIndex from = no_object;
    ObjectIndex to = no_object;
    Step step_from = no_step;
    Mode mode_from = Mode::exclusive;
    Mode mode_to = Mode::exclusive;
    Step step_to = no_step;
    std::vector<Taken> held;   // all that the thread held, `from` included
    Epoch epoch;               // of the thread's last spawn, begin or join before it
    VectorClock must;          // what spawn and join order before it
    EdgeIndex next = no_edge;  // another edge from the same lock
  };
  struct Lock {
    std::uint64_t execution = 0;  // the execution that `first` belongs to
    EdgeIndex first = no_edge;    // of the edges from this lock
    bool handed_over = false;     // somebody released it who had not taken it
  };
  // Which locks have been taken inside which, as far as the events tell it (Event::outer). Of the locks that a thread
  // holds the last one is enough: it was itself taken inside the others. So that this holds for those taken by a try, too,
  // they count as if somebody had waited for them.
  class OrderOfLocks {
   public:
    void begin();
    /// Takes in that a lock was taken while others were held, or was not. False: there may be a cycle now, or it is not told.
    bool stays_acyclic(const Event& event);

   private:
    using Set = std::uint64_t;  // of objects
    static constexpr ObjectIndex locks_max = 64;
    std::array<Set, locks_max> inside_{};  // by lock: those taken inside it, at any depth
    Set outer_ = 0;                        // the locks of which that is not empty
  };

  std::vector<Held>& held_by(ThreadIndex thread);
  Lock& of(ObjectIndex object);
  static bool exclude(const std::vector<Taken>& left, const std::vector<Taken>& right);
  void take_in(const Event& event, const Trace& trace, Findings& findings);
  void take(const Event& event, Mode mode, const Trace& trace, Findings& findings);
  void take_quietly(const Event& event, Mode mode);
  void let_go(const Event& event, ObjectIndex object, Mode mode);
  void add_edge(const Event& event, Mode mode, const Held& from, Findings& findings);
  void follow_joins(const Trace& trace, Step end);
  bool known(const Edge& edge) const;
  void extend(Findings& findings);
  bool fits(const Edge& edge) const;
  static bool blocks(const Edge& wanting, const Edge& holding);
  void report(Findings& findings);
  bool reported_before();

  OrderOfLocks order_;                   // until there may be a cycle
  Step followed_ = 0;                    // from then on: events below it have been taken in
  HappensBefore must_;                   // fed with spawn, begin, end and join only, when locks are nested
  Step must_followed_ = 0;               // events below it have been fed
  std::vector<std::vector<Held>> held_;  // by thread, in order of acquisition; empty from threads_used_ on
  std::vector<Lock> locks_;              // by object
  std::vector<Edge> edges_;              // those from edges_used_ on are spare
  std::vector<EdgeIndex> path_;          // of the search: each edge wants what the next one holds
  // Sorted threads and locks of the cycles told; each cycle opens with its length.
  std::vector<std::uint32_t> reported_;
  std::vector<std::uint32_t> signature_;  // scratch
  std::size_t threads_used_ = 0;
  std::size_t edges_used_ = 0;
  std::size_t steps_left_ = 0;  // of the search for cycles through one edge
  std::uint64_t execution_ = 0;
};

}  // namespace snag
