// Functions that would act behind the scheduler's back: C11 threads, cancellation, signals to threads, timers. In an
// execution they are refused with what to take instead; elsewhere they are what they always are. Signals may be blocked, but
// for those by which a crash is told.
#include "harness/instrument/contexts.h"
#include "harness/instrument/real.h"
#include "harness/instrument/refusal.h"
#include "harness/instrument/runtime.h"

#include <pthread.h>
#include <sys/time.h>
#include <threads.h>
#include <unistd.h>

#include <csignal>
#include <ctime>
#include <string>

namespace snag::instrument {

namespace {

void refuse_function(const char* name, const char* mend) {
  if (in_program) refuse(std::string("the program calls ") + name + ", which is not controlled: " + mend);
}

// The signals that are to be blocked. Crashes are told by a handler, and end the process where it cannot run.
template <class Function>
int block(Function function, int how, const sigset_t* signals, sigset_t* old) {
  if (!in_program || signals == nullptr || how == SIG_UNBLOCK) return function(how, signals, old);
  sigset_t allowed = *signals;
  for (const int crash : {SIGSEGV, SIGBUS, SIGFPE, SIGILL}) sigdelset(&allowed, crash);
  return function(how, &allowed, old);
}

constexpr char take_pthreads[] = "take the pthread function of the same purpose; C11's threads are built on these";
constexpr char ask_to_end[] = "tell the thread to end, by a flag under a mutex or an atomic that it looks at";
constexpr char take_a_thread[] = "take a thread that sleeps until then, or test what the handler calls as a function";
constexpr char take_a_queue[] =
    "take a condition variable or a pipe to wait with, signals are not part of an execution";

}  // namespace

}  // namespace snag::instrument

using namespace snag::instrument;

#define SNAG_REFUSE(result, name, parameters, arguments, mend, ...) \
  result name parameters __VA_ARGS__ {                              \
    refuse_function(#name, mend);                                   \
    return real::name() arguments;                                  \
  }

extern "C" {

SNAG_REFUSE(int, thrd_create, (thrd_t * thread, thrd_start_t start, void* argument), (thread, start, argument),
            take_pthreads)
SNAG_REFUSE(int, thrd_join, (thrd_t thread, int* result), (thread, result), take_pthreads)
SNAG_REFUSE(int, thrd_detach, (thrd_t thread), (thread), take_pthreads)
SNAG_REFUSE(int, mtx_init, (mtx_t * mutex, int type), (mutex, type), take_pthreads)
SNAG_REFUSE(int, mtx_lock, (mtx_t * mutex), (mutex), take_pthreads)
SNAG_REFUSE(int, mtx_timedlock, (mtx_t * mutex, const timespec* point), (mutex, point), take_pthreads)
SNAG_REFUSE(int, mtx_trylock, (mtx_t * mutex), (mutex), take_pthreads)
SNAG_REFUSE(int, mtx_unlock, (mtx_t * mutex), (mutex), take_pthreads)
SNAG_REFUSE(int, cnd_init, (cnd_t * condition), (condition), take_pthreads)
SNAG_REFUSE(int, cnd_signal, (cnd_t * condition), (condition), take_pthreads)
SNAG_REFUSE(int, cnd_broadcast, (cnd_t * condition), (condition), take_pthreads)
SNAG_REFUSE(int, cnd_wait, (cnd_t * condition, mtx_t* mutex), (condition, mutex), take_pthreads)
SNAG_REFUSE(int, cnd_timedwait, (cnd_t * condition, mtx_t* mutex, const timespec* point), (condition, mutex, point),
            take_pthreads)
SNAG_REFUSE(int, tss_create, (tss_t * key, tss_dtor_t destructor), (key, destructor), take_pthreads)

SNAG_REFUSE(int, pthread_cancel, (pthread_t thread), (thread), ask_to_end)
SNAG_REFUSE(int, pthread_sigqueue, (pthread_t thread, int signal, const sigval value), (thread, signal, value),
            ask_to_end, noexcept)

// Whether a thread is there may be asked.
int pthread_kill(pthread_t thread, int signal) noexcept {
  if (in_program && signal == 0) {
    const Inside inside;
    const snag::Execution& execution = inside.execution;
    return contexts().find(thread, execution.trace().threads.size()) == nullptr ? ESRCH : 0;
  }
  refuse_function("pthread_kill", ask_to_end);
  return real::pthread_kill()(thread, signal);
}

int pthread_sigmask(int how, const sigset_t* signals, sigset_t* old) noexcept {
  return block(real::pthread_sigmask(), how, signals, old);
}
int sigprocmask(int how, const sigset_t* signals, sigset_t* old) noexcept {
  return block(real::sigprocmask(), how, signals, old);
}

SNAG_REFUSE(int, sigwait, (const sigset_t* signals, int* signal), (signals, signal), take_a_queue)
SNAG_REFUSE(int, sigwaitinfo, (const sigset_t* signals, siginfo_t* info), (signals, info), take_a_queue)
SNAG_REFUSE(int, sigtimedwait, (const sigset_t* signals, siginfo_t* info, const timespec* duration),
            (signals, info, duration), take_a_queue)
SNAG_REFUSE(int, sigsuspend, (const sigset_t* mask), (mask), take_a_queue)
SNAG_REFUSE(int, pause, (), (), take_a_queue)

SNAG_REFUSE(int, timer_create, (clockid_t clock, sigevent* event, timer_t* timer), (clock, event, timer), take_a_thread,
            noexcept)
SNAG_REFUSE(unsigned, alarm, (unsigned seconds), (seconds), take_a_thread, noexcept)
SNAG_REFUSE(int, setitimer, (__itimer_which_t which, const itimerval* value, itimerval* old), (which, value, old),
            take_a_thread, noexcept)
}
