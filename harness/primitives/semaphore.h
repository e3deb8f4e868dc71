// snag::counting_semaphore and binary_semaphore: the standard's under the controlled scheduler.
#pragma once

#include "harness/primitives/clock.h"

#include <cstddef>
#include <limits>
#include <string_view>

namespace snag {

namespace detail {

/// What all semaphores are, whatever their limit.
class SemaphoreCore {
 public:
  SemaphoreCore(std::ptrdiff_t initial, std::ptrdiff_t limit);
  ~SemaphoreCore();
  SemaphoreCore(const SemaphoreCore&) = delete;
  SemaphoreCore& operator=(const SemaphoreCore&) = delete;
  void release(std::ptrdiff_t update, const void* place);
  void acquire(const void* place);
  bool try_acquire(const void* place);
  bool try_acquire_until(std::uint64_t deadline, const void* place);
  void set_name(std::string_view text);

 private:
  static bool has_some(const void* self, const ControlledThread& thread);
  ObjectHandle handle_;
  std::ptrdiff_t count_;
};

}  // namespace detail

/// std::counting_semaphore. Releasing it over its maximum is a finding (undefined for the standard's).
template <std::ptrdiff_t maximum = std::numeric_limits<std::ptrdiff_t>::max()>
class counting_semaphore {
 public:
  explicit counting_semaphore(std::ptrdiff_t desired) : core_(desired, maximum) {}
  static constexpr std::ptrdiff_t max() noexcept { return maximum; }

  SNAG_ALWAYS_INLINE void release(std::ptrdiff_t update = 1) { core_.release(update, nullptr); }
  SNAG_ALWAYS_INLINE void acquire() { core_.acquire(nullptr); }
  SNAG_ALWAYS_INLINE bool try_acquire() { return core_.try_acquire(nullptr); }
  template <class Rep, class Period>
  SNAG_ALWAYS_INLINE bool try_acquire_for(const std::chrono::duration<Rep, Period>& duration) {
    return core_.try_acquire_until(
        deadline_after(Execution::require("snag::counting_semaphore::try_acquire_for"), duration), nullptr);
  }
  template <class Clock, class Duration>
  SNAG_ALWAYS_INLINE bool try_acquire_until(const std::chrono::time_point<Clock, Duration>& point) {
    return core_.try_acquire_until(
        deadline_at(Execution::require("snag::counting_semaphore::try_acquire_until"), point), nullptr);
  }
  /// The name that reports show (see snag::name).
  void set_name(std::string_view text) { core_.set_name(text); }

 private:
  detail::SemaphoreCore core_;
};

using binary_semaphore = counting_semaphore<1>;

}  // namespace snag
