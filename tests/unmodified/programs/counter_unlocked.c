/* Counts the lines of two inputs with two threads, in one counter that nothing protects. */
#include <pthread.h>
#include <stdio.h>

static int lines;

static void* count_lines(void* input) {
  for (const char* at = input; *at != '\0'; ++at)
    if (*at == '\n') lines++;
  return NULL;
}

int main(void) {
  pthread_t first, second;
  pthread_create(&first, NULL, count_lines, "one\ntwo\n");
  pthread_create(&second, NULL, count_lines, "three\n");
  pthread_join(first, NULL);
  pthread_join(second, NULL);
  printf("%d lines\n", lines);
  return 0;
}
