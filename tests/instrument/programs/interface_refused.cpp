// What is not controlled: other processes, C11 threads, cancellation, timers.
#include "interface.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <thread>

namespace programs {

void makes_a_process() {
  std::atomic<int> count{0};
  const pid_t child = fork();
  if (child == 0) {
    ++count;  // its own
    _exit(count == 1 ? 7 : 1);
  }
  std::thread other([&] { ++count; });
  int status = 0;
  require(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 7,
          "the child did not end as it should");
  other.join();
  require(count == 1, "the child has counted here");
}

void makes_a_c11_thread() {
  thrd_t thread;
  thrd_create(
      &thread, [](void*) { return 0; }, nullptr);
}

void cancels_a_thread() {
  std::thread sleeper([] { sleep(1); });
  pthread_cancel(sleeper.native_handle());
  sleeper.join();
}

void sets_a_timer() {
  timer_t timer;
  sigevent event{};
  timer_create(CLOCK_MONOTONIC, &event, &timer);
}

void waits_for_a_signal() {
  sigset_t signals;
  sigemptyset(&signals);
  int signal = 0;
  sigwait(&signals, &signal);
}

}  // namespace programs
