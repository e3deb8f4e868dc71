// Guards release each level once, on every path.
#include "interface.h"

#include <mutex>

namespace solution {
namespace {

class GuardedShelf final : public Shelf {
 public:
  explicit GuardedShelf(int things) : things_(things, "things") { snag::name(lock_, "shelf lock"); }

  bool take() override {
    std::lock_guard guard(lock_);
    const bool there = things_ > 0;
    if (there) things_ -= 1;
    return there;
  }

  bool take_pair() override {
    std::lock_guard guard(lock_);
    const bool first = take();
    const bool second = take();
    if (first && !second) things_ += 1;
    return second;
  }

  int left() override {
    std::lock_guard guard(lock_);
    return things_;
  }

 private:
  snag::threading::RLock lock_;
  snag::shared<int> things_;
};

}  // namespace

std::unique_ptr<Shelf> make_shelf(int things) { return std::make_unique<GuardedShelf>(things); }

}  // namespace solution
