// get and set are each under the lock, and add is made of the two.
#include "interface.h"

#include <mutex>

namespace solution {
namespace {

class AccessorTotal final : public Total {
 public:
  void add(int amount) override { set(get() + amount); }

  int get() override {
    std::lock_guard guard(mutex_);
    return total_;
  }

 private:
  void set(int value) {
    std::lock_guard guard(mutex_);
    total_ = value;
  }

  snag::mutex mutex_;
  snag::shared<int> total_{0, "total"};
};

}  // namespace

std::unique_ptr<Total> make_total() { return std::make_unique<AccessorTotal>(); }

}  // namespace solution
