// The lock is held from the check until the change that relies on it is done.
#include "interface.h"

#include <mutex>

namespace solution {
namespace {

class LockedAccount final : public Account {
 public:
  explicit LockedAccount(int opening_balance) : balance_(opening_balance) {}

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
  std::mutex mutex_;
  int balance_;
};

}  // namespace

std::unique_ptr<Account> make_account(int opening_balance) { return std::make_unique<LockedAccount>(opening_balance); }

}  // namespace solution
