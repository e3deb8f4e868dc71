/* A thread works until it is told to stop by an atomic. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

static atomic_int stop;
static int rounds;

static void* work(void* unused) {
  while (!atomic_load(&stop) && rounds < 3) ++rounds;
  return unused;
}

int main(void) {
  pthread_t worker;
  pthread_create(&worker, NULL, work, NULL);
  atomic_store(&stop, 1);
  pthread_join(worker, NULL);
  printf("%d rounds\n", rounds);
  return rounds <= 3 ? 0 : 1;
}
