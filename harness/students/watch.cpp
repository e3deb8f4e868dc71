#include "harness/students/watch.h"

#include "harness/campaign/crash.h"
#include "harness/execution/execution.h"
#include "harness/execution/front_end.h"

#include <fmt/format.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <new>

#include <sys/resource.h>
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

constexpr std::chrono::milliseconds tick{100};

WatchLimits limits_now;
SolutionKind kind_now = SolutionKind::typed;
std::atomic<int> pauses = 0;

std::chrono::milliseconds read_clock(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::milliseconds(now.tv_nsec / 1'000'000);
}

// How far the program was when it was last seen to get on.
struct WatchedProgress {
  std::uint32_t serial = 0;
  std::size_t events = 0;
  std::chrono::milliseconds computed{0};
  std::chrono::milliseconds time{0};

  static WatchedProgress now() {
    WatchedProgress progress{.computed = read_clock(CLOCK_PROCESS_CPUTIME_ID), .time = read_clock(CLOCK_MONOTONIC)};
    if (Execution* const execution = Execution::current()) {
      progress.serial = execution->serial();
      progress.events = execution->trace().events.size();
    }
    return progress;
  }
  bool as_far_as(const WatchedProgress& other) const { return serial == other.serial && events == other.events; }
};

WatchedProgress last;
int ticks = 0;  // since then

double seconds(std::chrono::milliseconds time) { return std::chrono::duration<double>(time).count(); }

[[noreturn]] void report_loop(void* context) {
  const Execution* const execution = Execution::current();
  if (execution != nullptr && const_cast<Execution*>(execution)->abandoning())
    end_in_crash("endless-loop", "does not end: it catches the exception by which snag ends an execution, and goes on",
                 "a catch (...) has to throw again what it does not know: throw;", context);
  end_in_crash("endless-loop",
               fmt::format("computes for {:g} s and reaches no scheduling point", seconds(limits_now.computing)),
               kind_now == SolutionKind::plain
                   ? "a loop that waits for another thread must look at something that the other one changes: an "
                     "atomic, a variable under a lock"
                   : "a loop that waits for another thread must look at something that snag controls: snag::atomic, a "
                     "lock, a condition variable",
               context);
}

[[noreturn]] void report_standstill(void* context) {
  end_in_crash("standstill",
               fmt::format("stands still for {:g} s in something that snag does not control",
                           seconds(limits_now.standing_still)),
               kind_now == SolutionKind::plain
                   ? "nothing but threads, locks, waiting and clocks is controlled: leave out what waits for the world"
                   : "only what snag offers lets the other threads go on: snag::mutex, snag::condition_variable, "
                     "snag::this_thread::sleep_for",
               context);
}

void on_tick(int, siginfo_t*, void* context) {
  const Interruption interruption(Execution::current());
  const WatchedProgress now = WatchedProgress::now();
  if (pauses != 0 || !now.as_far_as(last)) {
    last = now;
    ticks = 0;
    return;
  }
  ++ticks;
  // Without an execution it is the command's own work that takes its time.
  if (Execution::current() == nullptr) return;
  if (now.computed - last.computed >= limits_now.computing) report_loop(context);
  // On a machine that is short of processors time passes without ticks: nobody stands still who is not let run.
  const bool was_let_run = ticks >= limits_now.standing_still / tick / 2;
  if (was_let_run && now.time - last.time >= limits_now.standing_still &&
      now.computed - last.computed < limits_now.computing / 10)
    report_standstill(context);
}

std::unique_ptr<char[]> reserve;  // lets the report be made

void on_no_memory() {
  const Interruption interruption(Execution::current());
  std::set_new_handler(nullptr);
  reserve.reset();
  end_in_crash("out-of-memory",
               fmt::format("used more memory than a check allows ({} MiB)", limits_now.memory / (1024 * 1024)),
               "look for a loop that adds to a container and does not end", nullptr);
}

// Sanitizers take address space without end.
#ifdef SNAG_SANITIZED
constexpr bool memory_can_be_limited = false;
#else
constexpr bool memory_can_be_limited = true;
#endif

void limit_memory() {
  if constexpr (!memory_can_be_limited) return;
  std::ifstream statm("/proc/self/statm");
  std::size_t pages = 0;
  if (!(statm >> pages)) return;
  const rlim_t most = pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) + limits_now.memory;
  const rlimit limit{.rlim_cur = most, .rlim_max = most};
  if (setrlimit(RLIMIT_AS, &limit) != 0) return;
  reserve = std::make_unique<char[]>(1UL << 20);
  std::set_new_handler(&on_no_memory);
}

[[noreturn]] void refuse(const char* finding, const char* what, const char* mend) {
  end_in_crash(finding, what, mend, nullptr);
}

}  // namespace

