/* A counter under a spin lock. */
#include <pthread.h>
#include <stdio.h>

static pthread_spinlock_t lock;
static int count;

static void* work(void* unused) {
  for (int i = 0; i < 2; ++i) {
    pthread_spin_lock(&lock);
    ++count;
    pthread_spin_unlock(&lock);
  }
  return unused;
}

int main(void) {
  pthread_t other;
  pthread_spin_init(&lock, PTHREAD_PROCESS_PRIVATE);
  pthread_create(&other, NULL, work, NULL);
  work(NULL);
  pthread_join(other, NULL);
  pthread_spin_destroy(&lock);
  printf("%d\n", count);
  return count == 4 ? 0 : 1;
}
