// A semaphore belongs to nobody: one thread may take what another gives back.
#include "interface.h"

namespace solution {
namespace {

class SemaphoreGate final : public Gate {
 public:
  SemaphoreGate() { snag::name(semaphore_, "gate"); }

  void close() override { semaphore_.acquire(); }

  void open() override { semaphore_.release(); }

  void pass() override {
    semaphore_.acquire();
    semaphore_.release();
  }

 private:
  snag::binary_semaphore semaphore_{1};
};

}  // namespace

std::unique_ptr<Gate> make_gate() { return std::make_unique<SemaphoreGate>(); }

}  // namespace solution
