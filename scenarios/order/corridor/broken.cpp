// Whoever may go first and sees somebody coming says "after you".
#include "interface.h"

#include <mutex>

namespace solution {
namespace {

class PoliteCorridor final : public Corridor {
 public:
  explicit PoliteCorridor(NarrowPlace& narrow_place) : narrow_place_(narrow_place) {
    snag::name(said_, "said");
    snag::name(mutex_, "corridor lock");
  }

  void enter(int person) override {
    std::lock_guard guard(mutex_);
    comes_[person] = true;
  }

  void pass(int person) override {
    const int other = 1 - person;
    std::unique_lock lock(mutex_);
    while (comes_[other]) {
      if (first_ == person) {
        first_ = other;
        said_.notify_one();
      }
      said_.wait(lock);
    }
    narrow_place_.walk_through();
    comes_[person] = false;
    said_.notify_one();
  }

 private:
  NarrowPlace& narrow_place_;
  snag::mutex mutex_;
  snag::condition_variable said_;
  snag::shared<bool> comes_[2]{{false, "0 comes"}, {false, "1 comes"}};
  snag::shared<int> first_{0, "first"};
};

}  // namespace

std::unique_ptr<Corridor> make_corridor(NarrowPlace& narrow_place) {
  return std::make_unique<PoliteCorridor>(narrow_place);
}

}  // namespace solution
