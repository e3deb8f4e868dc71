// Two threads add 1 and 2 to a total; afterwards it must be 3.
#include "interface.h"

namespace solution {

void scenario() {
  auto total = make_total();
  snag::thread first([&] { total->add(1); });
  snag::thread second([&] { total->add(2); });
  first.join();
  second.join();
  snag::check(total->get() == 3, "the total is the sum of all amounts");
}

}  // namespace solution
