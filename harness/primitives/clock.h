// Clocks that tell virtual time. Reading one is an operation, since sleeps and time-outs move it.
#pragma once

#include "harness/execution/execution.h"

#include <chrono>
#include <cstdint>
#include <ctime>
#include <limits>
#include <ratio>

namespace snag {

/// Reads virtual time: nanoseconds since the execution began. Its caller is the place of the event.
[[gnu::noinline]] std::int64_t read_virtual_clock();

/// std::chrono::steady_clock in virtual time; its epoch is the beginning of the execution.
struct steady_clock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<steady_clock>;
  static constexpr bool is_steady = true;
  SNAG_ALWAYS_INLINE static time_point now() { return time_point(duration(read_virtual_clock())); }
};

/// std::chrono::system_clock in virtual time: every execution begins on 1 January 2000, 00:00 UTC.
struct system_clock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<system_clock>;
  static constexpr bool is_steady = false;
  static constexpr std::int64_t begin = 946'684'800'000'000'000;  // ns from 1970 to 2000
  SNAG_ALWAYS_INLINE static time_point now() { return time_point(duration(begin + read_virtual_clock())); }
  static std::time_t to_time_t(const time_point& point) {
    return std::chrono::duration_cast<std::chrono::seconds>(point.time_since_epoch()).count();
  }
  static time_point from_time_t(std::time_t seconds) { return time_point(std::chrono::seconds(seconds)); }
};

using high_resolution_clock = steady_clock;

/// std::chrono with these clocks in place of its own.
namespace chrono {
using namespace std::chrono;
using snag::high_resolution_clock;
using snag::steady_clock;
using snag::system_clock;
}  // namespace chrono
namespace literals = std::literals;
namespace chrono_literals = std::chrono_literals;

namespace detail {

/// Virtual ns that both clocks can tell. A deadline beyond is as good as none.
inline constexpr std::int64_t time_max = std::numeric_limits<std::int64_t>::max() - system_clock::begin;

/// `duration` from a point in virtual time; `never` when that is beyond what clocks can tell.
template <class Rep, class Period>
std::uint64_t deadline_from(std::int64_t start, const std::chrono::duration<Rep, Period>& duration) {
  // Compared as long double: coarse units overflow 64 bits of nanoseconds.
  const auto nanoseconds = std::chrono::duration<long double, std::nano>(duration).count();
  if (nanoseconds > static_cast<long double>(time_max - start)) return never;
  if (nanoseconds < static_cast<long double>(-start)) return 0;
  return static_cast<std::uint64_t>(start + std::chrono::ceil<std::chrono::nanoseconds>(duration).count());
}

}  // namespace detail

/// The virtual deadline of a wait that may take `duration` from now, without reading the clock as an operation.
/// std::chrono::hours::max() and its like mean never.
template <class Rep, class Period>
std::uint64_t deadline_after(const Execution& execution, const std::chrono::duration<Rep, Period>& duration) {
  if (duration <= duration.zero()) return execution.now();
  return detail::deadline_from(static_cast<std::int64_t>(execution.now()), duration);
}

/// The same for a point in time of a virtual clock.
template <class Duration>
std::uint64_t deadline_at(const Execution&, const std::chrono::time_point<steady_clock, Duration>& point) {
  return detail::deadline_from(0, point.time_since_epoch());
}
template <class Duration>
std::uint64_t deadline_at(const Execution&, const std::chrono::time_point<system_clock, Duration>& point) {
  return detail::deadline_from(-system_clock::begin, point.time_since_epoch());
}

}  // namespace snag
