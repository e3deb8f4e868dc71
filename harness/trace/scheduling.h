// Scheduling by priority, as plain values: what a scenario asks for, what is known of each thread when it is decided
// who gets the processor, and the two sums over them. The execution cuts work into slices by them, the strategy
// decides by them, checkers measure by them.
#pragma once

#include "harness/trace/operation.h"

#include <cstdint>
#include <span>
#include <vector>

namespace snag {

/// When a thread may lose the processor to a more urgent one.
enum class Policy : std::uint8_t {
  preemptive,      ///< at every scheduling point, and in the middle of work
  non_preemptive,  ///< when it waits, sleeps, yields or ends
};

/// What a scenario asks for. Times are virtual ns.
struct Scheduling {
  Policy policy = Policy::preemptive;
  std::uint64_t quantum = 0;        ///< work after which a thread goes behind its equals; 0: none
  std::uint64_t aging = 0;          ///< waiting for the processor that makes a thread more urgent by one; 0: none
  std::uint64_t starved_after = 0;  ///< waiting for the processor that counts as starved; 0: no bound
};

/// What a lock does to the priority of the thread that holds it (Sha, Rajkumar and Lehoczky, 1990).
enum class LockProtocol : std::uint8_t {
  none,
  inherit,  ///< at least that of every thread that waits for the lock
  ceiling,  ///< at least the lock's ceiling
};

/// What is known of one thread. Higher numbers are more urgent.
struct Readiness {
  int priority = 0;          ///< its own, or what it has from the locks that it holds
  std::uint64_t since = 0;   ///< virtual ns: without the processor since then
  std::uint64_t order = 0;   ///< the lower became ready first; equal: by the same event
  std::uint64_t used = 0;    ///< virtual ns that it has worked in its turn
  std::uint64_t raised = 0;  ///< levels that it had gained by waiting when it got the processor; kept for its turn
};

/// The threads of an execution when it is decided who gets the processor.
struct ReadyThreads {
  std::vector<Readiness> threads = {};  ///< by thread; of threads that are not ready it means nothing
  ThreadIndex running = no_thread;      ///< who has the processor, unless it has just given it up
  std::uint64_t now = 0;                ///< virtual ns
};

/// Whether the thread that has the processor has used up its quantum.
bool turn_is_over(const Scheduling& scheduling, const Readiness& thread);
/// How urgent the thread is now, with what waiting has added.
std::int64_t level_of(const Scheduling& scheduling, const ReadyThreads& ready, ThreadIndex thread);

/// One thread waits for a lock that another holds.
struct Blocking {
  ThreadIndex waiter;
  ThreadIndex holder;
};
/// Raises each holder to the priority of its waiters, through any number of links.
void inherit_priorities(std::vector<int>& priorities, std::span<const Blocking> blockings);

}  // namespace snag
