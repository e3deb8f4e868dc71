/* A loop that waits in poll() and is woken through a pipe to itself. */
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

static int ends[2];
static atomic_int quit;

static void* ask_to_quit(void* unused) {
  atomic_store(&quit, 1);
  if (write(ends[1], "q", 1) != 1) return NULL;
  return unused;
}

int main(void) {
  pthread_t other;
  char byte = 0;
  if (pipe(ends) != 0) return 2;
  pthread_create(&other, NULL, ask_to_quit, &byte);
  while (!atomic_load(&quit)) {
    struct pollfd waits = {.fd = ends[0], .events = POLLIN, .revents = 0};
    if (poll(&waits, 1, -1) != 1) continue;
    break;
  }
  if (read(ends[0], &byte, 1) != 1) return 3;
  pthread_join(other, NULL);
  printf("%c\n", byte);
  return atomic_load(&quit) && byte == 'q' ? 0 : 1;
}
