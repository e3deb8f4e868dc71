// One lock is held over all three steps: between the two reads nobody writes.
#include "interface.h"

#include <mutex>

namespace solution {
namespace {

class LockedSlot final : public Slot {
 public:
  bool put_and_compare(int value) override {
    std::lock_guard guard(mutex_);
    x_ = value;
    const int once = x_;
    const int again = x_;
    return once == again;
  }

 private:
  snag::mutex mutex_;
  snag::shared<int> x_{0, "x"};
};

}  // namespace

std::unique_ptr<Slot> make_slot() { return std::make_unique<LockedSlot>(); }

}  // namespace solution
