// The change takes place only if the balance is still the one that was checked; else the check is made anew.
#include "interface.h"

#include <atomic>

namespace solution {
namespace {

class AtomicAccount final : public Account {
 public:
  explicit AtomicAccount(int opening_balance) : balance_(opening_balance) {}

  bool withdraw(int amount) override {
    int seen = balance_.load();
    while (seen >= amount) {
      if (balance_.compare_exchange_weak(seen, seen - amount)) return true;
    }
    return false;
  }

  int balance() override { return balance_.load(); }

 private:
  std::atomic<int> balance_;
};

}  // namespace

std::unique_ptr<Account> make_account(int opening_balance) { return std::make_unique<AtomicAccount>(opening_balance); }

}  // namespace solution
