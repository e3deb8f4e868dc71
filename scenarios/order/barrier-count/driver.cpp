// One step of two cells, 10 and 30 degrees hot.
#include "interface.h"

namespace solution {

void scenario() {
  auto cells = make_cells();
  int one = 0;  // each is written by one thread and read after its join
  int other = 0;
  snag::thread first([&] { one = cells->step(0, 10); });
  snag::thread second([&] { other = cells->step(1, 30); });
  first.join();
  second.join();
  snag::check(one == 20 && other == 20, "each cell takes on the mean of both");
}

}  // namespace solution
