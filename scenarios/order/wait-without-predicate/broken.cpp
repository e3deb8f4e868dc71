// Everything is under the lock, and get waits for the notification that set sends.
#include "interface.h"

#include <mutex>

namespace solution {
namespace {

class NotifiedResult final : public Result {
 public:
  NotifiedResult() { snag::name(there_, "there"); }

  void set(int value) override {
    std::lock_guard guard(mutex_);
    value_ = value;
    there_.notify_one();
  }

  int get() override {
    std::unique_lock lock(mutex_);
    there_.wait(lock);
    return value_;
  }

 private:
  snag::mutex mutex_;
  snag::condition_variable there_;
  snag::shared<int> value_{0, "value"};
};

}  // namespace

std::unique_ptr<Result> make_result() { return std::make_unique<NotifiedResult>(); }

}  // namespace solution
