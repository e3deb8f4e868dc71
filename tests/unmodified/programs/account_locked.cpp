// Two tellers pay into one account, and one of them takes money out when there is enough.
#include <iostream>
#include <mutex>
#include <thread>

class Account {
 public:
  void deposit(int amount) {
    std::lock_guard lock(mutex_);
    balance_ += amount;
  }
  bool withdraw(int amount) {
    std::lock_guard lock(mutex_);
    if (balance_ < amount) return false;
    balance_ -= amount;
    return true;
  }
  int balance() const {
    std::lock_guard lock(mutex_);
    return balance_;
  }

 private:
  mutable std::mutex mutex_;
  int balance_ = 0;
};

int main() {
  Account account;
  int taken = 0;
  std::thread teller([&] {
    account.deposit(10);
    if (account.withdraw(5)) taken = 5;
  });
  account.deposit(20);
  teller.join();
  std::cout << "balance " << account.balance() << '\n';
  return account.balance() + taken == 30 && taken == 5 ? 0 : 1;
}
