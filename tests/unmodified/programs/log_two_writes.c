/* Two threads write records to a pipe, head and body in two writes; the reader expects each body after its head. */
#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static int ends[2];

static void* record(void* name) {
  char letter = *(const char*)name;
  if (write(ends[1], &letter, 1) != 1) return NULL;
  if (write(ends[1], &letter, 1) != 1) return NULL;
  return NULL;
}

int main(void) {
  pthread_t one, two;
  char text[4];
  if (pipe(ends) != 0) return 2;
  pthread_create(&one, NULL, record, "a");
  pthread_create(&two, NULL, record, "b");
  pthread_join(one, NULL);
  pthread_join(two, NULL);
  for (int i = 0; i < 4; ++i)
    if (read(ends[0], &text[i], 1) != 1) return 2;
  assert(text[0] == text[1] && text[2] == text[3]);
  printf("%.4s\n", text);
  return 0;
}
