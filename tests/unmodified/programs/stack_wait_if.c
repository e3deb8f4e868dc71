/* Two workers take items from a stack; whoever is woken takes it for granted that there is one. */
#include <assert.h>
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t pushed = PTHREAD_COND_INITIALIZER;
static int items[4];
static int count;

static void push(int item) {
  pthread_mutex_lock(&mutex);
  items[count++] = item;
  pthread_cond_broadcast(&pushed);
  pthread_mutex_unlock(&mutex);
}

static void* take(void* item) {
  pthread_mutex_lock(&mutex);
  if (count == 0) pthread_cond_wait(&pushed, &mutex);
  assert(count > 0);
  *(int*)item = items[--count];
  pthread_mutex_unlock(&mutex);
  return NULL;
}

int main(void) {
  pthread_t first, second;
  int one = 0, two = 0;
  pthread_create(&first, NULL, take, &one);
  pthread_create(&second, NULL, take, &two);
  push(1);
  push(2);
  pthread_join(first, NULL);
  pthread_join(second, NULL);
  printf("%d\n", one + two);
  return 0;
}
