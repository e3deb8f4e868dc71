// The C library's own functions, which the ones defined here hide. Each is looked up when it is first called: that may
// be before any constructor of this library has run.
#pragma once

#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <threads.h>
#include <unistd.h>

#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace snag::instrument::real {

/// The next definition of `name` after the program's own; aborts if there is none, since the C library has it. version:
/// of the symbol, or null: pthread_cond_* have two, of which the older must not be found.
void* find(const char* name, const char* version);

#define SNAG_REAL_AS(name, symbol, version, ...)                    \
  inline auto name() {                                              \
    using Function = __VA_ARGS__;                                   \
    static constinit Function found = nullptr;                      \
    Function function = __atomic_load_n(&found, __ATOMIC_RELAXED);  \
    if (function == nullptr) {                                      \
      function = reinterpret_cast<Function>(find(symbol, version)); \
      __atomic_store_n(&found, function, __ATOMIC_RELAXED);         \
    }                                                               \
    return function;                                                \
  }
#define SNAG_REAL(name, version) SNAG_REAL_AS(name, #name, version, decltype(&::name))

SNAG_REAL(pthread_create, nullptr)
SNAG_REAL(pthread_sigmask, nullptr)
SNAG_REAL(sigprocmask, nullptr)
SNAG_REAL(pthread_join, nullptr)
SNAG_REAL(pthread_detach, nullptr)
SNAG_REAL(pthread_exit, nullptr)
SNAG_REAL(pthread_mutex_init, nullptr)
SNAG_REAL(pthread_mutex_destroy, nullptr)
SNAG_REAL(pthread_mutex_lock, nullptr)
SNAG_REAL(pthread_mutex_trylock, nullptr)
SNAG_REAL(pthread_mutex_timedlock, nullptr)
SNAG_REAL(pthread_mutex_clocklock, nullptr)
SNAG_REAL(pthread_mutex_unlock, nullptr)
SNAG_REAL(pthread_cond_init, "GLIBC_2.3.2")
SNAG_REAL(pthread_cond_destroy, "GLIBC_2.3.2")
SNAG_REAL(pthread_cond_wait, "GLIBC_2.3.2")
SNAG_REAL(pthread_cond_timedwait, "GLIBC_2.3.2")
SNAG_REAL(pthread_cond_clockwait, nullptr)
SNAG_REAL(pthread_cond_signal, "GLIBC_2.3.2")
SNAG_REAL(pthread_cond_broadcast, "GLIBC_2.3.2")
SNAG_REAL(pthread_once, nullptr)
SNAG_REAL(pthread_rwlock_init, nullptr)
SNAG_REAL(pthread_rwlock_destroy, nullptr)
SNAG_REAL(pthread_rwlock_rdlock, nullptr)
SNAG_REAL(pthread_rwlock_tryrdlock, nullptr)
SNAG_REAL(pthread_rwlock_timedrdlock, nullptr)
SNAG_REAL(pthread_rwlock_clockrdlock, nullptr)
SNAG_REAL(pthread_rwlock_wrlock, nullptr)
SNAG_REAL(pthread_rwlock_trywrlock, nullptr)
SNAG_REAL(pthread_rwlock_timedwrlock, nullptr)
SNAG_REAL(pthread_rwlock_clockwrlock, nullptr)
SNAG_REAL(pthread_rwlock_unlock, nullptr)
SNAG_REAL(sched_yield, nullptr)
SNAG_REAL(nanosleep, nullptr)
SNAG_REAL(clock_nanosleep, nullptr)
SNAG_REAL(usleep, nullptr)
SNAG_REAL(sleep, nullptr)
SNAG_REAL(clock_gettime, nullptr)
SNAG_REAL(gettimeofday, nullptr)
SNAG_REAL(time, nullptr)
SNAG_REAL(syscall, nullptr)
SNAG_REAL(fork, nullptr)
SNAG_REAL(posix_spawn, "GLIBC_2.15")
SNAG_REAL(posix_spawnp, "GLIBC_2.15")
SNAG_REAL(wait4, nullptr)
SNAG_REAL(waitid, nullptr)
SNAG_REAL(system, nullptr)
SNAG_REAL(popen, nullptr)
SNAG_REAL(thrd_create, nullptr)
SNAG_REAL(thrd_join, nullptr)
SNAG_REAL(thrd_detach, nullptr)
SNAG_REAL(mtx_init, nullptr)
SNAG_REAL(mtx_lock, nullptr)
SNAG_REAL(mtx_timedlock, nullptr)
SNAG_REAL(mtx_trylock, nullptr)
SNAG_REAL(mtx_unlock, nullptr)
SNAG_REAL(cnd_init, nullptr)
SNAG_REAL(cnd_signal, nullptr)
SNAG_REAL(cnd_broadcast, nullptr)
SNAG_REAL(cnd_wait, nullptr)
SNAG_REAL(cnd_timedwait, nullptr)
SNAG_REAL(tss_create, nullptr)
SNAG_REAL(pthread_cancel, nullptr)
SNAG_REAL(pthread_sigqueue, nullptr)
SNAG_REAL(pthread_kill, nullptr)
SNAG_REAL(sigwait, nullptr)
SNAG_REAL(sigwaitinfo, nullptr)
SNAG_REAL(sigtimedwait, nullptr)
SNAG_REAL(sigsuspend, nullptr)
SNAG_REAL(pause, nullptr)
SNAG_REAL(timer_create, "GLIBC_2.34")
SNAG_REAL(alarm, nullptr)
SNAG_REAL(setitimer, nullptr)
SNAG_REAL(read, nullptr)
SNAG_REAL(readv, nullptr)
SNAG_REAL(recv, nullptr)
SNAG_REAL(recvfrom, nullptr)
SNAG_REAL(recvmsg, nullptr)
SNAG_REAL(write, nullptr)
SNAG_REAL(writev, nullptr)
SNAG_REAL(send, nullptr)
SNAG_REAL(sendto, nullptr)
SNAG_REAL(sendmsg, nullptr)
SNAG_REAL(accept, nullptr)
SNAG_REAL(accept4, nullptr)
SNAG_REAL(poll, nullptr)
SNAG_REAL(ppoll, nullptr)
SNAG_REAL(select, nullptr)
SNAG_REAL(pselect, nullptr)
SNAG_REAL(epoll_wait, nullptr)
SNAG_REAL(epoll_pwait, nullptr)
SNAG_REAL(srand, nullptr)
SNAG_REAL(srandom, nullptr)
SNAG_REAL(rand, nullptr)
SNAG_REAL(random, nullptr)
SNAG_REAL(initstate, nullptr)
SNAG_REAL(setstate, nullptr)
SNAG_REAL(srand48, nullptr)
SNAG_REAL(seed48, nullptr)
SNAG_REAL(lcong48, nullptr)
SNAG_REAL(drand48, nullptr)
SNAG_REAL(lrand48, nullptr)
SNAG_REAL(mrand48, nullptr)
SNAG_REAL(getrandom, nullptr)
SNAG_REAL(getentropy, nullptr)
SNAG_REAL(malloc_usable_size, nullptr)
SNAG_REAL(exit, nullptr)
SNAG_REAL(abort, nullptr)
SNAG_REAL(_exit, nullptr)
SNAG_REAL(quick_exit, nullptr)
SNAG_REAL(pthread_barrier_init, nullptr)
SNAG_REAL(pthread_barrier_destroy, nullptr)
SNAG_REAL(pthread_barrier_wait, nullptr)
SNAG_REAL(pthread_spin_init, nullptr)
SNAG_REAL(pthread_spin_destroy, nullptr)
SNAG_REAL(pthread_spin_lock, nullptr)
SNAG_REAL(pthread_spin_trylock, nullptr)
SNAG_REAL(pthread_spin_unlock, nullptr)
SNAG_REAL(flockfile, nullptr)
SNAG_REAL(ftrylockfile, nullptr)
SNAG_REAL(funlockfile, nullptr)
SNAG_REAL(pthread_key_create, nullptr)
SNAG_REAL(pthread_key_delete, nullptr)
SNAG_REAL(pthread_getspecific, nullptr)
SNAG_REAL(pthread_setspecific, nullptr)
SNAG_REAL(pthread_tryjoin_np, nullptr)
SNAG_REAL(pthread_timedjoin_np, nullptr)
SNAG_REAL(pthread_clockjoin_np, nullptr)
SNAG_REAL(pthread_getattr_np, nullptr)
SNAG_REAL(pthread_setname_np, nullptr)
SNAG_REAL(pthread_getname_np, nullptr)
SNAG_REAL(get_nprocs, nullptr)
SNAG_REAL(get_nprocs_conf, nullptr)
SNAG_REAL(sysconf, nullptr)
SNAG_REAL(sem_init, nullptr)
SNAG_REAL(sem_destroy, nullptr)
SNAG_REAL(sem_wait, nullptr)
SNAG_REAL(sem_trywait, nullptr)
SNAG_REAL(sem_timedwait, nullptr)
SNAG_REAL(sem_clockwait, nullptr)
SNAG_REAL(sem_post, nullptr)
SNAG_REAL(sem_getvalue, nullptr)

