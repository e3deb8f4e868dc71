// A reference count as one writes it for a single thread: read, add one, write back.
#include "interface.h"

namespace solution {
namespace {

class PlainCount final : public ReferenceCount {
 public:
  void acquire() override {
    const int before = count_;
    count_ = before + 1;
  }

  int owners() override { return count_; }

 private:
  snag::shared<int> count_{1, "count"};
};

}  // namespace

std::unique_ptr<ReferenceCount> make_reference_count() { return std::make_unique<PlainCount>(); }

}  // namespace solution
