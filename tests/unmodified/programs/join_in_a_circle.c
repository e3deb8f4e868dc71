/* Three threads, each of which waits for the end of the next. */
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

static pthread_t threads[3];
static int numbers[3] = {0, 1, 2};
static sem_t all_there;

static void* wait_for_next(void* self) {
  while (sem_wait(&all_there) != 0) continue;
  pthread_join(threads[(*(int*)self + 1) % 3], NULL);
  return NULL;
}

int main(void) {
  sem_init(&all_there, 0, 0);
  for (int i = 0; i < 3; ++i) pthread_create(&threads[i], NULL, wait_for_next, &numbers[i]);
  for (int i = 0; i < 3; ++i) sem_post(&all_there);
  pthread_exit(NULL);
}
