// A locked mutex is a closed gate.
#include "interface.h"

namespace solution {
namespace {

class MutexGate final : public Gate {
 public:
  MutexGate() { snag::name(mutex_, "gate"); }

  void close() override { mutex_.lock(); }

  void open() override { mutex_.unlock(); }

  void pass() override {
    mutex_.lock();
    mutex_.unlock();
  }

 private:
  snag::mutex mutex_;
};

}  // namespace

std::unique_ptr<Gate> make_gate() { return std::make_unique<MutexGate>(); }

}  // namespace solution
