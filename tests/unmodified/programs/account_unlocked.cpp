// Two tellers pay into one account. The balance is an ordinary member.
#include <iostream>
#include <thread>

class Account {
 public:
  void deposit(int amount) {
    const int before = balance_;
    balance_ = before + amount;
  }
  int balance() const { return balance_; }

 private:
  int balance_ = 0;
};

int main() {
  Account account;
  std::thread teller([&] { account.deposit(10); });
  account.deposit(20);
  teller.join();
  std::cout << "balance " << account.balance() << '\n';
}
