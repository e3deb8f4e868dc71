// Locks at the beginning and unlocks at the end.
#include "interface.h"

#include <stdexcept>

namespace solution {
namespace {

class ManualLedger final : public Ledger {
 public:
  ManualLedger() { snag::name(mutex_, "ledger lock"); }

  void add(int amount) override {
    mutex_.lock();
    if (amount < 0) throw std::invalid_argument("a ledger takes no negative amounts");
    total_ += amount;
    mutex_.unlock();
  }

  int total() override {
    mutex_.lock();
    const int total_now = total_;
    mutex_.unlock();
    return total_now;
  }

 private:
  snag::mutex mutex_;
  snag::shared<int> total_{0, "total"};
};

}  // namespace

std::unique_ptr<Ledger> make_ledger() { return std::make_unique<ManualLedger>(); }

}  // namespace solution
