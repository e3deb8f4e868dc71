// The slot is a plain variable. What could a value be unequal to, if not to itself?
#include "interface.h"

namespace solution {
namespace {

class PlainSlot final : public Slot {
 public:
  bool put_and_compare(int value) override {
    x_ = value;
    const int once = x_;
    const int again = x_;
    return once == again;
  }

 private:
  snag::shared<int> x_{0, "x"};
};

}  // namespace

std::unique_ptr<Slot> make_slot() { return std::make_unique<PlainSlot>(); }

}  // namespace solution
