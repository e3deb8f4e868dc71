// Each message has a place of its own, and whoever deals with it writes its amount there: twice is the same as once.
#include "interface.h"

namespace solution {
namespace {

class LedgerAccount final : public Account {
 public:
  LedgerAccount() {
    snag::name(paid_[0], "paid by message 0");
    snag::name(paid_[1], "paid by message 1");
  }

  void consume(Message message) override {
    if (paid_[message.number].load() == 0) paid_[message.number].store(message.amount);
  }

  int balance() override { return paid_[0].load() + paid_[1].load(); }

 private:
  snag::atomic<int> paid_[2];
};

}  // namespace

std::unique_ptr<Account> make_account() { return std::make_unique<LedgerAccount>(); }

}  // namespace solution
