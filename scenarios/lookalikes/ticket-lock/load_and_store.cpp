// Draws a number and waits until it is called. The holder calls the next number by a load and a store: two steps, which
// look like a lost update in waiting.
#include "interface.h"

#include <atomic>

namespace solution {
namespace {

class TicketLock final : public Lock {
 public:
  TicketLock() {
    snag::name(next_, "next number");
    snag::name(called_, "number called");
  }

  void lock() override {
    const int mine = next_.fetch_add(1, std::memory_order_relaxed);
    while (called_.load(std::memory_order_acquire) != mine) {}
  }

  void unlock() override { called_.store(called_.load(std::memory_order_relaxed) + 1, std::memory_order_release); }

 private:
  snag::atomic<int> next_{0};
  snag::atomic<int> called_{0};
};

}  // namespace

std::unique_ptr<Lock> make_lock() { return std::make_unique<TicketLock>(); }

}  // namespace solution
