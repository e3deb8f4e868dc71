/* Three threads; each waits for the end of the one that was made before it. */
#include <pthread.h>
#include <stdio.h>

static pthread_t threads[3];
static int numbers[3] = {0, 1, 2};
static int finished[3];

static void* wait_for_previous(void* argument) {
  const int self = *(int*)argument;
  if (self > 0) {
    pthread_join(threads[self - 1], NULL);
    if (!finished[self - 1]) return NULL;
  }
  finished[self] = 1;
  return NULL;
}

int main(void) {
  for (int i = 0; i < 3; ++i) pthread_create(&threads[i], NULL, wait_for_previous, &numbers[i]);
  pthread_join(threads[2], NULL);
  printf("%d\n", finished[2]);
  return finished[2] ? 0 : 1;
}
