// The same with a plain variable under a lock.
#include "interface.h"

#include <mutex>

namespace solution {
namespace {

class LockedStatus final : public Status {
 public:
  void publish(int status) override {
    std::lock_guard guard(mutex_);
    status_ = status;
  }

  int current() override {
    std::lock_guard guard(mutex_);
    return status_;
  }

 private:
  snag::mutex mutex_;
  snag::shared<int> status_{0, "status"};
};

}  // namespace

std::unique_ptr<Status> make_status() { return std::make_unique<LockedStatus>(); }

}  // namespace solution
