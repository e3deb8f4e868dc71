// A latch of one lets everybody pass once it has been counted down.
#include "interface.h"

namespace solution {
namespace {

class LatchGate final : public Gate {
 public:
  LatchGate() { snag::name(opened_, "opened"); }

  void pass() override { opened_.wait(); }

  void open() override { opened_.count_down(); }

 private:
  snag::latch opened_{1};
};

}  // namespace

std::unique_ptr<Gate> make_gate() { return std::make_unique<LatchGate>(); }

}  // namespace solution
