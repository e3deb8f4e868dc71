/* Reserves seats, with one way out. */
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int seats = 1;

static void* reserve(void* reserved) {
  pthread_mutex_lock(&mutex);
  if (seats == 0) goto out;
  --seats;
  *(int*)reserved = 1;
out:
  pthread_mutex_unlock(&mutex);
  return NULL;
}

int main(void) {
  pthread_t other;
  int mine = 0, theirs = 0;
  pthread_create(&other, NULL, reserve, &theirs);
  reserve(&mine);
  pthread_join(other, NULL);
  printf("%d reserved\n", mine + theirs);
  return mine + theirs == 1 ? 0 : 1;
}
