/* A thread works until it is told to stop by a volatile, which is no way to tell another thread anything. */
#include <pthread.h>
#include <stdio.h>

static volatile int stop;
static int rounds;

static void* work(void* unused) {
  while (!stop && rounds < 3) ++rounds;
  return unused;
}

int main(void) {
  pthread_t worker;
  pthread_create(&worker, NULL, work, NULL);
  stop = 1;
  pthread_join(worker, NULL);
  printf("%d rounds\n", rounds);
  return 0;
}
