// snag::mutex, recursive_mutex, timed_mutex and recursive_timed_mutex: the standard's under the controlled scheduler.
// A blocked thread is one whose published lock is not enabled, so there is no wait queue here. The standard's guards and
// lock functions work on them, and are here by their names.
#pragma once

#include "harness/primitives/clock.h"
#include "harness/primitives/guards.h"

#include <cstdint>
#include <mutex>
#include <string_view>

namespace snag {

using std::adopt_lock;
using std::adopt_lock_t;
using std::defer_lock;
using std::defer_lock_t;
using std::lock;
using std::lock_guard;
using std::scoped_lock;
using std::swap;
using std::try_lock;
using std::try_to_lock;
using std::try_to_lock_t;
using std::unique_lock;

class condition_variable;

class mutex;
class timed_mutex;
class recursive_mutex;
class recursive_timed_mutex;
namespace detail {
template <>
inline constexpr bool has_guards<mutex> = true;
template <>
inline constexpr bool has_guards<timed_mutex> = true;
template <>
inline constexpr bool has_guards<recursive_mutex> = true;
template <>
inline constexpr bool has_guards<recursive_timed_mutex> = true;
}  // namespace detail

/// std::mutex. Use std::lock_guard, std::unique_lock and std::scoped_lock with it.
/// Locking it twice or unlocking what one does not hold is undefined for the standard's; here it is a finding.
class mutex {
 public:
  mutex();
  ~mutex();
  mutex(const mutex&) = delete;
  mutex& operator=(const mutex&) = delete;

  // Inlined, as all of what is done most: after a switch each return that the processor did not see called costs it as
  // much as the switch.
  SNAG_ALWAYS_INLINE void lock() {
    Execution& execution = Execution::require("snag::mutex::lock", handle_);
    execution.perform({.operation = {.kind = OperationKind::lock, .object = handle_.index}, .subject = &owner_},
                      [&](Event& event) { take(execution, event); });
  }
  bool try_lock();
  SNAG_ALWAYS_INLINE void unlock() {
    Execution& execution = Execution::require("snag::mutex::unlock", handle_);
    execution.perform({.operation = {.kind = OperationKind::unlock, .object = handle_.index}},
                      [&](Event& event) { give(execution, event); });
  }

  /// The name that reports show (see snag::name).
  void set_name(std::string_view text);

 protected:
  /// The timed forms of timed_mutex, in virtual time.
  [[gnu::noinline]] bool try_lock_until_virtual(std::uint64_t deadline);

 private:
  friend class condition_variable;
  friend void notify_all_at_thread_exit(condition_variable& condition, std::unique_lock<mutex> lock);
  void unlock_at(const void* place);
  SNAG_ALWAYS_INLINE void take(Execution& execution, Event& event) {
    owner_ = event.thread;
    execution.take_lock(event);
  }
  SNAG_ALWAYS_INLINE void give(Execution& execution, Event& event) {
    execution.give_lock(event, owner_);
    owner_ = no_thread;
  }

  ObjectHandle handle_;
  ThreadIndex owner_ = no_thread;
};

/// std::recursive_mutex.
class recursive_mutex {
 public:
  recursive_mutex();
  ~recursive_mutex();
  recursive_mutex(const recursive_mutex&) = delete;
  recursive_mutex& operator=(const recursive_mutex&) = delete;

  void lock();
  bool try_lock();
  void unlock();

  /// The name that reports show (see snag::name).
  void set_name(std::string_view text);

 protected:
  /// The timed forms of recursive_timed_mutex, in virtual time.
  [[gnu::noinline]] bool try_lock_until_virtual(std::uint64_t deadline);

 private:
  static bool is_free_for(const void* self, const ControlledThread& thread);
  /// The caller when it holds the mutex already: what it does then concerns nobody else.
  ThreadIndex nested(const Execution& execution, unsigned count_min) const;
  void take(Event& event);

  ObjectHandle handle_;
  ThreadIndex owner_ = no_thread;
  unsigned count_ = 0;
};

/// std::timed_mutex. A timed try does not fail for no reason. By its owner it waits in vain (undefined for the
/// standard's).
class timed_mutex : private mutex {
 public:
  using mutex::lock;
  using mutex::set_name;
  using mutex::try_lock;
  using mutex::unlock;

  template <class Rep, class Period>
  SNAG_ALWAYS_INLINE bool try_lock_for(const std::chrono::duration<Rep, Period>& duration) {
    return try_lock_until_virtual(deadline_after(Execution::require("snag::timed_mutex::try_lock_for"), duration));
  }
  template <class Clock, class Duration>
  SNAG_ALWAYS_INLINE bool try_lock_until(const std::chrono::time_point<Clock, Duration>& point) {
    return try_lock_until_virtual(deadline_at(Execution::require("snag::timed_mutex::try_lock_until"), point));
  }
};

/// std::recursive_timed_mutex.
class recursive_timed_mutex : private recursive_mutex {
 public:
  using recursive_mutex::lock;
  using recursive_mutex::set_name;
  using recursive_mutex::try_lock;
  using recursive_mutex::unlock;

  template <class Rep, class Period>
  SNAG_ALWAYS_INLINE bool try_lock_for(const std::chrono::duration<Rep, Period>& duration) {
    return try_lock_until_virtual(
        deadline_after(Execution::require("snag::recursive_timed_mutex::try_lock_for"), duration));
  }
  template <class Clock, class Duration>
  SNAG_ALWAYS_INLINE bool try_lock_until(const std::chrono::time_point<Clock, Duration>& point) {
    return try_lock_until_virtual(
        deadline_at(Execution::require("snag::recursive_timed_mutex::try_lock_until"), point));
  }
};

}  // namespace snag
