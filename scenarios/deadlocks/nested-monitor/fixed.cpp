// The shop's lock is held for the count only, and never while somebody may wait at the shelf.
#include "interface.h"

namespace solution {
namespace {

class CountingShop final : public Shop {
 public:
  explicit CountingShop(Shelf& shelf) : shelf_(shelf) { snag::name(mutex_, "shop lock"); }

  void bake() override {
    shelf_.put();
    count();
  }

  void sell() override {
    shelf_.take();
    count();
  }

  int counted() override {
    std::lock_guard guard(mutex_);
    return count_;
  }

 private:
  void count() {
    std::lock_guard guard(mutex_);
    ++count_;
  }

  Shelf& shelf_;
  snag::mutex mutex_;
  snag::shared<int> count_{0, "count"};
};

}  // namespace

std::unique_ptr<Shop> make_shop(Shelf& shelf) { return std::make_unique<CountingShop>(shelf); }

}  // namespace solution
