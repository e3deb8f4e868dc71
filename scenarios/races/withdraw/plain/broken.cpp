// Every access to the balance is under the lock: the check has it, and so has the change.
#include "interface.h"

#include <mutex>

namespace solution {
namespace {

class CheckedAccount final : public Account {
 public:
  explicit CheckedAccount(int opening_balance) : balance_(opening_balance) {}

  bool withdraw(int amount) override {
    if (balance() < amount) return false;
    add(-amount);
    return true;
  }

  int balance() override {
    std::lock_guard guard(mutex_);
    return balance_;
  }

 private:
  void add(int amount) {
    std::lock_guard guard(mutex_);
    balance_ += amount;
  }

  std::mutex mutex_;
  int balance_;
};

}  // namespace

std::unique_ptr<Account> make_account(int opening_balance) { return std::make_unique<CheckedAccount>(opening_balance); }

}  // namespace solution
