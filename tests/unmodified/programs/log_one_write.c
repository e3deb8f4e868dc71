/* Two threads write records to a pipe, each in one write, which the system does not divide. */
#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int ends[2];

static void* record(void* name) {
  char letters[2];
  memset(letters, *(const char*)name, sizeof letters);
  if (write(ends[1], letters, sizeof letters) != (ssize_t)sizeof letters) return "failed";
  return NULL;
}

int main(void) {
  pthread_t one, two;
  char text[4];
  if (pipe(ends) != 0) return 2;
  pthread_create(&one, NULL, record, "a");
  pthread_create(&two, NULL, record, "b");
  for (int i = 0; i < 4; ++i)
    if (read(ends[0], &text[i], 1) != 1) return 2;
  pthread_join(one, NULL);
  pthread_join(two, NULL);
  assert(text[0] == text[1] && text[2] == text[3]);
  printf("%.4s\n", text);
  return 0;
}
