/* A watchdog ends the program if the work has not begun when it looks. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

static atomic_int begun;

static void* watch(void* unused) {
  if (!atomic_load(&begun)) exit(5);
  return unused;
}

int main(void) {
  pthread_t watchdog;
  pthread_create(&watchdog, NULL, watch, NULL);
  atomic_store(&begun, 1);
  pthread_join(watchdog, NULL);
  puts("worked");
  return 0;
}
