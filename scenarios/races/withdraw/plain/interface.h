// A bank account that may not be overdrawn.
#pragma once

#include <memory>

namespace solution {

/// An account. Any thread may call any member at any time.
class Account {
 public:
  virtual ~Account() = default;
  /// Pays out the amount if the balance covers it; else changes nothing. Whether it was paid.
  virtual bool withdraw(int amount) = 0;
  /// The balance now.
  virtual int balance() = 0;
};

/// What a variant implements.
std::unique_ptr<Account> make_account(int opening_balance);

}  // namespace solution
