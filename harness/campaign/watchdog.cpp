#include "harness/campaign/watchdog.h"

#include "checkers/program_errors.h"
#include "harness/campaign/crash.h"
#include "harness/execution/execution.h"
#include "harness/execution/front_end.h"
#include "harness/execution/own_process.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <memory>
#include <new>
#include <string>

#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SNAG_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SNAG_SANITIZED 1
#endif
#endif

namespace snag {

namespace {

// Sanitizers take address space without end.
#ifdef SNAG_SANITIZED
constexpr bool memory_can_be_limited = false;
#else
constexpr bool memory_can_be_limited = true;
#endif

constexpr double tick_longest = 0.1;  // seconds of processor time

ProcessLimits limits_now;
std::atomic<std::uint64_t>* beats_now = nullptr;

double processor_time() {
  timespec now{};
  // The system's, not the C library's: where an unmodified program runs, that one tells virtual time.
  syscall(SYS_clock_gettime, CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// Where the process was when it was last seen to get on, and when that was.
struct LastSeen {
  std::uint32_t run = 0;
  std::size_t events = 0;
  double time = 0;
};
LastSeen last_seen;

[[noreturn]] void end_for_a_loop(const Execution& execution, void* context) {
  if (execution.abandoning())
    end_in_crash(endless_finding, "does not end: it catches the exception by which snag ends an execution, and goes on",
                 "a catch (...) has to throw again what it does not know: throw;", context);
  end_in_crash(endless_finding,
               fmt::format("computes for {:g} s and reaches no scheduling point", limits_now.hang_seconds),
               endless_hint, context);
}

void on_tick(int, siginfo_t*, void* context) {
  const Execution* const execution = Execution::current();
  const Interruption interruption(execution);
  // Outside executions it is snag's own work that takes its time.
  const LastSeen now = execution == nullptr
                           ? LastSeen{0, last_seen.events + 1, processor_time()}
                           : LastSeen{execution->serial(), execution->trace().events.size(), processor_time()};
  if (now.run != last_seen.run || now.events != last_seen.events) {
    last_seen = now;
    if (beats_now != nullptr) beats_now->fetch_add(1, std::memory_order_relaxed);
  } else if (now.time - last_seen.time >= limits_now.hang_seconds) {
    end_for_a_loop(*execution, context);
  }
}

// Copies of the process inherit what is done at a tick, but no ticks.
void start_ticking() {
  last_seen = {0, 0, processor_time()};
  const double tick = std::min(tick_longest, limits_now.hang_seconds / 4);
  const timeval interval{.tv_sec = 0, .tv_usec = std::max<suseconds_t>(1000, static_cast<suseconds_t>(tick * 1e6))};
  const itimerval timer{.it_interval = interval, .it_value = interval};
  setitimer(ITIMER_PROF, &timer, nullptr);
}

void watch_time() {
  struct sigaction action {};
  action.sa_sigaction = &on_tick;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
  sigaction(SIGPROF, &action, nullptr);
  start_ticking();
  begin_in_copy = &start_ticking;
}

std::unique_ptr<char[]> reserve;  // given back when there is no more, so that it can be told

void on_no_memory() {
  std::set_new_handler(nullptr);
  reserve.reset();
  end_in_crash(memory_finding, fmt::format("used more memory than it may ({} MiB)", limits_now.memory / (1024 * 1024)),
               memory_hint, nullptr);
}

rlimit memory_before{};
rlimit cores_before{};

void limit_memory() {
  std::ifstream statm("/proc/self/statm");
  std::size_t pages = 0;
  if (!(statm >> pages)) return;
  const rlim_t most = pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) + limits_now.memory;
  if (memory_before.rlim_cur <= most) return;  // somebody else has set a lower one
  const rlimit limit{.rlim_cur = most, .rlim_max = memory_before.rlim_max};
  if (setrlimit(RLIMIT_AS, &limit) != 0) return;
  reserve = std::make_unique<char[]>(1UL << 20);
  std::set_new_handler(&on_no_memory);
}

}  // namespace

ProcessWatch::ProcessWatch(const ProcessLimits& limits, std::atomic<std::uint64_t>* beats) {
  limits_now = limits;
  beats_now = beats;
  getrlimit(RLIMIT_CORE, &cores_before);
  getrlimit(RLIMIT_AS, &memory_before);
  const rlimit no_cores{.rlim_cur = 0, .rlim_max = cores_before.rlim_max};
  setrlimit(RLIMIT_CORE, &no_cores);
  if (memory_can_be_limited && limits.memory > 0) limit_memory();
  if (limits.hang_seconds > 0 && !is_debugged()) watch_time();
}

ProcessWatch::~ProcessWatch() {
  begin_in_copy = nullptr;
  const itimerval off{};
  setitimer(ITIMER_PROF, &off, nullptr);
  std::set_new_handler(nullptr);
  reserve.reset();
  setrlimit(RLIMIT_AS, &memory_before);
  setrlimit(RLIMIT_CORE, &cores_before);
}

bool is_debugged() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("TracerPid:")) return line.find_first_not_of(" \t", 10) != line.find('0', 10);
  return false;
}

}  // namespace snag
