// Two threads run "x = v; if (x != x) panic();" on the same x.
#include "interface.h"

namespace solution {

void scenario() {
  auto slot = make_slot();
  snag::thread first([&] { snag::check(slot->put_and_compare(1), "x equals x"); });
  snag::thread second([&] { snag::check(slot->put_and_compare(2), "x equals x"); });
  first.join();
  second.join();
}

}  // namespace solution
