/* Readers who find that an entry is missing let go, take the write lock and look again. */
#include <pthread.h>
#include <stdio.h>

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static int entry;
static int made;

static void* look_up(void* unused) {
  int missing;
  pthread_rwlock_rdlock(&lock);
  missing = entry == 0;
  pthread_rwlock_unlock(&lock);
  if (!missing) return unused;
  pthread_rwlock_wrlock(&lock);
  if (entry == 0) {
    entry = 1;
    ++made;
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
  return entry == 1 && made == 1 ? 0 : 1;
}
