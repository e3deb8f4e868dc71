// Accounts with a lock each, and the transfer between two of them.
#pragma once

#include <snag/snag.h>

namespace solution {

/// One account. The balance may be touched only under the account's own lock.
struct Account {
  Account(int account_number, int opening_balance, const char* lock_name, const char* balance_name)
      : number(account_number), balance(opening_balance, balance_name) {
    snag::name(mutex, lock_name);
  }

  const int number;  ///< no two accounts have the same
  snag::mutex mutex;
  snag::shared<int> balance;
};

/// What a variant implements: moves the amount. Nobody may see it in neither account or in both.
void transfer(Account& from, Account& to, int amount);

}  // namespace solution
