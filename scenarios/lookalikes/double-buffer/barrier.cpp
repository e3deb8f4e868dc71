// The two threads use plain buffers at the same time, never the same one: a barrier ends the round, and with the next
// round they change places.
#include "interface.h"

namespace solution {
namespace {

class BarrierScreen final : public Screen {
 public:
  BarrierScreen() { snag::name(round_end_, "end of the round"); }

  void draw(int round, int picture) override {
    buffers_[round % 2] = picture;
    round_end_.arrive_and_wait();
  }

  int show(int round) override {
    const int picture = buffers_[(round + 1) % 2];
    round_end_.arrive_and_wait();
    return picture;
  }

 private:
  snag::shared<int> buffers_[2]{{0, "buffer 0"}, {0, "buffer 1"}};
  snag::barrier<> round_end_{2};
};

}  // namespace

std::unique_ptr<Screen> make_screen() { return std::make_unique<BarrierScreen>(); }

}  // namespace solution
