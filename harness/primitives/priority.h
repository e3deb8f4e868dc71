// How urgent threads are, work that uses the processor, and locks that hand on urgency (Sha, Rajkumar and Lehoczky,
// 1990). All of it counts in scenarios that ask for scheduling by priority; in others work only passes time, and
// priorities mean nothing.
#pragma once

#include "harness/primitives/clock.h"
#include "harness/primitives/thread.h"

#include <chrono>
#include <concepts>
#include <string_view>
#include <utility>

namespace snag {

namespace detail {

void set_priority(ThreadIndex thread, int priority, const void* place);
void give_priority(ThreadIndex thread, int priority, const void* place);
void work_for(std::uint64_t duration, const void* place);

/// snag::thread, snag::jthread and their like.
template <class Thread>
concept HasThread = requires(const Thread& thread) {
  { thread.native_handle() } -> std::same_as<ThreadIndex>;
};

}  // namespace detail

/// Sets how urgent the calling thread is: the higher goes first. Threads begin with 0.
SNAG_ALWAYS_INLINE void set_priority(int priority) {
  detail::set_priority(Execution::require("snag::set_priority").running().index, priority, nullptr);
}
/// The same for another thread. One that has just been started may have run by then: see thread_with_priority.
template <detail::HasThread Thread>
SNAG_ALWAYS_INLINE void set_priority(const Thread& thread, int priority) {
  Execution::require("snag::set_priority");
  detail::set_priority(thread.native_handle(), priority, nullptr);
}
/// Starts a thread (or jthread) that has this priority before it does anything.
template <detail::HasThread Thread = thread, class Callable, class... Arguments>
SNAG_ALWAYS_INLINE Thread thread_with_priority(int priority, Callable&& callable, Arguments&&... arguments) {
  Thread made(std::forward<Callable>(callable), std::forward<Arguments>(arguments)...);
  detail::give_priority(made.native_handle(), priority, nullptr);
  return made;
}

/// Uses the processor for so long in virtual time. Other threads may be preferred in the middle; the rest is done later.
template <class Rep, class Period>
SNAG_ALWAYS_INLINE void work(const std::chrono::duration<Rep, Period>& duration) {
  detail::work_for(detail::deadline_from(0, duration), nullptr);
}

/// Who holds the lock is at least as urgent as every thread that waits for it.
struct PriorityInheritance {};
/// Who holds the lock is at least so urgent. No thread with a higher priority of its own may lock it.
struct PriorityCeiling {
  int ceiling = 0;
};

/// A mutex with a protocol against priority inversion. Use std::lock_guard, std::unique_lock and std::scoped_lock with it.
class priority_mutex {
 public:
  explicit priority_mutex(PriorityInheritance);
  explicit priority_mutex(PriorityCeiling ceiling);
  ~priority_mutex();
  priority_mutex(const priority_mutex&) = delete;
  priority_mutex& operator=(const priority_mutex&) = delete;

  /// Throws std::system_error (invalid_argument) when the calling thread's own priority is above the ceiling.
  void lock();
  bool try_lock();
  void unlock();

  /// The name that reports show (see snag::name).
  void set_name(std::string_view text);

 private:
  void check_ceiling(const Execution& execution) const;

  ObjectHandle handle_;
  ThreadIndex owner_ = no_thread;
};

}  // namespace snag
