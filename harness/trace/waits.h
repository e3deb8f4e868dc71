// Who holds what and who waits for what, kept event by event: the wait-for graph that several checkers look at
// (Coffman, Elphick and Shoshani 1971). A thread waits for at most one thing, but for all who are in its way there:
// a writer waits for every reader. So each cycle in the graph is a deadlock. Kept once for all checkers.
#pragma once

#include "harness/trace/trace.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace snag {

/// One mutex, or one once_flag while its function runs. Those who only share a mutex stand in Share.
struct Holding {
  ThreadIndex holder = no_thread;
  std::uint32_t depth = 0;           ///< how often its holder has taken it
  Step taken = no_step;              ///< the outermost acquisition by the holder, or by the last one
  ThreadIndex releaser = no_thread;  ///< who released it last
  Step released = no_step;
};

/// One thread's share of a shared_mutex.
struct Share {
  ObjectIndex object = no_object;
  ThreadIndex thread = no_thread;
  std::uint32_t depth = 0;  ///< how often it has taken it
  Step taken = no_step;     ///< the first of these
};

/// A writer that waits for a shared_mutex, or is about to take it, and holds readers back.
struct LinedUp {
  ObjectIndex object = no_object;
  ThreadIndex thread = no_thread;
  Step since = no_step;
};

/// What one thread is about.
struct ThreadState {
  Step blocked = no_step;             ///< its Phase::waiting event, while it has done nothing since
  Operation operation = {};           ///< what it is blocked at, if it is
  ObjectIndex queued_in = no_object;  ///< the condition variable or atomic that it waits on, until notified
  Step queued = no_step;              ///< its last wait or atomic_wait event
  std::uint32_t locks_held = 0;       ///< mutexes, each counted once, and shares
  bool ended = false;
  bool cut_off = false;  ///< a daemon that the program's end has stopped
};

/// The wait-for graph of one execution.
class Waits {
 public:
  /// Forgets the last execution, keeping memory.
  void begin();
  /// Takes in the next event. A release by a thread that does not hold the lock frees it all the same.
  void observe(const Event& event);
  /// Takes in those events of the trace, below `end`, that it has not taken in yet.
  void follow(const Trace& trace, Step end) {
    if (followed_ < end) catch_up(trace, end);
  }
  /// How many events it has followed.
  Step followed() const { return followed_; }
  /// Who holds the object; the state of a fresh one if no event has touched it.
  const Holding& holding(ObjectIndex object) const {
    static constexpr Holding fresh;
    return object < holdings_used_ ? holdings_[object] : fresh;
  }
  /// What the thread is about; the state of a fresh one if no event has touched it.
  const ThreadState& thread(ThreadIndex thread) const {
    static constexpr ThreadState fresh;
    return thread < threads_used_ ? threads_[thread] : fresh;
  }
  /// One more than the highest thread seen.
  ThreadIndex threads() const { return static_cast<ThreadIndex>(threads_used_); }
  /// All shares held, in order of acquisition.
  const std::vector<Share>& shares() const { return shares_; }
  /// The thread's share of the object, or null.
  const Share* share(ThreadIndex thread, ObjectIndex object) const;
  /// Somebody's share of the object, the first one taken, or null.
  const Share* any_share(ObjectIndex object) const;
  /// The thread, if it lined up for the object, else who did so first, or null.
  const LinedUp* lined_up(ObjectIndex object, ThreadIndex preferred) const;
  /// Appends the threads that must all act before this one can go on: the holder of the lock, those who share it, the
  /// thread joined, the one that computes a result. None if it is not blocked, or blocked at something that no particular thread is known to provide.
  void add_blockers(ThreadIndex thread, std::vector<ThreadIndex>& blockers) const;

 private:
  Holding& holding_at(ObjectIndex object) {
    if (object >= holdings_used_) [[unlikely]]
      add_holdings(object);
    return holdings_[object];
  }
  ThreadState& thread_at(ThreadIndex thread) {
    if (thread >= threads_used_) [[unlikely]]
      add_threads(thread);
    return threads_[thread];
  }
  void add_holdings(ObjectIndex last);
  void add_threads(ThreadIndex last);
  void take(ThreadIndex thread, ObjectIndex object, const Event& event);
  void let_go(ThreadIndex thread, ObjectIndex object, const Event& event);
  void take_share(ThreadIndex thread, ObjectIndex object, Step step);
  void let_go_share(ThreadIndex thread, ObjectIndex object, Step step);
  void leave_line(ThreadIndex thread, ObjectIndex object);
  void cut_off(ThreadIndex thread);
  void wake_all(ObjectIndex condition);
  void catch_up(const Trace& trace, Step end);

  std::vector<Holding> holdings_;     // by object; those from holdings_used_ on are left from older executions
  std::vector<ThreadState> threads_;  // by thread; likewise
  std::vector<Share> shares_;         // in order of acquisition
  std::vector<LinedUp> lined_up_;     // in order of arrival
  std::size_t holdings_used_ = 0;
  std::size_t threads_used_ = 0;
  Step followed_ = 0;
};

}  // namespace snag
