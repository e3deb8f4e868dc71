/* Two clean-up handlers free one cache: whoever takes it away frees it. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

static _Atomic(int*) cache;

static void* clean_up(void* unused) {
  free(atomic_exchange(&cache, NULL));
  return unused;
}

int main(void) {
  pthread_t thread;
  atomic_store(&cache, malloc(sizeof(int)));
  pthread_create(&thread, NULL, clean_up, NULL);
  clean_up(NULL);
  pthread_join(thread, NULL);
  puts("clean");
  return atomic_load(&cache) == NULL ? 0 : 1;
}
