// A third path, (a and b), does not depend on select and holds the output while the two others change.
#include "interface.h"

namespace solution {
namespace {

class BridgedMultiplexer final : public Circuit {
 public:
  BridgedMultiplexer() {
    snag::name(upper_, "upper");
    snag::name(inverted_, "inverted");
    snag::name(lower_, "lower");
  }

  void settle_upper() override { upper_.store(a_ && select_); }

  void settle_lower() override {
    inverted_.store(!select_);
    lower_.store(b_ && inverted_.load());
  }

  bool output() override {
    const bool upper = upper_.load();
    const bool lower = lower_.load();
    const bool both = a_ && b_;
    return upper || lower || both;
  }

 private:
  const bool a_ = true;
  const bool b_ = true;
  const bool select_ = false;  // has just gone off
  snag::atomic<bool> upper_{true};
  snag::atomic<bool> inverted_{false};
  snag::atomic<bool> lower_{false};
};

}  // namespace

std::unique_ptr<Circuit> make_circuit() { return std::make_unique<BridgedMultiplexer>(); }

}  // namespace solution
