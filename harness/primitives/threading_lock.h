// snag::threading::Lock and RLock: those of Python's module threading under the controlled scheduler. Where Python is
// called with blocking and timeout, here are separate names. They are Lockable, so std::lock_guard and the like, which
// stand for Python's `with`, work on them.
#pragma once

#include "harness/primitives/clock.h"

#include <cstdint>
#include <stdexcept>
#include <string_view>

namespace snag::threading {

/// What Python's threading raises when it is misused: its RuntimeError.
using ThreadError = std::runtime_error;

/// The longest time-out: as good as none, as any that is longer than clocks can tell (which Python refuses).
inline constexpr std::chrono::nanoseconds TIMEOUT_MAX = std::chrono::nanoseconds::max();

namespace detail {

/// What Lock and RLock are: who has acquired it, and how often.
class LockCore {
 public:
  enum class Reentry : std::uint8_t { blocks, counts };

  LockCore(ObjectKind kind, Reentry reentry);
  ~LockCore();
  LockCore(const LockCore&) = delete;
  LockCore& operator=(const LockCore&) = delete;

  void acquire(const void* place);
  bool try_acquire(const void* place);
  bool acquire_until(std::uint64_t deadline, const void* place);
  void release(const void* place);
  bool locked(const void* place) const;
  void set_name(std::string_view text);

  // For conditions.
  ObjectIndex object() const { return handle_.index; }
  bool is_free() const { return owner_ == no_thread; }
  /// Whether the thread may wait or notify under it. A Lock does not ask who has acquired it.
  bool lets_wait(ThreadIndex thread) const { return reentry_ == Reentry::blocks ? !is_free() : owner_ == thread; }
  /// Releases it wholly; the event tells how many levels that were. Returns what take needs to restore them.
  std::uint32_t let_go(snag::Event& event);
  /// Acquires it, free as it must be, with so many levels.
  void take(snag::Event& event, std::uint32_t levels);
  /// Guard: free, or the thread's own already if that counts. subject: the LockCore.
  static bool may_take(const void* self, const ControlledThread& thread);

 private:
  void add_level(snag::Event& event);
  /// The caller when it holds so many levels of a lock that counts them: what it does then concerns nobody else.
  ThreadIndex nested(const Execution& execution, std::uint32_t levels_min) const;

  ObjectHandle handle_;
  ThreadIndex owner_ = no_thread;
  std::uint32_t levels_ = 0;
  Reentry reentry_;
};

/// The deadline of an acquire_for. Throws std::invalid_argument for a negative time.
template <class Rep, class Period>
std::uint64_t lock_deadline(const std::chrono::duration<Rep, Period>& timeout) {
  if (timeout < timeout.zero()) throw std::invalid_argument("a lock's time-out must not be negative");
  return deadline_after(Execution::require("a lock of snag::threading"), timeout);
}

}  // namespace detail

/// threading.Lock. Any thread may release it. To release it unlocked is a finding; throws ThreadError.
class Lock {
 public:
  Lock() : core_(ObjectKind::lock, detail::LockCore::Reentry::blocks) {}

  /// Waits until it is unlocked; locks it.
  void acquire();
  /// False if it is locked.
  bool try_acquire();
  /// False if it is locked for so long. Throws std::invalid_argument for a negative time.
  template <class Rep, class Period>
  SNAG_ALWAYS_INLINE bool acquire_for(const std::chrono::duration<Rep, Period>& timeout) {
    return core_.acquire_until(detail::lock_deadline(timeout), nullptr);
  }
  void release();
  bool locked() const;

  // As the standard's guards call them.
  void lock();
  bool try_lock();
  void unlock();

  /// The name that reports show (see snag::name).
  void set_name(std::string_view text) { core_.set_name(text); }

 private:
  friend class Condition;
  detail::LockCore core_;
};

/// threading.RLock. Its owner may acquire it again, and must release it as often; to release it otherwise is a finding;
/// throws ThreadError.
class RLock {
 public:
  RLock() : core_(ObjectKind::recursive_mutex, detail::LockCore::Reentry::counts) {}

  /// Waits until no other thread owns it.
  void acquire();
  /// False if another thread owns it.
  bool try_acquire();
  /// False if another thread owns it for so long. Throws std::invalid_argument for a negative time.
  template <class Rep, class Period>
  SNAG_ALWAYS_INLINE bool acquire_for(const std::chrono::duration<Rep, Period>& timeout) {
    return core_.acquire_until(detail::lock_deadline(timeout), nullptr);
  }
  void release();
  /// Whether any thread owns it.
  bool locked() const;

  // As the standard's guards call them.
  void lock();
  bool try_lock();
  void unlock();

  /// The name that reports show (see snag::name).
  void set_name(std::string_view text) { core_.set_name(text); }

 private:
  friend class Condition;
  detail::LockCore core_;
};

}  // namespace snag::threading
