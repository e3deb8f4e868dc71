// The whole update is one atomic operation, so there is no between.
#include "interface.h"

namespace solution {
namespace {

class AtomicCount final : public ReferenceCount {
 public:
  AtomicCount() { snag::name(count_, "count"); }

  void acquire() override { count_.fetch_add(1); }

  int owners() override { return count_.load(); }

 private:
  snag::atomic<int> count_{1};
};

}  // namespace

std::unique_ptr<ReferenceCount> make_reference_count() { return std::make_unique<AtomicCount>(); }

}  // namespace solution
