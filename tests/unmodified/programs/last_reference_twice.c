/* The last user of a message frees it; two of them may take themselves for the last. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

struct message {
  atomic_int users;
  char text[16];
};

static void release(struct message* message) {
  atomic_fetch_sub(&message->users, 1);
  if (atomic_load(&message->users) == 0) free(message);
}

static void* reader(void* message) {
  release(message);
  return NULL;
}

int main(void) {
  struct message* message = calloc(1, sizeof *message);
  pthread_t thread;
  atomic_init(&message->users, 2);
  pthread_create(&thread, NULL, reader, message);
  release(message);
  pthread_join(thread, NULL);
  puts("released");
  return 0;
}
