/* The last user of a message frees it: the one whose decrement brought it to nothing. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct message {
  atomic_int users;
  char text[16];
};

static atomic_int freed;

static void release(struct message* message) {
  if (atomic_fetch_sub(&message->users, 1) != 1) return;
  free(message);
  atomic_fetch_add(&freed, 1);
}

static void* reader(void* message) {
  release(message);
  return NULL;
}

int main(void) {
  struct message* message = calloc(1, sizeof *message);
  pthread_t thread;
  if (message == NULL) return 2;
  strcpy(message->text, "hello");
  atomic_init(&message->users, 2);
  pthread_create(&thread, NULL, reader, message);
  release(message);
  pthread_join(thread, NULL);
  puts("released");
  return atomic_load(&freed) == 1 ? 0 : 1;
}
