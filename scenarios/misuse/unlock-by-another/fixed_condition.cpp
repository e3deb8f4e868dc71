// The state of the gate is a variable under a lock; a condition variable tells of its change.
#include "interface.h"

#include <mutex>

namespace solution {
namespace {

class ConditionGate final : public Gate {
 public:
  void close() override {
    std::lock_guard guard(mutex_);
    open_ = false;
  }

  void open() override {
    std::lock_guard guard(mutex_);
    open_ = true;
    opened_.notify_all();
  }

  void pass() override {
    std::unique_lock lock(mutex_);
    opened_.wait(lock, [this] { return open_.read(); });
  }

 private:
  snag::mutex mutex_;
  snag::condition_variable opened_;
  snag::shared<bool> open_{true, "open"};
};

}  // namespace

std::unique_ptr<Gate> make_gate() { return std::make_unique<ConditionGate>(); }

}  // namespace solution
