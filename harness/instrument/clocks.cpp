#include "harness/instrument/clocks.h"

#include "harness/instrument/futex.h"
#include "harness/instrument/real.h"
#include "harness/instrument/runtime.h"

#include <algorithm>
#include <cerrno>

namespace snag::instrument {

namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t begin_of_realtime = 946'684'800;      // seconds from 1970 to 2000
constexpr std::int64_t begin_of_monotonic = 1'000;           // since the machine began: 0 is "not set" to many programs
constexpr std::int64_t seconds_max = std::int64_t{1} << 33;  // so many in ns still fit

std::int64_t begin_of(clockid_t clock) {
  switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
    case CLOCK_TAI: return begin_of_realtime;
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_BOOTTIME: return begin_of_monotonic;
    default: return 0;  // of processor time
  }
}

std::uint64_t deadline_from(std::uint64_t start, std::int64_t seconds, long nanoseconds) {
  if (seconds >= seconds_max) return never;
  if (seconds < 0) return 1;
  return start + static_cast<std::uint64_t>(seconds * second + nanoseconds);
}

bool never_enabled(const void*, const ControlledThread&) { return false; }

void sleep_until(Execution& execution, std::uint64_t deadline, const void* place) {
  execution.perform({.operation = {.kind = OperationKind::sleep, .argument = deadline, .place = place},
                     .guard = &never_enabled,
                     .deadline = deadline},
                    [&](Event& event) {
                      event.before = execution.now();
                      execution.pass_time_until(deadline);
                      event.after = execution.now();
                    });
}

void sleep_for(const timespec& duration, const void* place) {
  const Inside inside;
  sleep_until(inside.execution, deadline_after(inside.execution, duration), place);
}

std::uint64_t read_clock(const void* place) {
  const Inside inside;
  Execution& execution = inside.execution;
  execution.perform({.operation = {.kind = OperationKind::read_clock, .place = place}},
                    [&](Event& event) { event.before = event.after = execution.now(); });
  return execution.now();
}

timespec time_on(clockid_t clock, std::uint64_t now) {
  const auto nanoseconds = static_cast<std::int64_t>(now);
  return {.tv_sec = begin_of(clock) + nanoseconds / second, .tv_nsec = nanoseconds % second};
}

}  // namespace

bool is_time(const timespec& time) { return time.tv_nsec >= 0 && time.tv_nsec < second; }

std::uint64_t deadline_at(clockid_t clock, const timespec& point) {
  return std::max<std::uint64_t>(deadline_from(0, point.tv_sec - begin_of(clock), point.tv_nsec), 1);
}

std::uint64_t deadline_after(const Execution& execution, const timespec& duration) {
  return deadline_from(execution.now(), duration.tv_sec, duration.tv_nsec);
}

}  // namespace snag::instrument

using namespace snag::instrument;

extern "C" {

int nanosleep(const timespec* duration, timespec* left) {
  if (!in_program) return real::nanosleep()(duration, left);
  if (!is_time(*duration) || duration->tv_sec < 0) {
    errno = EINVAL;
    return -1;
  }
  sleep_for(*duration, __builtin_return_address(0));
  return 0;
}

int clock_nanosleep(clockid_t clock, int flags, const timespec* time, timespec* left) {
  if (!in_program) return real::clock_nanosleep()(clock, flags, time, left);
  if (!is_time(*time) || ((flags & TIMER_ABSTIME) == 0 && time->tv_sec < 0)) return EINVAL;
  if ((flags & TIMER_ABSTIME) == 0) {
    sleep_for(*time, __builtin_return_address(0));
    return 0;
  }
  const Inside inside;
  sleep_until(inside.execution, deadline_at(clock, *time), __builtin_return_address(0));
  return 0;
}

int usleep(useconds_t microseconds) {
  if (!in_program) return real::usleep()(microseconds);
  sleep_for({.tv_sec = microseconds / 1'000'000, .tv_nsec = long{microseconds % 1'000'000} * 1000},
            __builtin_return_address(0));
  return 0;
}

unsigned int sleep(unsigned int seconds) {
  if (!in_program) return real::sleep()(seconds);
  sleep_for({.tv_sec = seconds, .tv_nsec = 0}, __builtin_return_address(0));
  return 0;
}

int sched_yield() noexcept {
  if (!in_program) return real::sched_yield()();
  if (spin.under_way()) return 0;
  const Inside inside;
  inside.execution.perform({.operation = {.kind = snag::OperationKind::yield, .place = __builtin_return_address(0)}},
                           [](snag::Event&) {});
  return 0;
}

int clock_gettime(clockid_t clock, timespec* time) noexcept {
  if (!in_program) return real::clock_gettime()(clock, time);
  *time = time_on(clock, read_clock(__builtin_return_address(0)));
  return 0;
}

int gettimeofday(timeval* time, void* zone) noexcept {
  if (!in_program) return real::gettimeofday()(time, zone);
  const timespec now = time_on(CLOCK_REALTIME, read_clock(__builtin_return_address(0)));
  *time = {.tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000};
  return 0;
}

time_t time(time_t* seconds) noexcept {
  if (!in_program) return real::time()(seconds);
  const time_t now = time_on(CLOCK_REALTIME, read_clock(__builtin_return_address(0))).tv_sec;
  if (seconds != nullptr) *seconds = now;
  return now;
}
}