SNAG_REAL_AS(finalize, "__cxa_finalize", nullptr, void (*)(void*))
SNAG_REAL_AS(at_exit, "__cxa_atexit", nullptr, int (*)(void (*)(void*), void*, void*))
SNAG_REAL_AS(start_main, "__libc_start_main", nullptr,
             int (*)(int (*)(int, char**, char**), int, char**, void (*)(), void (*)(), void (*)(), void*))
SNAG_REAL_AS(assert_fail, "__assert_fail", nullptr, void (*)(const char*, const char*, unsigned int, const char*))
SNAG_REAL_AS(guard_acquire, "__cxa_guard_acquire", nullptr, int (*)(std::int64_t*))
SNAG_REAL_AS(guard_release, "__cxa_guard_release", nullptr, void (*)(std::int64_t*))
SNAG_REAL_AS(guard_abort, "__cxa_guard_abort", nullptr, void (*)(std::int64_t*))
SNAG_REAL_AS(hash_bytes, "_ZSt11_Hash_bytesPKvmm", nullptr, std::size_t (*)(const void*, std::size_t, std::size_t))
SNAG_REAL_AS(random_device_value, "_ZNSt13random_device9_M_getvalEv", nullptr, unsigned (*)(void*))
SNAG_REAL_AS(make_ready_set, "_ZNSt13__future_base13_State_baseV211_Make_ready6_M_setEv", nullptr, void (*)(void*))
SNAG_REAL_AS(thread_atexit, "__cxa_thread_atexit", nullptr, int (*)(void (*)(void*), void*, void*))

#undef SNAG_REAL
#undef SNAG_REAL_AS

}  // namespace snag::instrument::real
