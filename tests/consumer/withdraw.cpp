// A student's solution of races/withdraw: the lock is held from the check to the change.
#include "interface.h"

#include <mutex>

namespace solution {
namespace {

class LockedAccount final : public Account {
 public:
  explicit LockedAccount(int opening_balance) : balance_(opening_balance, "balance") {}

  bool withdraw(int amount) override {
    std::lock_guard guard(mutex_);
    if (balance_ < amount) return false;
    balance_ -= amount;
    return true;
  }

  int balance() override {
    std::lock_guard guard(mutex_);
    return balance_;
  }

 private:
  snag::mutex mutex_;
  snag::shared<int> balance_;
};

}  // namespace

std::unique_ptr<Account> make_account(int opening_balance) { return std::make_unique<LockedAccount>(opening_balance); }

}  // namespace solution
