// stop waits for the worker first and takes the lock only to look at the records.
#include "interface.h"

#include <mutex>

namespace solution {
namespace {

class PatientRecorder final : public Recorder {
 public:
  PatientRecorder() { snag::name(mutex_, "records lock"); }

  void start() override {
    worker_ = snag::thread([this] { write_record(); });
  }

  int stop() override {
    worker_.join();
    std::lock_guard guard(mutex_);
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

std::unique_ptr<Recorder> make_recorder() { return std::make_unique<PatientRecorder>(); }

}  // namespace solution
