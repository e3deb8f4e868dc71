/* Producer and consumer with two semaphores and one slot. */
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

static sem_t empty, full;
static int slot;

static void acquire(sem_t* semaphore) {
  while (sem_wait(semaphore) != 0) continue;
}

static void* produce(void* unused) {
  for (int item = 1; item <= 3; ++item) {
    acquire(&empty);
    slot = item;
    sem_post(&full);
  }
  return unused;
}

int main(void) {
  pthread_t producer;
  int sum = 0;
  sem_init(&empty, 0, 1);
  sem_init(&full, 0, 0);
  pthread_create(&producer, NULL, produce, NULL);
  for (int i = 0; i < 3; ++i) {
    acquire(&full);
    sum += slot;
    sem_post(&empty);
  }
  pthread_join(producer, NULL);
  printf("%d\n", sum);
  return sum == 6 ? 0 : 1;
}
