// The standard's guards for snag's locks: std::lock_guard, scoped_lock of one lock, unique_lock and shared_lock,
// specialised where they guard one of ours. They do what the standard's do, but are always inlined, so that a lock is taken
// and given back in the program's own function: its place is then the program's line, whatever the optimisation. (The
// place is a return address, and the standard's guards are functions of their own.)
#pragma once

#include "harness/execution/execution.h"

#include <chrono>
#include <concepts>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <system_error>
#include <utility>

namespace snag::detail {

/// Whether the guards of a lock are those of this file: said once for each kind, before it is guarded.
template <class Lock>
inline constexpr bool has_guards = false;

template <class Lock>
concept Guarded = has_guards<Lock>;

/// What unique_lock and shared_lock have in common. How: how to take the lock and give it back.
template <class Lock, class How>
class MovableGuard {
 public:
  using mutex_type = Lock;

  SNAG_ALWAYS_INLINE MovableGuard() noexcept {}
  SNAG_ALWAYS_INLINE explicit MovableGuard(Lock& lock) : lock_(std::addressof(lock)) {
    How::take(lock);
    owns_ = true;
  }
  SNAG_ALWAYS_INLINE MovableGuard(Lock& lock, std::defer_lock_t) noexcept : lock_(std::addressof(lock)) {}
  SNAG_ALWAYS_INLINE MovableGuard(Lock& lock, std::try_to_lock_t)
      : lock_(std::addressof(lock)), owns_(How::try_take(lock)) {}
  SNAG_ALWAYS_INLINE MovableGuard(Lock& lock, std::adopt_lock_t) noexcept : lock_(std::addressof(lock)), owns_(true) {}
  template <class Clock, class Duration>
  SNAG_ALWAYS_INLINE MovableGuard(Lock& lock, const std::chrono::time_point<Clock, Duration>& until)
      : lock_(std::addressof(lock)), owns_(How::try_take_until(lock, until)) {}
  template <class Rep, class Period>
  SNAG_ALWAYS_INLINE MovableGuard(Lock& lock, const std::chrono::duration<Rep, Period>& duration)
      : lock_(std::addressof(lock)), owns_(How::try_take_for(lock, duration)) {}
  MovableGuard(MovableGuard&& other) noexcept
      : lock_(std::exchange(other.lock_, nullptr)), owns_(std::exchange(other.owns_, false)) {}
  SNAG_ALWAYS_INLINE MovableGuard& operator=(MovableGuard&& other) noexcept {
    if (owns_) unlock();
    MovableGuard(std::move(other)).swap(*this);
    return *this;
  }
  SNAG_ALWAYS_INLINE ~MovableGuard() {
    if (owns_) How::give(*lock_);
  }

  SNAG_ALWAYS_INLINE void lock() {
    require_lockable();
    How::take(*lock_);
    owns_ = true;
  }
  SNAG_ALWAYS_INLINE bool try_lock() {
    require_lockable();
    return owns_ = How::try_take(*lock_);
  }
  template <class Rep, class Period>
  SNAG_ALWAYS_INLINE bool try_lock_for(const std::chrono::duration<Rep, Period>& duration) {
    require_lockable();
    return owns_ = How::try_take_for(*lock_, duration);
  }
  template <class Clock, class Duration>
  SNAG_ALWAYS_INLINE bool try_lock_until(const std::chrono::time_point<Clock, Duration>& until) {
    require_lockable();
    return owns_ = How::try_take_until(*lock_, until);
  }
  SNAG_ALWAYS_INLINE void unlock() {
    if (!owns_) throw std::system_error(std::make_error_code(std::errc::operation_not_permitted));
    How::give(*lock_);
    owns_ = false;
  }
  void swap(MovableGuard& other) noexcept {
    std::swap(lock_, other.lock_);
    std::swap(owns_, other.owns_);
  }
  Lock* release() noexcept {
    owns_ = false;
    return std::exchange(lock_, nullptr);
  }
  bool owns_lock() const noexcept { return owns_; }
  explicit operator bool() const noexcept { return owns_; }
  Lock* mutex() const noexcept { return lock_; }

 private:
  void require_lockable() const {
    if (lock_ == nullptr) throw std::system_error(std::make_error_code(std::errc::operation_not_permitted));
    if (owns_) throw std::system_error(std::make_error_code(std::errc::resource_deadlock_would_occur));
  }

