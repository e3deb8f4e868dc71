// Producers and consumers look again whenever they wake, and wait on the same condition variable.
#include "interface.h"

#include <mutex>

namespace solution {
namespace {

class LoopingBuffer final : public Buffer {
 public:
  explicit LoopingBuffer(Storage& storage) : storage_(storage) { snag::name(changed_, "changed"); }

  void put(int item) override {
    std::unique_lock lock(mutex_);
    while (!storage_.empty()) changed_.wait(lock);
    storage_.push(item);
    changed_.notify_one();
  }

  int take() override {
    std::unique_lock lock(mutex_);
    while (storage_.empty()) changed_.wait(lock);
    const int item = storage_.pop();
    changed_.notify_one();
    return item;
  }

 private:
  Storage& storage_;
  snag::mutex mutex_;
  snag::condition_variable changed_;
};

}  // namespace

std::unique_ptr<Buffer> make_buffer(Storage& storage) { return std::make_unique<LoopingBuffer>(storage); }

}  // namespace solution
