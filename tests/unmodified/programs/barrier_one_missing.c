/* A barrier for three, which main was meant to come to as well, if it is in time. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

static pthread_barrier_t barrier;
static atomic_int arrived;

static void* work(void* unused) {
  atomic_fetch_add(&arrived, 1);
  pthread_barrier_wait(&barrier);
  return unused;
}

int main(void) {
  pthread_t one, two;
  pthread_barrier_init(&barrier, NULL, 3);
  pthread_create(&one, NULL, work, NULL);
  pthread_create(&two, NULL, work, NULL);
  if (atomic_load(&arrived) < 2) pthread_barrier_wait(&barrier);
  pthread_join(one, NULL);
  pthread_join(two, NULL);
  puts("passed");
  return 0;
}
