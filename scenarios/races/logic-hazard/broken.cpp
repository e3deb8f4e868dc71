// Each gate reads its inputs and sets its output.
#include "interface.h"

namespace solution {
namespace {

class Multiplexer final : public Circuit {
 public:
  Multiplexer() {
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
    return upper || lower;
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

std::unique_ptr<Circuit> make_circuit() { return std::make_unique<Multiplexer>(); }

}  // namespace solution