  Lock* lock_ = nullptr;
  bool owns_ = false;
};

struct Exclusively {
  SNAG_ALWAYS_INLINE static void take(auto& lock) { lock.lock(); }
  SNAG_ALWAYS_INLINE static bool try_take(auto& lock) { return lock.try_lock(); }
  SNAG_ALWAYS_INLINE static bool try_take_for(auto& lock, const auto& time) { return lock.try_lock_for(time); }
  SNAG_ALWAYS_INLINE static bool try_take_until(auto& lock, const auto& time) { return lock.try_lock_until(time); }
  SNAG_ALWAYS_INLINE static void give(auto& lock) { lock.unlock(); }
};

struct Sharing {
  SNAG_ALWAYS_INLINE static void take(auto& lock) { lock.lock_shared(); }
  SNAG_ALWAYS_INLINE static bool try_take(auto& lock) { return lock.try_lock_shared(); }
  SNAG_ALWAYS_INLINE static bool try_take_for(auto& lock, const auto& time) { return lock.try_lock_shared_for(time); }
  SNAG_ALWAYS_INLINE static bool try_take_until(auto& lock, const auto& time) {
    return lock.try_lock_shared_until(time);
  }
  SNAG_ALWAYS_INLINE static void give(auto& lock) { lock.unlock_shared(); }
};

/// lock_guard, and scoped_lock of one lock.
template <class Lock>
class ScopedGuard {
 public:
  using mutex_type = Lock;

  SNAG_ALWAYS_INLINE explicit ScopedGuard(Lock& lock) : lock_(lock) { lock_.lock(); }
  SNAG_ALWAYS_INLINE ScopedGuard(Lock& lock, std::adopt_lock_t) noexcept : lock_(lock) {}
  ScopedGuard(const ScopedGuard&) = delete;
  ScopedGuard& operator=(const ScopedGuard&) = delete;
  SNAG_ALWAYS_INLINE ~ScopedGuard() { lock_.unlock(); }

 private:
  Lock& lock_;
};

}  // namespace snag::detail

template <snag::detail::Guarded Lock>
class std::lock_guard<Lock> : public snag::detail::ScopedGuard<Lock> {
 public:
  SNAG_ALWAYS_INLINE explicit lock_guard(Lock& lock) : snag::detail::ScopedGuard<Lock>(lock) {}
  SNAG_ALWAYS_INLINE lock_guard(Lock& lock, std::adopt_lock_t adopt) noexcept
      : snag::detail::ScopedGuard<Lock>(lock, adopt) {}
  SNAG_ALWAYS_INLINE ~lock_guard() {}
};

template <snag::detail::Guarded Lock>
class std::scoped_lock<Lock> : public snag::detail::ScopedGuard<Lock> {
 public:
  SNAG_ALWAYS_INLINE explicit scoped_lock(Lock& lock) : snag::detail::ScopedGuard<Lock>(lock) {}
  SNAG_ALWAYS_INLINE explicit scoped_lock(std::adopt_lock_t adopt, Lock& lock) noexcept
      : snag::detail::ScopedGuard<Lock>(lock, adopt) {}
  SNAG_ALWAYS_INLINE ~scoped_lock() {}
};

template <snag::detail::Guarded Lock>
class std::unique_lock<Lock> : public snag::detail::MovableGuard<Lock, snag::detail::Exclusively> {
  using Guard = snag::detail::MovableGuard<Lock, snag::detail::Exclusively>;

 public:
  SNAG_ALWAYS_INLINE unique_lock() noexcept {}
  template <class... Arguments>
  requires std::constructible_from<Guard, Lock&, const Arguments&...> SNAG_ALWAYS_INLINE explicit(
      sizeof...(Arguments) == 0) unique_lock(Lock& lock, const Arguments&... arguments)
      : Guard(lock, arguments...) {}
  SNAG_ALWAYS_INLINE unique_lock(unique_lock&& other) noexcept : Guard(std::move(other)) {}
  SNAG_ALWAYS_INLINE unique_lock& operator=(unique_lock&& other) noexcept {
    Guard::operator=(std::move(other));
    return *this;
  }
  SNAG_ALWAYS_INLINE ~unique_lock() {}
};

template <snag::detail::Guarded Lock>
class std::shared_lock<Lock> : public snag::detail::MovableGuard<Lock, snag::detail::Sharing> {
  using Guard = snag::detail::MovableGuard<Lock, snag::detail::Sharing>;

 public:
  SNAG_ALWAYS_INLINE shared_lock() noexcept {}
  template <class... Arguments>
  requires std::constructible_from<Guard, Lock&, const Arguments&...> SNAG_ALWAYS_INLINE explicit(
      sizeof...(Arguments) == 0) shared_lock(Lock& lock, const Arguments&... arguments)
      : Guard(lock, arguments...) {}
  SNAG_ALWAYS_INLINE shared_lock(shared_lock&& other) noexcept : Guard(std::move(other)) {}
  SNAG_ALWAYS_INLINE shared_lock& operator=(shared_lock&& other) noexcept {
    Guard::operator=(std::move(other));
    return *this;
  }
  SNAG_ALWAYS_INLINE ~shared_lock() {}
};
