// The area from 0 to 4, one half of it by each of two threads. All numbers here are exact in binary.
#include "interface.h"

namespace solution {

void scenario() {
  auto integral = make_integral();
  snag::thread left([&] { integral->add_chunk(0, 2, 1); });
  snag::thread right([&] { integral->add_chunk(2, 4, 1); });
  left.join();
  right.join();
  snag::check(integral->area() == 21, "the area is the sum of all rectangles");
}

}  // namespace solution
