// A mutex keeps users of the bus apart.
#include "interface.h"

#include <mutex>

namespace solution {
namespace {

class LockedBus final : public Bus {
 public:
  LockedBus() { snag::name(mutex_, "bus lock"); }

  void use(std::chrono::milliseconds duration) override {
    std::lock_guard guard(mutex_);
    snag::work(duration);
  }

 private:
  snag::mutex mutex_;
};

}  // namespace

std::unique_ptr<Bus> make_bus() { return std::make_unique<LockedBus>(); }

}  // namespace solution
