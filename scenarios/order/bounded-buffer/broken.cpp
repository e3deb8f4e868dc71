// One condition variable tells of every change; who finds nothing to take waits for it.
#include "interface.h"

#include <mutex>

namespace solution {
namespace {

class SimpleBuffer final : public Buffer {
 public:
  explicit SimpleBuffer(Storage& storage) : storage_(storage) { snag::name(changed_, "changed"); }

  void put(int item) override {
    std::unique_lock lock(mutex_);
    while (!storage_.empty()) changed_.wait(lock);
    storage_.push(item);
    changed_.notify_one();
  }

  int take() override {
    std::unique_lock lock(mutex_);
    if (storage_.empty()) changed_.wait(lock);
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

std::unique_ptr<Buffer> make_buffer(Storage& storage) { return std::make_unique<SimpleBuffer>(storage); }

}  // namespace solution
