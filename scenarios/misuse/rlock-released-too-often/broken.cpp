// The lock is reentrant: take_pair holds it and calls take, which acquires it once more.
#include "interface.h"

namespace solution {
namespace {

class LockedShelf final : public Shelf {
 public:
  explicit LockedShelf(int things) : things_(things, "things") { snag::name(lock_, "shelf lock"); }

  bool take() override {
    lock_.acquire();
    const bool there = things_ > 0;
    if (there)
      things_ -= 1;
    else
      lock_.release();
    lock_.release();
    return there;
  }

  bool take_pair() override {
    lock_.acquire();
    const bool first = take();
    const bool second = take();
    if (first && !second) things_ += 1;
    lock_.release();
    return second;
  }

  int left() override {
    lock_.acquire();
    const int left_now = things_;
    lock_.release();
    return left_now;
  }

 private:
  snag::threading::RLock lock_;
  snag::shared<int> things_;
};

}  // namespace

std::unique_ptr<Shelf> make_shelf(int things) { return std::make_unique<LockedShelf>(things); }

}  // namespace solution
