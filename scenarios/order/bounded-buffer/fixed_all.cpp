// One condition variable, and every change wakes everybody: whoever it concerns is among them.
#include "interface.h"

#include <mutex>

namespace solution {
namespace {

class BroadcastBuffer final : public Buffer {
 public:
  explicit BroadcastBuffer(Storage& storage) : storage_(storage) { snag::name(changed_, "changed"); }

  void put(int item) override {
    std::unique_lock lock(mutex_);
    while (!storage_.empty()) changed_.wait(lock);
    storage_.push(item);
    changed_.notify_all();
  }

  int take() override {
    std::unique_lock lock(mutex_);
    while (storage_.empty()) changed_.wait(lock);
    const int item = storage_.pop();
    changed_.notify_all();
    return item;
  }

 private:
  Storage& storage_;
  snag::mutex mutex_;
  snag::condition_variable changed_;
};

}  // namespace

std::unique_ptr<Buffer> make_buffer(Storage& storage) { return std::make_unique<BroadcastBuffer>(storage); }

}  // namespace solution
