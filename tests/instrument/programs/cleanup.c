/* pthread_cleanup_push and pthread_exit, as C code without -fexceptions has them. */
#include <pthread.h>
#include <sched.h>
#include <stddef.h>

struct Log {
  int entries[4];
  int count;
};

static void note(struct Log* log, int entry) { log->entries[log->count++] = entry; }
static void note_one(void* log) { note((struct Log*)log, 1); }
static void note_two(void* log) { note((struct Log*)log, 2); }
static void note_three(void* log) { note((struct Log*)log, 3); }

static void leave(struct Log* log) {
  pthread_cleanup_push(&note_two, log);
  sched_yield();
  pthread_exit(log);
  pthread_cleanup_pop(0);
}

static void* work(void* argument) {
  struct Log* const log = (struct Log*)argument;
  pthread_cleanup_push(&note_one, log);
  pthread_cleanup_push(&note_three, log);
  pthread_cleanup_pop(1);
  leave(log);
  pthread_cleanup_pop(0);
  return NULL;
}

/* 0 if all handlers were called, in order. */
int cleans_up_in_c(void) {
  struct Log logs[2] = {{{0}, 0}, {{0}, 0}};
  pthread_t threads[2];
  for (int i = 0; i < 2; ++i)
    if (pthread_create(&threads[i], NULL, &work, &logs[i]) != 0) return 1;
  for (int i = 0; i < 2; ++i) {
    void* result = NULL;
    if (pthread_join(threads[i], &result) != 0 || result != &logs[i]) return 2;
    const int* const entries = logs[i].entries;
    if (logs[i].count != 3 || entries[0] != 3 || entries[1] != 2 || entries[2] != 1) return 3;
  }
  return 0;
}
