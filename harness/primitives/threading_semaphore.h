// snag::threading::Semaphore and BoundedSemaphore: those of Python's module threading under the controlled scheduler.
// Unlike the standard's, trying one never fails without cause.
#pragma once

#include "harness/primitives/clock.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace snag::threading {

namespace detail {

/// What both semaphores are.
class SemaphoreCore {
 public:
  /// Throws std::invalid_argument for a negative value.
  SemaphoreCore(std::ptrdiff_t value, std::ptrdiff_t limit);
  ~SemaphoreCore();
  SemaphoreCore(const SemaphoreCore&) = delete;
  SemaphoreCore& operator=(const SemaphoreCore&) = delete;

  void acquire(const void* place);
  bool try_acquire(const void* place);
  bool acquire_until(std::uint64_t deadline, const void* place);
  void release(std::ptrdiff_t n, const void* place);
  void set_name(std::string_view text);

 private:
  static bool has_some(const void* self, const ControlledThread& thread);

  ObjectHandle handle_;
  std::ptrdiff_t value_;
  std::ptrdiff_t limit_;
};

}  // namespace detail

/// threading.Semaphore.
class Semaphore {
 public:
  explicit Semaphore(std::ptrdiff_t value = 1);

  /// Waits until the count is above zero, and takes one from it.
  void acquire();
  /// False if the count is zero.
  bool try_acquire();
  /// False if the count is zero for so long.
  template <class Rep, class Period>
  SNAG_ALWAYS_INLINE bool acquire_for(const std::chrono::duration<Rep, Period>& timeout) {
    return core_.acquire_until(deadline_after(Execution::require("snag::threading::Semaphore"), timeout), nullptr);
  }
  /// Adds to the count. Throws std::invalid_argument if n is less than 1.
  void release(std::ptrdiff_t n = 1);

  // As the standard's guards call them: Python's `with`.
  void lock();
  bool try_lock();
  void unlock();

  /// The name that reports show (see snag::name).
  void set_name(std::string_view text) { core_.set_name(text); }

 protected:
  Semaphore(std::ptrdiff_t value, std::ptrdiff_t limit) : core_(value, limit) {}

 private:
  detail::SemaphoreCore core_;
};

/// threading.BoundedSemaphore: to release it over the value that it began with is a finding; throws
/// std::invalid_argument, and leaves the count as it is.
class BoundedSemaphore : public Semaphore {
 public:
  explicit BoundedSemaphore(std::ptrdiff_t value = 1) : Semaphore(value, value) {}
};

}  // namespace snag::threading
