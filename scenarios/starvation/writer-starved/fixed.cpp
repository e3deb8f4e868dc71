// Everybody goes through a turnstile first. The writer stays in it until it has written, so no reader can pass it.
#include "interface.h"

#include <mutex>
#include <shared_mutex>

namespace solution {
namespace {

class TurnstilePage final : public Page {
 public:
  TurnstilePage() {
    snag::name(turnstile_, "turnstile");
    snag::name(mutex_, "page lock");
  }

  int read() override {
    { std::lock_guard pass(turnstile_); }
    std::shared_lock lock(mutex_);
    return text_;
  }

  void write(int text) override {
    std::lock_guard stay(turnstile_);
    std::lock_guard lock(mutex_);
    text_ = text;
  }

 private:
  snag::mutex turnstile_;
  snag::shared_mutex mutex_;
  snag::shared<int> text_{1, "text"};
};

}  // namespace

std::unique_ptr<Page> make_page() { return std::make_unique<TurnstilePage>(); }

}  // namespace solution
