/* Readers who find that an entry is missing take the write lock, without letting go of their read lock. */
#include <pthread.h>
#include <stdio.h>

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static int entry;

static void* look_up(void* unused) {
  pthread_rwlock_rdlock(&lock);
  if (entry == 0) {
    pthread_rwlock_wrlock(&lock);
    entry = 1;
    pthread_rwlock_unlock(&lock);
  }
  pthread_rwlock_unlock(&lock);
  return unused;
}

int main(void) {
  pthread_t other;
  pthread_create(&other, NULL, look_up, NULL);
  look_up(NULL);
  pthread_join(other, NULL);
  printf("%d\n", entry);
  return 0;
}
