// A semaphore remembers a release that came before the acquire.
#include "interface.h"

namespace solution {
namespace {

class SemaphoreMailbox final : public Mailbox {
 public:
  SemaphoreMailbox() { snag::name(letters_, "letters"); }

  void put(int letter) override {
    letter_ = letter;
    letters_.release();
  }

  int take() override {
    letters_.acquire();
    return letter_;
  }

 private:
  snag::binary_semaphore letters_{0};
  snag::shared<int> letter_{0, "letter"};
};

}  // namespace

std::unique_ptr<Mailbox> make_mailbox() { return std::make_unique<SemaphoreMailbox>(); }

}  // namespace solution
