// The shop's lock protects its count, and keeps each of its actions whole.
#include "interface.h"

namespace solution {
namespace {

class CountingShop final : public Shop {
 public:
  explicit CountingShop(Shelf& shelf) : shelf_(shelf) { snag::name(mutex_, "shop lock"); }

  void bake() override {
    std::lock_guard guard(mutex_);
    shelf_.put();
    ++count_;
  }

  void sell() override {
    std::lock_guard guard(mutex_);
    shelf_.take();
    ++count_;
  }

  int counted() override {
    std::lock_guard guard(mutex_);
    return count_;
  }

 private:
  Shelf& shelf_;
  snag::mutex mutex_;
  snag::shared<int> count_{0, "count"};
};

}  // namespace

std::unique_ptr<Shop> make_shop(Shelf& shelf) { return std::make_unique<CountingShop>(shelf); }

}  // namespace solution
