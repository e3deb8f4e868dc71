// stop touches what the lock protects, so it takes the lock first.
#include "interface.h"

#include <mutex>

namespace solution {
namespace {

class CarefulRecorder final : public Recorder {
 public:
  CarefulRecorder() { snag::name(mutex_, "records lock"); }

  void start() override {
    worker_ = snag::thread([this] { write_record(); });
  }

  int stop() override {
    std::lock_guard guard(mutex_);
    worker_.join();
    return records_;
  }

 private:
  void write_record() {
    std::lock_guard guard(mutex_);
    records_ += 1;
  }

  snag::mutex mutex_;
  snag::shared<int> records_{0, "records"};
  snag::thread worker_;
};

}  // namespace

std::unique_ptr<Recorder> make_recorder() { return std::make_unique<CarefulRecorder>(); }

}  // namespace solution
