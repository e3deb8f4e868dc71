// The flag is atomic, so the sender needs no lock to set it; the receiver waits until it is set.
#include "interface.h"

#include <mutex>

namespace solution {
namespace {

class FlagMailbox final : public Mailbox {
 public:
  FlagMailbox() {
    snag::name(arrived_, "arrived");
    snag::name(full_, "full");
  }

  void put(int letter) override {
    letter_ = letter;
    full_.store(true);
    arrived_.notify_one();
  }

  int take() override {
    std::unique_lock lock(mutex_);
    while (!full_.load()) arrived_.wait(lock);
    return letter_;
  }

 private:
  snag::mutex mutex_;
  snag::condition_variable arrived_;
  snag::atomic<bool> full_{false};
  snag::shared<int> letter_{0, "letter"};
};

}  // namespace

std::unique_ptr<Mailbox> make_mailbox() { return std::make_unique<FlagMailbox>(); }

}  // namespace solution
