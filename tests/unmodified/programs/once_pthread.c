/* Initialisation by pthread_once, from two threads. */
#include <pthread.h>
#include <stdio.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int initialised;

static void initialise(void) { ++initialised; }

static void* use(void* seen) {
  pthread_once(&once, initialise);
  *(int*)seen = initialised;
  return NULL;
}

int main(void) {
  pthread_t other;
  int mine = 0, theirs = 0;
  pthread_create(&other, NULL, use, &theirs);
  use(&mine);
  pthread_join(other, NULL);
  printf("%d %d\n", mine, theirs);
  return mine == 1 && theirs == 1 ? 0 : 1;
}
