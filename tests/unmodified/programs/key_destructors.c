/* Each thread has its own value under a key, which a destructor takes back. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

static pthread_key_t key;
static atomic_int destroyed;

static void destroy(void* value) {
  atomic_fetch_add(&destroyed, *(int*)value);
  free(value);
}

static void* use(void* argument) {
  int* own = malloc(sizeof *own);
  if (own == NULL) return NULL;
  *own = *(int*)argument;
  pthread_setspecific(key, own);
  return pthread_getspecific(key) == own ? argument : NULL;
}

int main(void) {
  pthread_t one, two;
  int first = 1, second = 2;
  void *result_one, *result_two;
  pthread_key_create(&key, destroy);
  pthread_create(&one, NULL, use, &first);
  pthread_create(&two, NULL, use, &second);
  pthread_join(one, &result_one);
  pthread_join(two, &result_two);
  if (pthread_getspecific(key) != NULL || result_one != &first || result_two != &second) return 1;
  pthread_key_delete(key);
  printf("%d\n", atomic_load(&destroyed));
  return atomic_load(&destroyed) == 3 ? 0 : 1;
}
