// The news concerns everybody, so everybody is woken.
#include "interface.h"

#include <mutex>

namespace solution {
namespace {

class AllGate final : public Gate {
 public:
  AllGate() { snag::name(opened_, "opened"); }

  void pass() override {
    std::unique_lock lock(mutex_);
    while (!open_) opened_.wait(lock);
  }

  void open() override {
    std::lock_guard guard(mutex_);
    open_ = true;
    opened_.notify_all();
  }

 private:
  snag::mutex mutex_;
  snag::condition_variable opened_;
  snag::shared<bool> open_{false, "open"};
};

}  // namespace

std::unique_ptr<Gate> make_gate() { return std::make_unique<AllGate>(); }

}  // namespace solution
