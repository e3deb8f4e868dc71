/* Two threads swap values across a barrier. */
#include <pthread.h>
#include <stdio.h>

static pthread_barrier_t barrier;
static int values[2];
static int seen[2];

static void* swap(void* argument) {
  const int self = *(int*)argument;
  values[self] = self + 1;
  pthread_barrier_wait(&barrier);
  seen[self] = values[1 - self];
  return NULL;
}

int main(void) {
  int zero = 0, one = 1;
  pthread_t other;
  pthread_barrier_init(&barrier, NULL, 2);
  pthread_create(&other, NULL, swap, &one);
  swap(&zero);
  pthread_join(other, NULL);
  pthread_barrier_destroy(&barrier);
  printf("%d %d\n", seen[0], seen[1]);
  return seen[0] == 2 && seen[1] == 1 ? 0 : 1;
}
