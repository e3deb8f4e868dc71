// Clocks that tell virtual time. Reading one is an operation, since sleeps and time-outs move it.
#pragma once

#include "harness/execution/execution.h"

#include <chrono>
#include <cstdint>

namespace snag {

/// Reads virtual time: nanoseconds since the execution began.
std::int64_t read_virtual_clock(const void* place);

/// std::chrono::steady_clock in virtual time; its epoch is the beginning of the execution.
struct steady_clock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<steady_clock>;
  static constexpr bool is_steady = true;
  static time_point now() { return time_point(duration(read_virtual_clock(__builtin_return_address(0)))); }
};

/// std::chrono::system_clock in virtual time: every execution begins on 1 January 2000, 00:00 UTC.
struct system_clock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<system_clock>;
  static constexpr bool is_steady = false;
  static constexpr std::int64_t begin = 946'684'800'000'000'000;  // ns from 1970 to 2000
  static time_point now() { return time_point(duration(begin + read_virtual_clock(__builtin_return_address(0)))); }
  static std::time_t to_time_t(const time_point& point) {
    return std::chrono::duration_cast<std::chrono::seconds>(point.time_since_epoch()).count();
  }
  static time_point from_time_t(std::time_t seconds) { return time_point(std::chrono::seconds(seconds)); }
};

using high_resolution_clock = steady_clock;

/// The virtual deadline of a wait that may take `duration` from now, without reading the clock as an operation.
/// Saturates: std::chrono::hours::max() means never to be reached.
template <class Rep, class Period>
std::uint64_t deadline_after(const Execution& execution, const std::chrono::duration<Rep, Period>& duration) {
  using seconds = std::chrono::duration<long double>;
  if (duration <= duration.zero()) return execution.now();
  if (std::chrono::duration_cast<seconds>(duration) > std::chrono::hours(24 * 365 * 200)) return never - 1;
  return execution.now() + static_cast<std::uint64_t>(std::chrono::ceil<std::chrono::nanoseconds>(duration).count());
}

/// The same for a point in time of a virtual clock.
template <class Duration>
std::uint64_t deadline_at(const Execution&, const std::chrono::time_point<steady_clock, Duration>& point) {
  const auto count = std::chrono::ceil<std::chrono::nanoseconds>(point.time_since_epoch()).count();
  return count < 0 ? 0 : static_cast<std::uint64_t>(count);
}
template <class Duration>
std::uint64_t deadline_at(const Execution&, const std::chrono::time_point<system_clock, Duration>& point) {
  const auto count = std::chrono::ceil<std::chrono::nanoseconds>(point.time_since_epoch()).count() - system_clock::begin;
  return count < 0 ? 0 : static_cast<std::uint64_t>(count);
}

}  // namespace snag
