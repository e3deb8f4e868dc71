// snag::shared_mutex and shared_timed_mutex: the standard's under the controlled scheduler. Many readers or one
// writer; whether a waiting writer holds new readers back is the scenario's to say (WaitingWriter).
#pragma once

#include "harness/primitives/clock.h"
#include "harness/primitives/guards.h"

#include <cstdint>
#include <shared_mutex>
#include <string_view>

namespace snag {

using std::shared_lock;

class shared_mutex;
class shared_timed_mutex;
namespace detail {
template <>
inline constexpr bool has_guards<shared_mutex> = true;
template <>
inline constexpr bool has_guards<shared_timed_mutex> = true;
}  // namespace detail

/// std::shared_mutex. Use std::shared_lock, std::unique_lock and the like with it.
/// To lock what one shares already waits for oneself, for ever; to share what one shares already is undefined for the
/// standard's, and here it works as with glibc's (and waits behind a waiting writer if the scenario says so).
class shared_mutex {
 public:
  shared_mutex();
  ~shared_mutex();
  shared_mutex(const shared_mutex&) = delete;
  shared_mutex& operator=(const shared_mutex&) = delete;

  void lock();
  bool try_lock();
  void unlock();
  void lock_shared();
  bool try_lock_shared();
  void unlock_shared();

  /// The name that reports show (see snag::name).
  void set_name(std::string_view text);

 protected:
  /// The timed forms of shared_timed_mutex, in virtual time.
  [[gnu::noinline]] bool try_lock_until_virtual(std::uint64_t deadline);
  [[gnu::noinline]] bool try_lock_shared_until_virtual(std::uint64_t deadline);

 private:
  void line_up(Execution& execution, const void* place);
  bool is_free() const { return owner_ == no_thread && readers_ == 0; }
  bool admits_readers() const { return owner_ == no_thread && writers_lined_up_ == 0; }
  static bool is_free_to_lock(const void* self, const ControlledThread& thread);
  static bool is_free_to_share(const void* self, const ControlledThread& thread);

  ObjectHandle handle_;
  ThreadIndex owner_ = no_thread;
  std::uint32_t readers_ = 0;           // shares, also several of one thread
  std::uint32_t writers_lined_up_ = 0;  // only where a waiting writer holds readers back
};

/// std::shared_timed_mutex.
class shared_timed_mutex : private shared_mutex {
 public:
  using shared_mutex::lock;
  using shared_mutex::lock_shared;
  using shared_mutex::set_name;
  using shared_mutex::try_lock;
  using shared_mutex::try_lock_shared;
  using shared_mutex::unlock;
  using shared_mutex::unlock_shared;

  template <class Rep, class Period>
  SNAG_ALWAYS_INLINE bool try_lock_for(const std::chrono::duration<Rep, Period>& duration) {
    return try_lock_until_virtual(
        deadline_after(Execution::require("snag::shared_timed_mutex::try_lock_for"), duration));
  }
  template <class Clock, class Duration>
  SNAG_ALWAYS_INLINE bool try_lock_until(const std::chrono::time_point<Clock, Duration>& point) {
    return try_lock_until_virtual(deadline_at(Execution::require("snag::shared_timed_mutex::try_lock_until"), point));
  }
  template <class Rep, class Period>
  SNAG_ALWAYS_INLINE bool try_lock_shared_for(const std::chrono::duration<Rep, Period>& duration) {
    return try_lock_shared_until_virtual(
        deadline_after(Execution::require("snag::shared_timed_mutex::try_lock_shared_for"), duration));
  }
  template <class Clock, class Duration>
  SNAG_ALWAYS_INLINE bool try_lock_shared_until(const std::chrono::time_point<Clock, Duration>& point) {
    return try_lock_shared_until_virtual(
        deadline_at(Execution::require("snag::shared_timed_mutex::try_lock_shared_until"), point));
  }
};

}  // namespace snag