void watch_solution(const WatchLimits& limits, SolutionKind kind) {
  limits_now = limits;
  kind_now = kind;
  const rlimit no_core{.rlim_cur = 0, .rlim_max = 0};
  setrlimit(RLIMIT_CORE, &no_core);
  limit_memory();
  last = WatchedProgress::now();
  struct sigaction action {};
  action.sa_sigaction = &on_tick;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
  sigaction(SIGALRM, &action, nullptr);
  const timeval interval{.tv_sec = 0, .tv_usec = std::chrono::microseconds(tick).count()};
  const itimerval timer{.it_interval = interval, .it_value = interval};
  setitimer(ITIMER_REAL, &timer, nullptr);
}

WatchPause::WatchPause() { ++pauses; }
WatchPause::~WatchPause() { --pauses; }

namespace {

// Findings.
constexpr const char* not_controlled = "not-controlled";
constexpr const char* crash = "crash";

// Mends.
constexpr const char* use_thread = "use snag::thread or snag::jthread, which snag controls";
constexpr const char* use_mutex = "use snag::mutex, which snag controls; std::lock_guard and std::unique_lock take it";
constexpr const char* use_shared_mutex = "use snag::shared_mutex, which snag controls";
constexpr const char* use_condition_variable = "use snag::condition_variable, which snag controls";
constexpr const char* use_same_name = "use what has the same name in snag, such as snag::latch";
constexpr const char* use_sleep = "use snag::this_thread::sleep_for: its time is virtual, and passes at once";
constexpr const char* no_processes = "a scenario runs in one process: use snag::thread";
constexpr const char* let_it_end = "let the function return; the scenario ends by itself";

}  // namespace

// The functions refused: our name, theirs, finding, what the thread does, mend. Linked with --wrap=X, a solution's
// calls to X come to __wrap_X, which is here. Those of libraries that it uses do not.
#define SNAG_REFUSED(REFUSE)                                                                                      \
  REFUSE(create, "pthread_create", not_controlled, "starts a thread of the operating system", use_thread)         \
  REFUSE(start, "_ZNSt6thread15_M_start_threadESt10unique_ptrINS_6_StateESt14default_deleteIS1_EEPFvvE",          \
         not_controlled, "starts a real thread (std::thread, std::jthread or std::async)", use_thread)            \
  REFUSE(lock, "pthread_mutex_lock", not_controlled, "locks a real std::mutex", use_mutex)                        \
  REFUSE(try_lock, "pthread_mutex_trylock", not_controlled, "tries to lock a real std::mutex", use_mutex)         \
  REFUSE(lock_until, "pthread_mutex_clocklock", not_controlled, "locks a real std::timed_mutex", use_mutex)       \
  REFUSE(lock_timed, "pthread_mutex_timedlock", not_controlled, "locks a real std::timed_mutex", use_mutex)       \
  REFUSE(read_lock, "pthread_rwlock_rdlock", not_controlled, "locks a real std::shared_mutex", use_shared_mutex)  \
  REFUSE(write_lock, "pthread_rwlock_wrlock", not_controlled, "locks a real std::shared_mutex", use_shared_mutex) \
  REFUSE(wait, "_ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE", not_controlled,                       \
         "waits on a real std::condition_variable", use_condition_variable)                                       \
  REFUSE(futex, "syscall", not_controlled,                                                                        \
         "waits in a real std::latch, std::barrier, std::counting_semaphore or std::atomic (or calls syscall)",   \
         use_same_name)                                                                                           \
  REFUSE(nanosleep, "nanosleep", not_controlled, "really sleeps", use_sleep)                                      \
  REFUSE(clock_nanosleep, "clock_nanosleep", not_controlled, "really sleeps", use_sleep)                          \
  REFUSE(usleep, "usleep", not_controlled, "really sleeps", use_sleep)                                            \
  REFUSE(sleep, "sleep", not_controlled, "really sleeps", use_sleep)                                              \
  REFUSE(fork, "fork", not_controlled, "starts a process", no_processes)                                          \
  REFUSE(exit_now, "_exit", crash, "ended the process with _exit()", let_it_end)                                  \
  REFUSE(exit_now_too, "_Exit", crash, "ended the process with _Exit()", let_it_end)                              \
  REFUSE(quick_exit, "quick_exit", crash, "ended the process with quick_exit()", let_it_end)

#define SNAG_DEFINE(name, symbol, finding, what, mend)                     \
  extern "C" [[noreturn]] void snag_refuse_##name() asm("__wrap_" symbol); \
  extern "C" void snag_refuse_##name() { refuse(finding, what, mend); }
SNAG_REFUSED(SNAG_DEFINE)
#undef SNAG_DEFINE

std::vector<std::string> refused_functions() {
#define SNAG_NAME(name, symbol, finding, what, mend) symbol,
  return {SNAG_REFUSED(SNAG_NAME)};
#undef SNAG_NAME
}

}  // namespace snag
