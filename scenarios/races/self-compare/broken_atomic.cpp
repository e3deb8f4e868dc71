// The slot is atomic, so there is no data race any more. The three steps are still three.
#include "interface.h"

namespace solution {
namespace {

class AtomicSlot final : public Slot {
 public:
  AtomicSlot() { snag::name(x_, "x"); }

  bool put_and_compare(int value) override {
    x_ = value;
    const int once = x_;
    const int again = x_;
    return once == again;
  }

 private:
  snag::atomic<int> x_{0};
};

}  // namespace

std::unique_ptr<Slot> make_slot() { return std::make_unique<AtomicSlot>(); }

}  // namespace solution
