// A shop that counts its sales, on top of a shelf that is a monitor of its own.
#pragma once

#include <snag/snag.h>

#include <memory>
#include <mutex>

namespace solution {

/// A shelf with room for one loaf; part of the driver. It looks after its own locking.
class Shelf {
 public:
  Shelf() {
    snag::name(mutex_, "shelf lock");
    snag::name(filled_, "filled");
  }

  void put() {
    std::lock_guard guard(mutex_);
    full_ = true;
    filled_.notify_one();
  }

  /// Waits until there is a loaf.
  void take() {
    std::unique_lock lock(mutex_);
    while (!full_) filled_.wait(lock);
    full_ = false;
  }

 private:
  snag::mutex mutex_;
  snag::condition_variable filled_;
  snag::shared<bool> full_{false, "full"};
};

/// A shop. Any thread may call any member at any time.
class Shop {
 public:
  virtual ~Shop() = default;
  /// Bakes a loaf, puts it on the shelf and counts it.
  virtual void bake() = 0;
  /// Takes a loaf from the shelf and counts it; waits until there is one.
  virtual void sell() = 0;
  /// How many loaves were counted, baked ones and sold ones.
  virtual int counted() = 0;
};

/// What a variant implements: a shop with the shelf given.
std::unique_ptr<Shop> make_shop(Shelf& shelf);

}  // namespace solution
