// The version is odd while the writer is at work. A reader that meets an odd version, or another one at its end than at
// its beginning, throws away what it read and reads again.
#include "interface.h"

#include <atomic>

namespace solution {
namespace {

class SeqlockTracker final : public Tracker {
 public:
  SeqlockTracker() {
    snag::name(version_, "version");
    snag::name(x_, "x");
    snag::name(y_, "y");
  }

  void move(Position to) override {
    const int version = version_.load(std::memory_order_relaxed);
    version_.store(version + 1, std::memory_order_relaxed);
    snag::atomic_thread_fence(std::memory_order_release);
    x_.store(to.x, std::memory_order_relaxed);
    y_.store(to.y, std::memory_order_relaxed);
    version_.store(version + 2, std::memory_order_release);
  }

  Position look() override {
    for (;;) {
      const int before = version_.load(std::memory_order_acquire);
      if (before % 2 != 0) continue;
      const Position seen{x_.load(std::memory_order_relaxed), y_.load(std::memory_order_relaxed)};
      snag::atomic_thread_fence(std::memory_order_acquire);
      if (version_.load(std::memory_order_relaxed) == before) return seen;
    }
  }

 private:
  snag::atomic<int> version_{0};
  snag::atomic<int> x_{0};
  snag::atomic<int> y_{0};
};

}  // namespace

std::unique_ptr<Tracker> make_tracker() { return std::make_unique<SeqlockTracker>(); }

}  // namespace solution
