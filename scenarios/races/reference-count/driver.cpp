// Two threads become owners of an object that has one already; afterwards there must be three.
#include "interface.h"

namespace solution {

void scenario() {
  auto count = make_reference_count();
  snag::thread first([&] { count->acquire(); });
  snag::thread second([&] { count->acquire(); });
  first.join();
  second.join();
  snag::check(count->owners() == 3, "every owner is counted");
}

}  // namespace solution
