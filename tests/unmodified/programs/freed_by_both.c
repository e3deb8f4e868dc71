/* Two clean-up handlers free one cache, if it is still there. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

static _Atomic(int*) cache;

static void* clean_up(void* unused) {
  int* mine = atomic_load(&cache);
  if (mine != NULL) {
    free(mine);
    atomic_store(&cache, NULL);
  }
  return unused;
}

int main(void) {
  pthread_t thread;
  atomic_store(&cache, malloc(sizeof(int)));
  pthread_create(&thread, NULL, clean_up, NULL);
  clean_up(NULL);
  pthread_join(thread, NULL);
  puts("clean");
  return 0;
}
