// get waits for the result, not for the notification: it looks before it waits, and again each time it wakes.
#include "interface.h"

#include <mutex>

namespace solution {
namespace {

class AwaitedResult final : public Result {
 public:
  AwaitedResult() { snag::name(there_, "there"); }

  void set(int value) override {
    std::lock_guard guard(mutex_);
    value_ = value;
    set_ = true;
    there_.notify_one();
  }

  int get() override {
    std::unique_lock lock(mutex_);
    there_.wait(lock, [this] { return set_.read(); });
    return value_;
  }

 private:
  snag::mutex mutex_;
  snag::condition_variable there_;
  snag::shared<bool> set_{false, "set"};
  snag::shared<int> value_{0, "value"};
};

}  // namespace

std::unique_ptr<Result> make_result() { return std::make_unique<AwaitedResult>(); }

}  // namespace solution
