// Looks without the lock first, and again under it. The pointer is published with release and looked at with
// acquire, so whoever sees it sees what it points to.
#include "interface.h"

#include <atomic>
#include <mutex>

namespace solution {
namespace {

class DoubleChecked final : public Lazy {
 public:
  DoubleChecked() { snag::name(published_, "published"); }

  Configuration& get() override {
    Configuration* configuration = published_.load(std::memory_order_acquire);
    if (configuration == nullptr) {
      std::lock_guard guard(mutex_);
      configuration = published_.load(std::memory_order_relaxed);
      if (configuration == nullptr) {
        owner_ = std::make_unique<Configuration>();
        configuration = owner_.get();
        published_.store(configuration, std::memory_order_release);
      }
    }
    return *configuration;
  }

 private:
  snag::mutex mutex_;
  snag::atomic<Configuration*> published_{nullptr};
  std::unique_ptr<Configuration> owner_;  // written once, under the lock
};

}  // namespace

std::unique_ptr<Lazy> make_lazy() { return std::make_unique<DoubleChecked>(); }

}  // namespace solution
