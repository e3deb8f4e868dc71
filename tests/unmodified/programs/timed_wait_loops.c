/* Waits for a result with a time-out, and goes on waiting after each until it is there. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int result;

static void* work(void* unused) {
  pthread_mutex_lock(&mutex);
  result = 8;
  pthread_cond_signal(&changed);
  pthread_mutex_unlock(&mutex);
  return unused;
}

int main(void) {
  pthread_t worker;
  int seen;
  pthread_create(&worker, NULL, work, NULL);
  pthread_mutex_lock(&mutex);
  while (result == 0) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += 10000000;
    if (until.tv_nsec >= 1000000000) {
      until.tv_nsec -= 1000000000;
      ++until.tv_sec;
    }
    const int error = pthread_cond_timedwait(&changed, &mutex, &until);
    if (error != 0 && error != ETIMEDOUT) return 2;
  }
  seen = result;
  pthread_mutex_unlock(&mutex);
  pthread_join(worker, NULL);
  printf("%d\n", seen);
  return seen == 8 ? 0 : 1;
}
