// Reads under the shared lock, and takes the lock for itself when it has to write.
#include "interface.h"

#include <mutex>
#include <shared_mutex>

namespace solution {
namespace {

class SharedCache final : public Cache {
 public:
  explicit SharedCache(Computation& computation) : computation_(computation) { snag::name(mutex_, "cache lock"); }

  int get() override {
    std::shared_lock reading(mutex_);
    if (value_ == none) {
      std::unique_lock writing(mutex_);
      value_ = computation_.make();
    }
    return value_;
  }

 private:
  static constexpr int none = 0;

  Computation& computation_;
  snag::shared_mutex mutex_;
  snag::shared<int> value_{none, "value"};
};

}  // namespace

std::unique_ptr<Cache> make_cache(Computation& computation) { return std::make_unique<SharedCache>(computation); }

}  // namespace solution
