// Two condition variables, so that a notification goes to somebody whom it concerns.
#include "interface.h"

#include <mutex>

namespace solution {
namespace {

class TwoConditionBuffer final : public Buffer {
 public:
  explicit TwoConditionBuffer(Storage& storage) : storage_(storage) {
    snag::name(has_room_, "has room");
    snag::name(has_item_, "has item");
  }

  void put(int item) override {
    std::unique_lock lock(mutex_);
    while (!storage_.empty()) has_room_.wait(lock);
    storage_.push(item);
    has_item_.notify_one();
  }

  int take() override {
    std::unique_lock lock(mutex_);
    while (storage_.empty()) has_item_.wait(lock);
    const int item = storage_.pop();
    has_room_.notify_one();
    return item;
  }

 private:
  Storage& storage_;
  snag::mutex mutex_;
  snag::condition_variable has_room_;
  snag::condition_variable has_item_;
};

}  // namespace

std::unique_ptr<Buffer> make_buffer(Storage& storage) { return std::make_unique<TwoConditionBuffer>(storage); }

}  // namespace solution
