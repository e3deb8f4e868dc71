// A guard lets go of the lock however the function is left.
#include "interface.h"

#include <mutex>
#include <stdexcept>

namespace solution {
namespace {

class GuardedLedger final : public Ledger {
 public:
  GuardedLedger() { snag::name(mutex_, "ledger lock"); }

  void add(int amount) override {
    std::lock_guard guard(mutex_);
    if (amount < 0) throw std::invalid_argument("a ledger takes no negative amounts");
    total_ += amount;
  }

  int total() override {
    std::lock_guard guard(mutex_);
    return total_;
  }

 private:
  snag::mutex mutex_;
  snag::shared<int> total_{0, "total"};
};

}  // namespace

std::unique_ptr<Ledger> make_ledger() { return std::make_unique<GuardedLedger>(); }

}  // namespace solution
