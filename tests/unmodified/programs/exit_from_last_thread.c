/* Main waits for ever; the thread that has done the work ends the program. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static void* work(void* unused) {
  puts("worked");
  exit(0);
  return unused;
}

int main(void) {
  pthread_t worker;
  pthread_create(&worker, NULL, work, NULL);
  pthread_join(worker, NULL);
  return 6;
}
