// One permit: whoever has it is alone.
#include "interface.h"

namespace solution {
namespace {

class PermitCount final : public VisitorCount {
 public:
  PermitCount() {
    snag::name(permits_, "permits");
    snag::name(visitors_, "visitors");
  }

  void enter() override {
    permits_.acquire();
    visitors_ = visitors_ + 1;
    permits_.release();
  }

  int total() override { return visitors_; }

 private:
  snag::binary_semaphore permits_{1};
  snag::atomic<int> visitors_{0};
};

}  // namespace

std::unique_ptr<VisitorCount> make_visitor_count() { return std::make_unique<PermitCount>(); }

}  // namespace solution
