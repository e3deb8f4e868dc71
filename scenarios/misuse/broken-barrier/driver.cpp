// Two rowers row two strokes.
#include "interface.h"

namespace solution {

void scenario() {
  auto boat = make_boat();
  bool one = false;  // each is written by one thread and read after its join
  bool other = false;
  snag::thread left([&] { one = boat->row(2); });
  snag::thread right([&] { other = boat->row(2); });
  left.join();
  right.join();
  snag::check(one == other, "both have rowed together, or neither has");
}

}  // namespace solution
