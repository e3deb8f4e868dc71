// Who is first to mark a message as seen deals with it. That the mark is made before the work is done is not a mistake:
// the others need not wait for the work.
#include "interface.h"

namespace solution {
namespace {

class NumberedAccount final : public Account {
 public:
  NumberedAccount() {
    snag::name(seen_[0], "message 0 seen");
    snag::name(seen_[1], "message 1 seen");
    snag::name(balance_, "balance");
  }

  void consume(Message message) override {
    if (seen_[message.number].exchange(true)) return;
    balance_.fetch_add(message.amount);
  }

  int balance() override { return balance_.load(); }

 private:
  snag::atomic<bool> seen_[2];
  snag::atomic<int> balance_{0};
};

}  // namespace

std::unique_ptr<Account> make_account() { return std::make_unique<NumberedAccount>(); }

}  // namespace solution
