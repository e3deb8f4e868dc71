// add holds the lock over its read and its write.
#include "interface.h"

#include <mutex>

namespace solution {
namespace {

class LockedTotal final : public Total {
 public:
  void add(int amount) override {
    std::lock_guard guard(mutex_);
    total_ += amount;
  }

  int get() override {
    std::lock_guard guard(mutex_);
    return total_;
  }

 private:
  snag::mutex mutex_;
  snag::shared<int> total_{0, "total"};
};

}  // namespace

std::unique_ptr<Total> make_total() { return std::make_unique<LockedTotal>(); }

}  // namespace solution
