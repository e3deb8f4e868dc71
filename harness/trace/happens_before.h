// Vector clocks of one execution's threads: which event happens before which, as the C++ memory model has it
// (Lamport 1978; Fidge and Mattern; atomics with release sequences and fences as in [intro.races] and
// [atomics.fences]). Computed once for all checkers. Unlike FastTrack's, an epoch here counts every event of
// its thread, so an event is named by (thread, count) and "ordered" is one comparison.
#pragma once

#include "harness/trace/trace.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace snag {

/// For each thread, how many of its events are known to have happened before.
class VectorClock {
 public:
  std::uint32_t get(ThreadIndex thread) const { return thread < counts_.size() ? counts_[thread] : 0; }
  void set(ThreadIndex thread, std::uint32_t count);
  void join(const VectorClock& other);
  void clear() { counts_.clear(); }
  bool empty() const { return counts_.empty(); }

 private:
  std::vector<std::uint32_t> counts_;
};

/// One event by its thread and its number among that thread's events (from 1). count 0: none.
struct Epoch {
  ThreadIndex thread = no_thread;
  std::uint32_t count = 0;
};

/// Follows the events of an execution and keeps each thread's clock.
class HappensBefore {
 public:
  /// Forgets the last execution, keeping memory.
  void begin();
  /// Takes in the next event: counts it, joins what it acquires, publishes what it releases. Phase::waiting events
  /// change nothing.
  void observe(const Event& event);
  /// Takes in those events of the trace, below `end`, that it has not taken in yet.
  void follow(const Trace& trace, Step end) {
    for (; followed_ < end; ++followed_) observe(trace.events[followed_]);
  }
  /// The clock of a thread's latest event, that event included.
  const VectorClock& clock(ThreadIndex thread) const;
  /// The epoch of a thread's latest event.
  Epoch epoch(ThreadIndex thread) const { return {thread, clock(thread).get(thread)}; }
  /// Whether the event named by the epoch happened before (or is) the thread's latest event.
  bool ordered(Epoch earlier, ThreadIndex thread) const { return clock(thread).get(earlier.thread) >= earlier.count; }

 private:
  struct ThreadClocks {
    VectorClock now;            // of the latest event
    VectorClock fence_release;  // what later relaxed stores publish (set by a release fence)
    VectorClock fence_acquire;  // what relaxed loads have seen, joined by an acquire fence
  };
  struct ObjectClocks {
    VectorClock released;         // what an acquire of it joins; barriers: arrivals up to the last even phase
    VectorClock released_odd;     // barriers: arrivals up to the last odd phase; shared mutexes: what readers released
    std::uint64_t execution = 0;  // the execution that the clocks belong to: older ones count as empty
  };
  ThreadClocks& of(ThreadIndex thread);
  ObjectClocks& of(ObjectIndex object);
  void acquire(ThreadIndex thread, ObjectIndex object) { of(thread).now.join(of(object).released); }
  void release(ThreadIndex thread, ObjectIndex object) { of(object).released.join(of(thread).now); }
  void load(ThreadIndex thread, ObjectIndex object, MemoryOrder order);
  void store(ThreadIndex thread, ObjectIndex object, MemoryOrder order);
  void read_modify_write(ThreadIndex thread, ObjectIndex object, MemoryOrder order);
  void fence(ThreadIndex thread, MemoryOrder order);
  void follow(ThreadIndex thread, ThreadIndex ended);
  void arrive(ThreadIndex thread, const Event& event);

  VectorClock ended_;                  // what ended threads have done: who counts the threads alive knows of it
  std::vector<ThreadClocks> threads_;  // those from threads_used_ on are left from older executions, and empty
  std::vector<ObjectClocks> objects_;
  std::size_t threads_used_ = 0;
  std::uint64_t execution_ = 1;
  Step followed_ = 0;
};

}  // namespace snag
