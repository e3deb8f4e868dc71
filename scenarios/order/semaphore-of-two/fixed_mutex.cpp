// A mutex cannot be told a wrong number.
#include "interface.h"

#include <mutex>

namespace solution {
namespace {

class LockedCount final : public VisitorCount {
 public:
  LockedCount() {
    snag::name(mutex_, "count lock");
    snag::name(visitors_, "visitors");
  }

  void enter() override {
    std::lock_guard guard(mutex_);
    visitors_ = visitors_ + 1;
  }

  int total() override { return visitors_; }

 private:
  snag::mutex mutex_;
  snag::atomic<int> visitors_{0};
};

}  // namespace

std::unique_ptr<VisitorCount> make_visitor_count() { return std::make_unique<LockedCount>(); }

}  // namespace solution
