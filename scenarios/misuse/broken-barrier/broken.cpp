// If the other rower does not come in time, this stroke is rowed alone; the next one is together again.
#include "interface.h"

namespace solution {
namespace {

using snag::threading::Barrier;
using snag::threading::BrokenBarrierError;

class BarrierBoat final : public Boat {
 public:
  BarrierBoat() { snag::name(ready_, "both ready"); }

  bool row(int strokes) override {
    for (int stroke = 0; stroke < strokes; ++stroke) {
      try {
        ready_.wait(std::chrono::seconds(1));
      } catch (const BrokenBarrierError&) {
        continue;  // alone
      }
    }
    return true;
  }

 private:
  Barrier ready_{2};
};

}  // namespace

std::unique_ptr<Boat> make_boat() { return std::make_unique<BarrierBoat>(); }

}  // namespace solution
