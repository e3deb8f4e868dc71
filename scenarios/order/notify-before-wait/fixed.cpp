// The flag changes under the lock, so never between the receiver's look at it and the receiver's wait.
#include "interface.h"

#include <mutex>

namespace solution {
namespace {

class LockedMailbox final : public Mailbox {
 public:
  LockedMailbox() { snag::name(arrived_, "arrived"); }

  void put(int letter) override {
    {
      std::lock_guard guard(mutex_);
      letter_ = letter;
      full_ = true;
    }
    arrived_.notify_one();
  }

  int take() override {
    std::unique_lock lock(mutex_);
    while (!full_) arrived_.wait(lock);
    return letter_;
  }

 private:
  snag::mutex mutex_;
  snag::condition_variable arrived_;
  snag::shared<bool> full_{false, "full"};
  snag::shared<int> letter_{0, "letter"};
};

}  // namespace

std::unique_ptr<Mailbox> make_mailbox() { return std::make_unique<LockedMailbox>(); }

}  // namespace solution
