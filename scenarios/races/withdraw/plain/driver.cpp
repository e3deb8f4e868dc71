// Two tellers each withdraw 60 from an account of 100: one must be refused.
#include "interface.h"

#include <cassert>
#include <thread>

namespace solution {

void scenario() {
  auto account = make_account(100);
  bool first_paid = false;  // each is written by one thread and read after its join
  bool second_paid = false;
  std::thread first([&] { first_paid = account->withdraw(60); });
  std::thread second([&] { second_paid = account->withdraw(60); });
  first.join();
  second.join();

  const int left = account->balance();
  assert(left >= 0 && "the balance never goes below zero");
  assert((first_paid || second_paid) && "a withdrawal that the balance covers is paid");
  assert(left == 100 - (first_paid ? 60 : 0) - (second_paid ? 60 : 0) && "the balance is what was not paid out");
}

}  // namespace solution
