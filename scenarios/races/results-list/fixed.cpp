// One thread at a time adds to the list.
#include "interface.h"

#include <mutex>

namespace solution {
namespace {

class LockedResults final : public Results {
 public:
  LockedResults() { snag::name(mutex_, "results lock"); }

  void add(int result) override {
    std::lock_guard guard(mutex_);
    results_ += result;
  }

  List all() override {
    std::lock_guard guard(mutex_);
    return results_;
  }

 private:
  snag::mutex mutex_;
  snag::shared<List> results_{{}, "results"};
};

}  // namespace

std::unique_ptr<Results> make_results() { return std::make_unique<LockedResults>(); }

}  // namespace solution
