/* Transfers between two accounts: each locks the one that it takes from first. */
#include <pthread.h>
#include <stdio.h>

struct account {
  pthread_mutex_t mutex;
  int balance;
};

static struct account checking = {PTHREAD_MUTEX_INITIALIZER, 100};
static struct account savings = {PTHREAD_MUTEX_INITIALIZER, 100};

static void transfer(struct account* from, struct account* to, int amount) {
  pthread_mutex_lock(&from->mutex);
  pthread_mutex_lock(&to->mutex);
  from->balance -= amount;
  to->balance += amount;
  pthread_mutex_unlock(&to->mutex);
  pthread_mutex_unlock(&from->mutex);
}

static void* save(void* unused) {
  transfer(&checking, &savings, 30);
  return unused;
}

int main(void) {
  pthread_t saver;
  pthread_create(&saver, NULL, save, NULL);
  transfer(&savings, &checking, 10);
  pthread_join(saver, NULL);
  printf("%d and %d\n", checking.balance, savings.balance);
  return 0;
}
