/* Two threads need a scanner and a printer, and take them in different orders. */
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

static sem_t scanner, printer;

static void copy(sem_t* first, sem_t* second) {
  while (sem_wait(first) != 0) continue;
  while (sem_wait(second) != 0) continue;
  sem_post(second);
  sem_post(first);
}

static void* other_copy(void* unused) {
  copy(&printer, &scanner);
  return unused;
}

int main(void) {
  pthread_t other;
  sem_init(&scanner, 0, 1);
  sem_init(&printer, 0, 1);
  pthread_create(&other, NULL, other_copy, NULL);
  copy(&scanner, &printer);
  pthread_join(other, NULL);
  puts("copied");
  return 0;
}
