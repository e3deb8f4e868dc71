/* Transfers between two accounts: locks are taken in the order of the accounts' numbers. */
#include <pthread.h>
#include <stdio.h>

struct account {
  int number;
  pthread_mutex_t mutex;
  int balance;
};

static struct account checking = {1, PTHREAD_MUTEX_INITIALIZER, 100};
static struct account savings = {2, PTHREAD_MUTEX_INITIALIZER, 100};

static void transfer(struct account* from, struct account* to, int amount) {
  struct account* first = from->number < to->number ? from : to;
  struct account* second = first == from ? to : from;
  pthread_mutex_lock(&first->mutex);
  pthread_mutex_lock(&second->mutex);
  from->balance -= amount;
  to->balance += amount;
  pthread_mutex_unlock(&second->mutex);
  pthread_mutex_unlock(&first->mutex);
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
  return checking.balance == 80 && savings.balance == 120 ? 0 : 1;
}
