// The lamp is behind a register: it takes on a new value only when both paths have arrived.
#include "interface.h"

namespace solution {
namespace {

class ClockedMultiplexer final : public Circuit {
 public:
  ClockedMultiplexer() {
    snag::name(upper_, "upper");
    snag::name(inverted_, "inverted");
    snag::name(lower_, "lower");
    snag::name(settled_, "settled");
  }

  void settle_upper() override {
    upper_.store(a_ && select_);
    settled_.count_down();
  }

  void settle_lower() override {
    inverted_.store(!select_);
    lower_.store(b_ && inverted_.load());
    settled_.count_down();
  }

  bool output() override {
    settled_.wait();
    const bool upper = upper_.load();
    const bool lower = lower_.load();
    return upper || lower;
  }

 private:
  const bool a_ = true;
  const bool b_ = true;
  const bool select_ = false;  // has just gone off
  snag::atomic<bool> upper_{true};
  snag::atomic<bool> inverted_{false};
  snag::atomic<bool> lower_{false};
  snag::latch settled_{2};  // one for each path
};

}  // namespace

std::unique_ptr<Circuit> make_circuit() { return std::make_unique<ClockedMultiplexer>(); }

}  // namespace solution
