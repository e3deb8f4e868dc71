// Spins until it has changed the flag from false to true. To a detector that knows mutexes only, the variable
// under this lock looks unprotected.
#include "interface.h"

#include <atomic>

namespace solution {
namespace {

class SpinLock final : public Lock {
 public:
  SpinLock() { snag::name(held_, "held"); }

  void lock() override {
    bool expected = false;
    while (!held_.compare_exchange_weak(expected, true, std::memory_order_acquire, std::memory_order_relaxed)) {
      expected = false;
    }
  }

  void unlock() override { held_.store(false, std::memory_order_release); }

 private:
  snag::atomic<bool> held_{false};
};

}  // namespace

std::unique_ptr<Lock> make_lock() { return std::make_unique<SpinLock>(); }

}  // namespace solution
