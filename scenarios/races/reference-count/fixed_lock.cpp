// One lock is held from the read to the write, so that no other thread comes between the two.
#include "interface.h"

#include <mutex>

namespace solution {
namespace {

class LockedCount final : public ReferenceCount {
 public:
  void acquire() override {
    std::lock_guard guard(mutex_);
    const int before = count_;
    count_ = before + 1;
  }

  int owners() override {
    std::lock_guard guard(mutex_);
    return count_;
  }

 private:
  snag::mutex mutex_;
  snag::shared<int> count_{1, "count"};
};

}  // namespace

std::unique_ptr<ReferenceCount> make_reference_count() { return std::make_unique<LockedCount>(); }

}  // namespace solution
