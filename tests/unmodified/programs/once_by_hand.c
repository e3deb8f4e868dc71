/* Initialisation by an atomic flag that is looked at and then set. */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

static atomic_int started;
static atomic_int initialised;

static void* use(void* unused) {
  if (!atomic_load(&started)) {
    atomic_store(&started, 1);
    atomic_fetch_add(&initialised, 1);
  }
  return unused;
}

int main(void) {
  pthread_t other;
  pthread_create(&other, NULL, use, NULL);
  use(NULL);
  pthread_join(other, NULL);
  assert(atomic_load(&initialised) == 1);
  puts("once");
  return 0;
}
